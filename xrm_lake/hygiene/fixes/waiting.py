"""Names by which links wait for a record, held against what the records there are called; joined to the record that is meant."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.hygiene.fixes.outcome import CELLS, LEFT
from xrm_lake.model.catalog import Catalog
from xrm_lake.store.bulk import insert_links
from xrm_lake.store.counters import member_of_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.pending import mark_resolved, open_pending
from xrm_lake.store.settings import Reader
from xrm_lake.store.views import caption_sql, table_of
from xrm_lake.store.write import Batch

VALUES = pl.Schema({"value": pl.String(), "records": pl.Int64(), "allowed": pl.Boolean()})
CALLED = pl.Schema({"id": pl.Int64(), "value": pl.String()})


def waits_for(catalog: Catalog, type_name: str, name: str) -> bool:
    """Whether a name is no field of the type but a type of link that may leave from it."""
    entity_type = catalog.type(type_name)
    if name in {field.name for field in entity_type.fields}:
        return False
    links = {item.name: item for item in catalog.link_types}
    return name in links and (not links[name].from_types or type_name in links[name].from_types)


def waiting_links(lake: Lake) -> pl.DataFrame:
    """The types of record whose links wait for a name, and the types of those links: columns type and link."""
    return lake.query(
        """
        select distinct e.type, p.type as link from pending_link p join entity e on e.id = p.from_id and e.deleted_at is null
        where p.resolved_id is null and p.direction is distinct from 'in' order by all
        """
    ).frame()


def waiting_values(lake: Lake, type_name: str, link_type: str) -> pl.DataFrame:
    """
    The names that links of a type wait for, and what the records that they may lead to are called (value, records, allowed).

    `records` counts the links that wait, or that lead there; `allowed` is true for what a record is called.
    """
    waiting = _waiting(lake, type_name, link_type)
    called = _called(lake, lake.catalog, waiting)
    linked = lake.query(
        "select to_golden as id, count(*) as records from link where type = $type and ended_at is null group by to_golden",
        type=link_type,
    ).frame()
    there = (
        called.join(linked, on="id", how="left").group_by("value").agg(pl.col("records").sum(), allowed=pl.lit(True))
    )
    asked = waiting.group_by(value="to_text").agg(records=pl.len(), allowed=pl.lit(False))
    both = pl.concat([each.select(list(VALUES)).cast(VALUES) for each in (there, asked)])
    return both.unique("value", keep="first", maintain_order=True).sort("value")


def join_waiting(
    batch: Batch, type_name: str, link_type: str, meant: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    Join what waits for a name of `meant` to the record that is called as it says; gives what was joined (CELLS) and left (LEFT).

    Raises InvalidValue if no record, or more than one, is called so.
    """
    waiting = _waiting(batch, type_name, link_type).filter(pl.col("to_text").is_in(list(meant)))
    called = _called(batch, batch.catalog, waiting)
    ids = {name: _one(called, name, link_type) for name in set(meant.values())} if waiting.height else {}
    to = {text: ids[name] for text, name in meant.items()} if ids else {}
    wanted = waiting.with_columns(to_id=pl.col("to_text").replace_strict(to, default=None, return_dtype=pl.Int64))
    wanted = _with_standing(batch, wanted, link_type)
    single = batch.catalog.link_type(link_type).cardinality == "one"
    blocked = pl.col("standing").list.len().fill_null(0) > 0 if single else pl.lit(False)
    there = pl.col("standing").list.contains(pl.col("to_id")).fill_null(False)
    done, stays = wanted.filter(~blocked | there), wanted.filter(blocked & ~there)
    insert_links(batch, _links(done.filter(~there)))
    if done.height:
        mark_resolved(batch, done)
    changed, left = (_cells(part, type_name) for part in (done, stays))
    return changed, left.with_columns(reason=pl.lit("another link stands where one only may stand")).cast(LEFT)


def _cells(links: pl.DataFrame, type_name: str) -> pl.DataFrame:
    return links.select(
        pl.lit(type_name).alias("type"),
        record_id="from_id",
        field="type",
        old="to_text",
        new=pl.col("to_id").cast(pl.String),
    ).cast(CELLS)


def _waiting(reader: Reader, type_name: str, link_type: str) -> pl.DataFrame:
    found = open_pending(reader).filter(pl.col("type") == link_type, pl.col("direction").fill_null("out") == "out")
    if found.is_empty():
        return found
    of_type = reader.query(
        "select id as from_id from entity where type = $type and deleted_at is null", type=type_name
    ).frame()
    return found.join(of_type, on="from_id", how="semi", maintain_order="left")


def _called(reader: Reader, catalog: Catalog, waiting: pl.DataFrame) -> pl.DataFrame:
    """What the live records are called that the links may lead to: id, value."""
    names = {name for told in waiting["to_type"].drop_nulls().unique() for name in told.split("|")}
    known = {item.name: item for item in catalog.types}
    parts = [
        reader.query(
            f"select r.id, {caption_sql(known[name], 'r')} as value from {table_of(name)} r where r.live order by r.id"
        ).frame()
        for name in sorted(names & set(known))
    ]
    return pl.concat([pl.DataFrame(schema=CALLED), *(part.cast(CALLED) for part in parts)]).drop_nulls()


def _one(called: pl.DataFrame, name: str, link_type: str) -> int:
    found = called.filter(pl.col("value") == name)["id"]
    if len(found) != 1:
        there = "no record is" if found.is_empty() else f"{len(found)} records are"
        raise InvalidValue(
            f"Links of {link_type} cannot be joined by that name: {there} called so. Nothing was changed. Resolve them one by one (xrm pending)."
        )
    return member_of_golden(int(found[0]))


def _with_standing(batch: Batch, wanted: pl.DataFrame, link_type: str) -> pl.DataFrame:
    """With the oldest members of what each record is linked to already."""
    with batch.frame("wanted", wanted.select("from_id").unique()):
        standing = batch.query(
            """
            select w.from_id, list(if(l.to_golden % 2 = 0, l.to_golden - 1, l.to_golden)) as standing
            from wanted w join entity e on e.id = w.from_id
            join link l on l.from_golden = coalesce(e.golden_id, e.id) and l.type = $type and l.ended_at is null
            group by w.from_id
            """,
            type=link_type,
        ).frame()
    return wanted.join(standing, on="from_id", how="left", maintain_order="left")


def _links(ready: pl.DataFrame) -> pl.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for kind, from_id, to_id, text in ready.select("type", "from_id", "to_id", "fields").iter_rows():
        fields = json.loads(text) if text else {}
        since, until = _day(fields.pop("since", None)), _day(fields.pop("until", None))
        rows.append((kind, from_id, to_id, json.dumps(fields, ensure_ascii=False) if fields else None, since, until))
    schema = {
        "type": pl.String, "from_id": pl.Int64, "to_id": pl.Int64, "fields": pl.String, "since": pl.Date, "until": pl.Date,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
