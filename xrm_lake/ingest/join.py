"""
Links that an import wants, against those that stand: which are new, which are there, which take another's place.

A link that a person has ended stays ended, and where one link only may stand, a person's choice stays until the
source says something new; then it is noted and still stays.
"""

from dataclasses import dataclass

import polars as pl

from xrm_lake.ingest.link_diff import compare
from xrm_lake.model.catalog import Catalog
from xrm_lake.store.bulk import insert_links, log_source_values
from xrm_lake.store.ledger import ACTIVE
from xrm_lake.store.links import set_ended
from xrm_lake.store.torn import NAMES, refuse_torn
from xrm_lake.store.write import Batch

# `place` tells the caller's rows apart; `fields` is JSON text.
WANTED = pl.Schema(
    {
        "place": pl.Int64,
        "type": pl.String,
        "from_id": pl.Int64,
        "to_id": pl.Int64,
        "fields": pl.String,
        "since": pl.Date,
        "until": pl.Date,
    }
)


@dataclass(frozen=True)
class Joined:
    """What became of the wanted links: `states` has place and state (new, changed, same, conflict)."""

    states: pl.DataFrame

    def count(self, state: str) -> int:
        """How many of the wanted links are in that state."""
        return int((self.states["state"] == state).sum())


def join(batch: Batch, wanted: pl.DataFrame) -> Joined:
    """
    Make the links of a frame WANTED that are not there yet, and end those whose place they take.

    Raises ConflictingVerdict for a tie that contradicts what somebody judged.
    """
    if wanted.is_empty():
        return Joined(pl.DataFrame(schema={"place": pl.Int64, "state": pl.String}))
    wanted = _with_golden(batch, wanted)
    standing, ended = _existing(batch, wanted)
    states = compare(wanted, standing, ended, _single(batch.catalog))
    fresh = states.filter(pl.col("state").is_in(["new", "changed"]))
    replaced = states["replaces"].drop_nulls().unique().sort()
    if len(replaced):
        set_ended(batch, replaced, ended=True)
    insert_links(batch, fresh.select("type", "from_id", "to_id", "fields", "since", "until"))
    ties = fresh.filter(pl.col("type").is_in(NAMES)).select(left_id="from_id", right_id="to_id")
    if ties.height:
        refuse_torn(batch, ties)
    contested = states.filter(pl.col("state") == "conflict")
    known = _note_conflicts(batch, contested) if contested.height else contested["place"]
    state = pl.when(pl.col("place").is_in(known.implode())).then(pl.lit("same")).otherwise(pl.col("state"))
    return Joined(states.select("place", state=state).sort("place"))


def _with_golden(batch: Batch, wanted: pl.DataFrame) -> pl.DataFrame:
    with batch.frame("wanted", wanted.select(id="to_id").unique()):
        golden = batch.query(
            "select w.id as to_id, coalesce(e.golden_id, e.id) as to_golden from wanted w join entity e on e.id = w.id"
        ).frame()
    return wanted.join(golden, on="to_id", how="left", maintain_order="left")


def _existing(batch: Batch, wanted: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The links that stand and leave from the same records, and those that a person has ended."""
    with batch.frame("ends", wanted.select("type", "from_id").unique()):
        found = batch.query(
            """
            select l.id as link_id, l.type, l.from_id, l.to_id as old_to, l.to_golden, l.fields::varchar as old_fields, l.since as old_since,
                   l.until as old_until, l.ended_at is null as stands, coalesce(b.kind, '') = 'import' as imported
            from link l semi join ends e on e.type = l.type and e.from_id = l.from_id left join batch b on b.batch_id = l.batch_id
            order by l.id
            """
        ).frame()
        ended = found.filter(~pl.col("stands"))
        by_person = _ended_by_person(batch) if ended.height else pl.Series("id", [], dtype=pl.Int64)
    return found.filter("stands"), ended.filter(pl.col("link_id").is_in(by_person.implode()))


def _ended_by_person(batch: Batch) -> pl.Series:
    return batch.query(
        f"""
        select l.id from link l semi join ends x on x.type = l.type and x.from_id = l.from_id
        join change c on c.entity_id = l.from_id and c.op in ('link', 'unlink') and coalesce(c.new, c.old) = l.id::varchar
        join batch b on b.batch_id = c.batch_id
        where l.ended_at is not null group by l.id
        having arg_max(c.op, c.seq) filter (where {ACTIVE}) = 'unlink' and arg_max(b.kind, c.seq) filter (where {ACTIVE}) <> 'import'
        """  # noqa: S608
    ).frame()["id"]


def _note_conflicts(batch: Batch, contested: pl.DataFrame) -> pl.Series:
    """Note what the source says of links that stay as they are; gives the places of what was noted before."""
    with batch.frame("contested", contested.select("from_id", "type").unique()):
        told = batch.query(
            f"""
            select x.from_id, x.type, e.type as owner, arg_max(c.new, c.seq) filter (where {ACTIVE}) as told
            from contested x join entity e on e.id = x.from_id
            left join change c on c.entity_id = x.from_id and c.op = 'source' and c.field = x.type
            left join batch b on b.batch_id = c.batch_id group by x.from_id, x.type, e.type
            """  # noqa: S608
        ).frame()
    said = contested.join(told, on=["from_id", "type"], maintain_order="left").with_columns(
        pl.col("to_id").cast(pl.String).alias("new")
    )
    known = pl.col("told").eq_missing(pl.col("new"))
    fresh = said.filter(~known).select(
        "owner", "new", entity_id="from_id", field="type", old=pl.col("instead_of").cast(pl.String)
    )
    for (owner,), part in fresh.group_by(["owner"], maintain_order=True):
        log_source_values(batch, str(owner), part.drop("owner"))
    return said.filter(known)["place"]


def _single(catalog: Catalog) -> list[str]:
    return [item.name for item in catalog.link_types if item.cardinality == "one"]
