"""
Faults: what a run of checks found, gathered in two temporary tables until it is stored.

`checks_` has a row for each check of each type, `flagged_` one for each record that a check found at fault. Their
names end in an underscore, so that no type's view can be meant.
"""

from collections.abc import Iterable
from typing import Any

import polars as pl

from xrm_lake.store.write import Batch

CHECKS = pl.Schema(
    {
        "place": pl.Int64(),
        "check_name": pl.String(),
        "problem": pl.String(),
        "severity": pl.String(),
        "type": pl.String(),
        "field": pl.String(),
        "checked": pl.Int64(),
    }
)
Header = tuple[str, str, str, str, str | None]


class Faults:
    """The checks of one run and the records they found, by the place of the check in the run."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._checks: list[tuple[Any, ...]] = []
        batch.execute("create or replace temp table flagged_ (place bigint, id bigint, detail varchar)")

    def announce(self, headers: Iterable[tuple[Header, int]]) -> int:
        """
        Say which checks are run, each as (check_name, problem, severity, type, field) with how many records it looks at.

        Gives the place of the first; each next one is 1 higher.
        """
        first = len(self._checks)
        self._checks += [(first + at, *header, checked) for at, (header, checked) in enumerate(headers)]
        return first

    def flag(self, found: str, /, **values: Any) -> None:
        """Gather what a query finds at fault: place, id, detail."""
        self._batch.execute(f"insert into flagged_ {found}", **values)

    def close(self) -> None:
        """Write down which checks were run, now that all are known."""
        with self._batch.frame("announced_", pl.DataFrame(self._checks, schema=CHECKS, orient="row")):
            self._batch.execute("create or replace temp table checks_ as from announced_")
