"""Ties: the links that say of two records of two types that they mean one thing, or are one party in two roles."""

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.model.entity_type import LinkType
from xrm_lake.store.catalog_io import write_link_types
from xrm_lake.store.links import insert_link, set_ended
from xrm_lake.store.torn import NAMES, SAME_PARTY
from xrm_lake.store.write import Batch

# By the answer that makes them. They belong to the house, and are declared when the first is made.
TIES: dict[str, LinkType] = {
    "same_thing": LinkType(
        "same_as", "is the same as", "is the same as", meaning="Two records of two types that mean one thing."
    ),
    "two_roles": LinkType(
        SAME_PARTY,
        "is the same party as",
        "is the same party as",
        meaning="Two records of one party, each of another role.",
    ),
}


def set_tie(batch: Batch, pairs: pl.DataFrame, answer: str) -> None:
    """
    Let the tie of this answer, and no other, stand between the records of each pair: of any other answer none.

    `pairs` has left_id, right_id (no golden records), left_type, right_type. What is merged counts as one record. Raises InvalidValue
    if the lake's own link type of that name does not join these types.
    """
    tie = _declared(batch, answer) if answer in TIES else None
    for left, right, left_type, right_type in pairs.select(
        "left_id", "right_id", "left_type", "right_type"
    ).iter_rows():
        known = _between(batch, left, right)
        kept = known.filter("stands", pl.col("type") == (tie.name if tie else ""))["id"].head(1)
        # Said of all of them, also of what is so already: whichever batch is undone, what was said last counts.
        for ids, ended in ((known.filter(~pl.col("id").is_in(kept.implode()))["id"], True), (kept, False)):
            if len(ids):
                set_ended(batch, ids, ended=ended)
        if tie is not None and not len(kept):
            if tie.joins(left_type, right_type):
                insert_link(batch, tie.name, left, right)
            elif tie.joins(right_type, left_type):
                insert_link(batch, tie.name, right, left)
            else:
                raise _unfit(tie, f"does not join {left_type} to {right_type}")


def _declared(batch: Batch, answer: str) -> LinkType:
    tie = TIES[answer]
    known = {item.name: item for item in batch.catalog.link_types}.get(tie.name)
    if known is None:
        write_link_types(batch, [tie])
        return tie
    if known.retired:
        raise _unfit(known, "is retired")
    if known.cardinality == "one":
        raise _unfit(known, "allows one link only")
    return known


def _unfit(tie: LinkType, why: str) -> InvalidValue:
    return InvalidValue(
        f"The answer is kept as a link {tie.name}, and that link type {why} in this lake. Nothing was changed. Change it first:"
        f" xrm linktype change {tie.name}."
    )


def _between(batch: Batch, left: int, right: int) -> pl.DataFrame:
    """All ties that ever were between two records: id, type, stands."""
    return batch.query(
        """
        with ends as (
            select (select coalesce(golden_id, id) from entity where id = $left) as one,
                   (select coalesce(golden_id, id) from entity where id = $right) as other
        )
        select l.id, l.type, l.ended_at is null as stands from link l, ends e where list_contains($names, l.type)
          and ((l.from_golden = e.one and l.to_golden = e.other) or (l.from_golden = e.other and l.to_golden = e.one))
        order by l.id
        """,
        left=left,
        right=right,
        names=list(NAMES),
    ).frame()
