"""
The queue: which pairs wait for a person, in the order in which asking pays.

Most are asked because much hangs on them, some because the score says least of them, and some at random among those that would be
merged without asking, so that precision is measured and not believed (see turns.py). The order is that of the run: what is
answered leaves it, and what is left keeps its place. The same lake on the same day gives the same queue.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from xrm_lake.errors import InvalidValue, UnknownName
from xrm_lake.hygiene.audit import DRAW
from xrm_lake.hygiene.guards import guards_of_each
from xrm_lake.hygiene.in_words import with_sentence
from xrm_lake.hygiene.matched import refuse_unmatched
from xrm_lake.hygiene.open_pairs import ANSWERED, GUESSED
from xrm_lake.hygiene.owners import owned_sql, owner_id
from xrm_lake.hygiene.stakes import PER_ACTIVITY, PER_LINK, stakes_sql
from xrm_lake.hygiene.turns import AUTO_ZONE, ORDERS, Order, take_turns
from xrm_lake.store.lake import Lake
from xrm_lake.store.trust import refuse_unknown_source
from xrm_lake.store.write import Registered

QUEUE = pl.Schema(
    {
        "left_id": pl.Int64(), "right_id": pl.Int64(), "score": pl.Float64(), "why": pl.String(), "stake": pl.Float64(),
        "open_amount": pl.Float64(), "activities": pl.Int64(), "links": pl.Int64(),
    }
)  # fmt: skip

_HEADS = (1_000, 16_000)
# What is left of the pairs in `queued`: place, and one and other, what stands for their records now.
_OPEN = f"""
    with answered as ({ANSWERED}), placed as (
        select q.place, least(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as one,
               greatest(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as other
        from queued q
        join entity l on l.id = q.left_id and l.deleted_at is null join entity r on r.id = q.right_id and r.deleted_at is null
    )
    select p.place, p.one, p.other from placed p
    where p.one <> p.other and not exists (from answered a where a.one = p.one and a.other = p.other)
"""


@dataclass(frozen=True)
class Slice:
    """Part of the pairs: those of a band of scores, and those of which a record has this source, or this owner."""

    at_least: float = 0.5
    at_most: float = 1.0
    source: str | None = None
    owner: int | str | None = None

    @property
    def has_all_certain(self) -> bool:
        """Whether no pair that may be merged without a person is left out: only then is a random sample one."""
        return self.source is None and self.owner is None and self.at_least <= AUTO_ZONE and self.at_most >= 1


ALL = Slice()


def queue_pairs(
    lake: Lake,
    type: str,
    *,
    order: Order = "score",
    at_least: float = 0.5,
    at_most: float = 1.0,
    source: str | None = None,
    owner: int | str | None = None,
    as_of: date | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> pl.DataFrame:
    """
    The pairs of the last match run that nobody has judged yet, one for any two clusters, in an order.

    `order` is `score` (likeliest first), `value` (by what hangs on them, mixed with what teaches most and with a random sample),
    `information` (closest to one half) or `audit` (at random from those that are sure). Only pairs of which a record has this `source` or this
    `owner` (an id or a name), and of a score from `at_least` to `at_most` (0..1). A random sample is drawn of all pairs or
    none: with a filter, `value` has none.

    Returns left_id, right_id, left_key, right_key, score, why (`value`, `information`, `audit`, or null), stake (open_amount
    + 50 activities + 20 links, of both), open_amount, activities (of the twelve months to `as_of`, by default today), links, guards
    (names of what speaks for a closer look, see `guards_of`), sentence (the evidence in words) and evidence.
    Raises UnknownName for an order or a source that is none, InvalidValue for an owner or a band that is none, or an audit with a
    filter, Refused for a type that was never matched.
    """
    queue = draw_queue(lake, type, order=order, within=Slice(at_least, at_most, source, owner), as_of=as_of)
    refuse_unmatched(lake, type)
    return _with_guards(lake, type, open_of(lake, type, queue, limit=limit, offset=offset))


def draw_queue(
    lake: Lake, type: str, *, order: Order = "value", within: Slice = ALL, as_of: date | None = None
) -> pl.DataFrame:
    """
    Every pair of the last match run in its turn, answered or not: QUEUE.

    No verdict moves it, so it may be kept while only judging goes on; `open_of` tells what is left of it. Raises as `queue_pairs` does.
    """
    lake.catalog.type(type)
    if order not in ORDERS:
        raise UnknownName("order", order, ORDERS)
    if not 0 <= within.at_least <= within.at_most <= 1:
        raise InvalidValue(f"A band of scores runs from 0 to 1, not from {within.at_least} to {within.at_most}.")
    if order == "audit" and not within.has_all_certain:
        raise InvalidValue("An audit is drawn from all pairs that are sure: ask without source, owner and band.")
    values: dict[str, Any] = {"type": type, "at_least": within.at_least, "at_most": within.at_most}
    chosen = "g.type = $type and g.score between $at_least and $at_most"
    if within.source is not None:
        refuse_unknown_source(lake, within.source)
        chosen, values["source"] = chosen + " and (g.left_source = $source or g.right_source = $source)", within.source
    if within.owner is not None:
        owned = f"select id from ({owned_sql(lake.catalog)})"
        chosen, values["owner"] = (
            chosen + f" and (g.one in ({owned}) or g.other in ({owned}))",
            owner_id(lake, within.owner),
        )
    found = _hanging(lake, chosen, values | {"as_of": as_of or lake.clock().date()})
    return take_turns(found, order, audit=within.has_all_certain).select(QUEUE.names()).cast(QUEUE)


def _with_guards(lake: Lake, type: str, pairs: pl.DataFrame) -> pl.DataFrame:
    found = guards_of_each(lake, type, pairs).group_by("left_id", "right_id", maintain_order=True).agg(guards="guard")
    told = pairs.join(found, on=["left_id", "right_id"], how="left", maintain_order="left")
    return with_sentence(
        told.with_columns(pl.col("guards").fill_null([])).select(*pairs.columns[:-1], "guards", "evidence")
    )


def _hanging(lake: Lake, chosen: str, values: dict[str, Any]) -> pl.DataFrame:
    """The guesses that meet a condition, with what hangs on them and a number by lot: it hangs on the ids and on nothing else."""
    ends = "select one as id from guessed union select other from guessed"
    return lake.query(
        f"""
        with guessed as (select * from ({GUESSED}) g where {chosen}), stakes as ({stakes_sql(lake.catalog, ends)}),
        hanging as (
            select g.left_id, g.right_id, g.score, g.sure, coalesce(o.open_amount, 0) + coalesce(t.open_amount, 0) as open_amount,
                   coalesce(o.activities, 0) + coalesce(t.activities, 0) as activities, coalesce(o.links, 0) + coalesce(t.links, 0) as links,
                   {DRAW} as draw
            from guessed g left join stakes o on o.id = g.one left join stakes t on t.id = g.other and g.one <> g.other
        )
        select *, open_amount + {PER_ACTIVITY} * activities + {PER_LINK} * links as stake from hanging
        """,
        **values,
    ).frame()


def open_of(lake: Lake, type: str, queue: pl.DataFrame, *, limit: int | None = None, offset: int = 0) -> pl.DataFrame:
    """What is left of a queue, in its order, one pair for any two clusters; columns as `queue_pairs` gives them, but guards."""
    if limit is not None and offset == 0:
        # Who asks for the next few need not wait for a look at all of them.
        for head in _HEADS:
            if head < queue.height and (found := _open(lake, type, queue.head(head), limit, 0)).height == limit:
                return found
    return _open(lake, type, queue, limit, offset)


def _open(lake: Lake, type: str, queue: pl.DataFrame, limit: int | None, offset: int) -> pl.DataFrame:
    with Registered(lake.engine.cursor(), "queued", queue.with_row_index("place")):
        return lake.query(
            f"""
            with page as (
                select min(p.place) as place from ({_OPEN}) p group by p.one, p.other order by place limit $limit offset $offset
            )
            select q.left_id, q.right_id, l.source_key as left_key, r.source_key as right_key, q.score, q.why, q.stake, q.open_amount,
                   q.activities, q.links, m.evidence
            from page p join queued q on q.place = p.place
            join match m on m.type = $type and m.left_id = q.left_id and m.right_id = q.right_id
            join entity l on l.id = q.left_id join entity r on r.id = q.right_id order by p.place
            """,
            type=type,
            limit=limit,
            offset=offset,
        ).frame()


def count_open(lake: Lake, queue: pl.DataFrame) -> int:
    """How many pairs are left of a queue, one for any two clusters."""
    with Registered(lake.engine.cursor(), "queued", queue.select("left_id", "right_id").with_row_index("place")):
        return int(lake.query(f"select count(*) from (select distinct one, other from ({_OPEN}))").value())


def last_change(lake: Lake) -> int:
    """The last batch that is more than a verdict or the undo of one: while it is the same, a drawn queue may be kept."""
    return int(
        lake.query(
            """
            select coalesce(max(b.batch_id), 0) from batch b
            where b.kind <> 'judge' and not exists (from batch t where t.undone_by = b.batch_id and t.kind = 'judge')
            """
        ).value()
    )
