"""
The matcher of a type: what its last match run learned, and the index by which records meet. Writes `matcher`, `match_count`.

All of it is derived and disposable: a full match run makes it anew. The index of a type is a table of its own,
`match_key_<type>_` (hash, id), in order of the hash, so that a look-up reads a few blocks of it and nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

COUNTED = 3  # so many have a value before it is counted: two may be the pair itself


@dataclass(frozen=True)
class Matcher:
    """
    What is kept of a type's match runs.

    model: as hygiene wrote it; records: how many the full run saw; later: how many were matched since;
    entries: rows of the index; last_id: the youngest record counted; seq: the change up to which it is current.
    """

    type: str
    batch_id: int
    made_at: datetime
    model: str
    records: int
    later: int
    entries: int
    last_id: int
    seq: int


def index_of(type_name: str) -> str:
    """The quoted name of the table that holds a type's index; it ends in an underscore, as no type's view does."""
    return quoted(f"match_key_{type_name}_")


def read_matcher(lake: Lake | Batch, type_name: str) -> Matcher | None:
    """What is kept of this type, or None."""
    row = lake.query("select * from matcher where type = $type order by batch_id desc limit 1", type=type_name).one()
    return Matcher(**row) if row else None


def is_whole(lake: Lake, matcher: Matcher) -> bool:
    """Whether the index has as many rows as were written; what was lost or meddled with is made anew by a full run."""
    try:
        there = lake.query(f"select count(*) from {index_of(matcher.type)}").value()
    except duckdb.CatalogException:
        return False
    return bool(there == matcher.entries)


def count_broken(lake: Lake) -> int:
    """How many types have an index that is not what was written, or holds ids that are no records of the type."""
    types = lake.query("select distinct type from matcher").column()
    known = [matcher for name in types if (matcher := read_matcher(lake, name))]
    return sum(not is_whole(lake, matcher) or _strangers(lake, matcher.type) > 0 for matcher in known)


def _strangers(lake: Lake, type_name: str) -> int:
    return int(
        lake.query(
            f"select count(*) from (select distinct id from {index_of(type_name)}) k"
            " where not exists (from entity e where e.id = k.id and e.type = $type)",
            type=type_name,
        ).value()
    )


def last_change(lake: Lake) -> int:
    """The number of the last change in the ledger."""
    return int(lake.query("select coalesce(max(seq), 0) from change").value())


def last_batch(lake: Lake) -> int:
    """The number of the last batch, of whatever sort."""
    return int(lake.query("select coalesce(max(batch_id), 0) from batch").value())


def keep_matcher(batch: Batch, matcher: Matcher, index: pl.DataFrame, counts: pl.DataFrame) -> None:
    """
    Put down what a full run learned, in place of what was kept before.

    `index` has hash and id, in this order; `counts` has hash and rows. `matcher.entries` is not looked at.
    """
    with batch.frame("indexed", index):
        batch.execute(f"create or replace table {index_of(matcher.type)} as select hash, id from indexed")
    batch.execute("delete from match_count where type = $type", type=matcher.type)
    with batch.frame("counted", counts):
        batch.execute(
            "insert into match_count select $type, hash, rows from counted where rows >= $least order by hash",
            type=matcher.type,
            least=COUNTED,
        )
    _write(batch, matcher, index.height)


def extend_matcher(
    batch: Batch, matcher: Matcher, *, changed: pl.Series, index: pl.DataFrame, counts: pl.DataFrame
) -> None:
    """Give the index the present entries of the records that `changed`, and count the values (`counts`) that came new."""
    table = index_of(matcher.type)
    with batch.frame("moved", changed.alias("id").to_frame()):
        batch.execute(f"delete from {table} where id in (select id from moved)")
    with batch.frame("indexed", index):
        batch.execute(f"insert into {table} select hash, id from indexed order by hash")
    with batch.frame("counted", counts):
        batch.execute(
            "update match_count set rows = match_count.rows + c.rows from counted c"
            " where match_count.type = $type and match_count.hash = c.hash",
            type=matcher.type,
        )
        # What is not in the table is had by one or two records.
        batch.execute(
            "insert into match_count select $type, hash, rows + 1 from counted c where not exists"
            " (from match_count m where m.type = $type and m.hash = c.hash) order by hash",
            type=matcher.type,
        )
    _write(batch, matcher, int(batch.query(f"select count(*) from {table}").value()))


def forget_matcher(batch: Batch, type_name: str) -> None:
    """Keep nothing of this type any more."""
    batch.execute("delete from matcher where type = $type", type=type_name)
    batch.execute("delete from match_count where type = $type", type=type_name)
    batch.execute(f"drop table if exists {index_of(type_name)}")


def _write(batch: Batch, matcher: Matcher, entries: int) -> None:
    batch.execute("delete from matcher where type = $type", type=matcher.type)
    batch.execute(
        "insert into matcher values ($type, $batch_id, $made_at, $model, $records, $later, $entries, $last_id, $seq)",
        **{**vars(matcher), "entries": entries},
    )


def meet(lake: Lake, type_name: str, asked: pl.DataFrame, most: int) -> pl.DataFrame:
    """
    Which records of the index share an entry with those that ask.

    `asked` has hash and id. Returns id and other, each pair once. An entry that more than `most` records have is passed over.
    """
    with lake.frame("asked", asked) as name:
        return lake.query(
            f"""
            select distinct a.id, k.id as other from {name} a join (
                from {index_of(type_name)} where hash in (select hash from {name})
                qualify count(*) over (partition by hash) <= $most
            ) k on k.hash = a.hash where k.id <> a.id order by all
            """,
            most=most,
        ).frame()


def find_entries(lake: Lake, type_name: str, hashes: Sequence[int], most: int) -> list[int]:
    """The records of the index that have one of these few entries, those first that share most; as `meet` passes over."""
    return lake.query(
        f"""
        select id from (
            select k.hash, k.id from {_written_out(hashes)} join {index_of(type_name)} k on k.hash = a.hash
            qualify count(*) over (partition by k.hash) <= $most
        ) group by id order by count(*) desc, id
        """,
        most=most,
    ).column()


def count_few(lake: Lake, type_name: str, hashes: Sequence[int]) -> pl.DataFrame:
    """How many records have each of these few values: as `count_values`."""
    return lake.query(
        f"select m.hash, m.rows from {_written_out(hashes)} join match_count m on m.hash = a.hash where m.type = $type",
        type=type_name,
    ).frame()


def _written_out(hashes: Sequence[int]) -> str:
    # Joined, not asked for with `in`: the engine then reads only the blocks that may hold them.
    told = ", ".join(f"({int(hash)}::uinteger)" for hash in hashes)
    return f"(values {told or '(null::uinteger)'}) a(hash)"


def count_values(lake: Lake, type_name: str, asked: pl.DataFrame) -> pl.DataFrame:
    """How many records have each of these values (`hash`): hash and rows; those that hardly any has are left out."""
    with lake.frame("asked", asked) as name:
        return lake.query(
            f"select hash, rows from match_count where type = $type and hash in (select hash from {name})",
            type=type_name,
        ).frame()


def count_entries(lake: Lake, type_name: str, asked: pl.DataFrame) -> pl.DataFrame:
    """How many records other than those that ask have each of these entries (`hash`, `id`): hash and rows."""
    with lake.frame("asked", asked) as name:
        return lake.query(
            f"select hash, count(*) as rows from {index_of(type_name)} where hash in (select hash from {name})"
            f" and id not in (select id from {name}) group by hash"
        ).frame()


def unlisted_partners(lake: Lake, type_name: str, ids: Iterable[int]) -> list[int]:
    """
    The records that a pair of the last run joins to one of these, and that have no entry in the index of their own.

    Of identical records only the first has entries: its copies are found by their pairs with it.
    """
    with lake.frame("asked", pl.DataFrame({"id": list(ids)}, schema={"id": pl.Int64})) as name:
        return lake.query(
            f"""
            with partner as (
                select right_id as id from match where type = $type and left_id in (select id from {name})
                union select left_id from match where type = $type and right_id in (select id from {name})
            )
            select id from partner where id not in (select id from {name})
            and id not in (select id from {index_of(type_name)} where id in (select id from partner)) order by id
            """,
            type=type_name,
        ).column()
