"""Progress of long work: what, how many done, of how many (None: unknown). The doors draw it."""

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]


def quiet(what: str, done: int, total: int | None) -> None:
    """Report nothing."""
