"""
What an import is about to do with each column of each file, made by `recognise.plan_files` and carried out by the loader.

A plan is plain data: it can be shown, compared and overruled before anything is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from xrm_lake.ingest.read.delivery import Delivery

MatchBy = Literal["id", "key", "name"]
Shape = Literal["records", "links"]
To = Literal["key", "field", "link", "link_field", "end", "extra", "ignore"]


@dataclass(frozen=True)
class LinkTarget:
    """
    Which records the text of a cell names, and by which link they are joined to the row's own record.

    `match_by` says what the text is: `id` the external id of a record of the same source, `key` the value of the unique
    field `field` of the target, `name` the target's caption (`field` names the field that holds it, if one does).
    `direction` is `in` where the link runs from the named record to the row's. `separator` splits a cell that names
    several records; empty: one. `fixed` are link fields that are the same for every row, such as a role.
    """

    link_type: str
    to_types: tuple[str, ...]
    match_by: MatchBy
    direction: Literal["out", "in"] = "out"
    field: str = ""
    separator: str = ""
    fixed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ColumnPlan:
    """
    What becomes of one column.

    `to`: `key` (the record's own id in its source), `field` (`field` names one of the type or, for a role, of its party),
    `link` (`link` says to what), `link_field` (`field` of the link that the row itself is), `end` (one of the two ends
    of such a link; the first is where it begins), `extra` (kept as written in the record's `extra`), `ignore` (derived,
    technical or secret; `reason` says which). `score` (0..1) says how sure the mapping is, `runner_up` what else it might be.
    `options` are given to the field's kind before what it infers, such as ("order", "mdy").
    """

    position: int
    header: str
    to: To
    field: str = ""
    link: LinkTarget | None = None
    score: float = 1.0
    runner_up: str = ""
    reason: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class FilePlan:
    """
    What becomes of one table: records of `type`, or links of `link_type` between records that are there already.

    `key` are the positions whose texts, together, are the source key; empty: the loader derives one from the row's content.
    `constants` are field values that hold for every row. `preset` names the known export that the table was recognised as,
    as in `salesforce/contact`; None: mapped by headers and content. `score` (0..1) and `runner_up` are those of the type.
    For a table of links `type` is the type at its first end.
    """

    delivery: Delivery
    type: str
    source: str
    preset: str | None
    shape: Shape
    columns: tuple[ColumnPlan, ...]
    key: tuple[int, ...]
    score: float
    runner_up: str
    notes: tuple[str, ...]
    link_type: str = ""
    constants: tuple[tuple[str, str], ...] = ()

    def columns_to(self, *destinations: To) -> Iterable[ColumnPlan]:
        """The columns that go to one of these destinations, by position."""
        return (column for column in self.columns if column.to in destinations)
