"""
What an import is about to do with each column of each file: made by `recognise.plan_import`, carried out by the loader.

A plan is plain data: it can be shown, compared and overruled before anything is written.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from xrm_lake.ingest.expected import Expected
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.model.additions import NO_ADDITIONS, Additions
from xrm_lake.model.results import LeftOut

MatchBy = Literal["id", "key", "name", "uid"]
Shape = Literal["records", "links"]
To = Literal["key", "field", "link", "link_field", "end", "own", "extra", "ignore"]

# What a file that was exported here is recognised as.
OWN = "xrm_lake"


@dataclass(frozen=True)
class LinkTarget:
    """
    Which records the text of a cell names, and by which link they are joined to the row's own record.

    `match_by` says what the text is: `id` the external id of a record of the same source, `key` the value of
    the target's field `field` (such as its e-mail), `name` the target's caption, `uid` the record as exports name it, or else its
    caption. `to_types` are the types that
    the named record may have; empty: any. `direction` is `out` if the named record is where the link ends, `in`
    if it is where it begins. `separator` splits a cell that names several records (`json`: it is a JSON list);
    empty: it names one. `fixed` are link fields that are the same for every row, such as a role. `source` is
    that of the named records, where it is not that of the row itself.

    A role stands in for its party: if the link type admits a person but not a lead, the lead's person is joined.
    """

    link_type: str
    to_types: tuple[str, ...]
    match_by: MatchBy
    direction: Literal["out", "in"] = "out"
    field: str = ""
    separator: str = ""
    source: str = ""
    fixed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ColumnPlan:
    """
    What becomes of one column.

    `to`: `key` (the record's own id in its source), `field` (`field` names one of the type or, for a role, of
    its party), `link` (`link` says to what), `end` (one of the ends of the link that the row itself is),
    `link_field` (`field` names a field of that link, or `since` or `until`), `own` (what an export says of the row: `field` is
    `source`, `key`, `party`, `version` or `extra`), `extra` (kept as written in the
    record's `extra`), `ignore` (derived, technical or secret; `reason` says which). A column whose text is the
    source key may be a field at the same time: `FilePlan.key` decides.

    `score` (0..1) says how sure the mapping is, `runner_up` what else the column might be. `options` are given
    to the field's kind over what it infers, such as ("order", "mdy").
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

    `columns` stand in the order of the file, but for the ends of links: where they begin stands before where
    they end. `key` are the positions whose texts, together, are the source key; empty: the loader derives one
    from the row's content. `constants` are field values that hold for every row. `preset` names the known export
    that the table was recognised as, such as `salesforce/contact`; None: mapped by headers and content. `score`
    (0..1) and `runner_up` are those of the type. For a table of links `type` is the type at its first end. `values` says, by
    field or link type, which texts are read as others. `match_on` names the fields that tell records apart among those of any
    source, where that was said. `mapping_id` is the saved mapping that the table is read by, if any. `hand` is true for an export of
    this lake that comes back: what differs from it was written by a person.
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
    match_on: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    expected: Expected | None = None
    mapping_id: int | None = None
    hand: bool = False

    @property
    def own(self) -> dict[str, int]:
        """The positions of what an export says of its rows."""
        return {column.field: column.position for column in self.columns_to("own")}

    def columns_to(self, *destinations: To) -> Iterator[ColumnPlan]:
        """The columns that go to one of these destinations, in the order of `columns`."""
        return (column for column in self.columns if column.to in destinations)

    @property
    def ends(self) -> tuple[tuple[ColumnPlan, ...], tuple[ColumnPlan, ...]]:
        """
        The columns that say where a link begins, and those that say where it ends.

        Where there are several of one, such as the lead and the contact of a campaign member, the first that
        is filled in a row counts.
        """
        ends = [column for column in self.columns if column.to == "end" and column.link is not None]
        begin = tuple(column for column in ends if column.link is not None and column.link.direction == "in")
        return begin, tuple(column for column in ends if column not in begin)


@dataclass(frozen=True)
class Planned:
    """What an import is about to do: its files in the order to load them, what the model gains first, what stays out."""

    plans: tuple[FilePlan, ...]
    additions: Additions = NO_ADDITIONS
    left_out: tuple[LeftOut, ...] = ()


def kind_of(plan: FilePlan) -> str:
    """The kind of batch that a planned file is written in: what a person wrote into an export of this lake is an edit."""
    return "edit" if plan.hand else "import"
