"""What a preset says that each delivery of a kind of file is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """
    What every delivery of a kind of file is: `rows_min` records at least, at most the share `rows_drop_max` (0..1) fewer than
    the one before, with these `columns` (headers), and one every so many days.
    """

    rows_min: int | None = None
    rows_drop_max: float | None = None
    columns: tuple[str, ...] = ()
    every_days: float | None = None
