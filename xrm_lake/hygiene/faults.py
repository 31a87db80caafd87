"""
Faults: what a run of checks found, gathered in temporary tables until it is stored.

`checks_` has a row for each check of each type, `flagged_` one for each record that a check found at fault, `untold_` one for each
of which a check could not be told; `exempt_` says how many expected fields do not apply to a record. Their names end in an underscore,
so that no type's view can be meant.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import polars as pl

from xrm_lake.store.write import Batch

CHECKS = pl.Schema(
    {
        "place": pl.Int64(), "check_name": pl.String(), "problem": pl.String(), "severity": pl.String(), "type": pl.String(),
        "field": pl.String(),
        "message": pl.String(), "owner": pl.String(), "measured": pl.Boolean(), "reason": pl.String(), "checked": pl.Int64(),
    }
)  # fmt: skip
UNTOLD = "it cannot be told of these records, such as by a cast that fails"


class Header(NamedTuple):
    """
    A check as it is announced: what it is called, what it says, and beside which field.

    `measured` says whether a record at fault counts in the measure of its problem: doubts do not. `reason` says why
    the check could not be run at all.
    """

    check_name: str
    problem: str
    severity: str
    type: str
    field: str | None = None
    message: str = ""
    owner: str = ""
    measured: bool = True
    reason: str = ""


class Faults:
    """The checks of one run and the records they found, by the place of the check in the run."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._checks: list[tuple[Any, ...]] = []
        for table in ("flagged_", "untold_"):
            batch.execute(f"create or replace temp table {table} (place bigint, id bigint, detail varchar)")
        batch.execute("create or replace temp table exempt_ (id bigint, fields integer)")

    def announce(self, headers: Iterable[tuple[Header, int]]) -> int:
        """
        Say which checks are run, each with how many records it looks at.

        Gives the place of the first; each next one is 1 higher.
        """
        first = len(self._checks)
        self._checks += [(first + at, *header, checked) for at, (header, checked) in enumerate(headers)]
        return first

    def flag(self, found: str, /, **values: Any) -> None:
        """Gather what a query finds at fault: place, id, detail."""
        self._batch.execute(f"insert into flagged_ {found}", **values)

    def exempt(self, found: str, /, **values: Any) -> None:
        """Gather of how many expected fields each record is exempt: id, fields."""
        self._batch.execute(f"insert into exempt_ from {found}", **values)

    def set_untold_apart(self) -> None:
        """Records of which a check could not be told are flagged as -1 - place: they are no faults of the records."""
        self._batch.execute("insert into untold_ select -1 - place, id, detail from flagged_ where place < 0")
        self._batch.execute("delete from flagged_ where place < 0")

    def close(self) -> None:
        """Write down which checks were run, now that all are known."""
        with self._batch.frame("announced_", pl.DataFrame(self._checks, schema=CHECKS, orient="row")):
            self._batch.execute("create or replace temp table checks_ as from announced_")
