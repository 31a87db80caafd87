"""Cells that are to be changed: which of them may be, and the change itself, through the ledger and all that hangs on it."""

import polars as pl

from xrm_lake.hygiene.fixes.outcome import CELLS, LEFT
from xrm_lake.hygiene.fixes.whole_names import with_whole_names
from xrm_lake.model.names import quoted
from xrm_lake.store.bulk import set_field
from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.search import refresh_search
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch


def change_cells(batch: Batch, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    Give these cells (schema CELLS) their new values; gives those that were changed, and those that were left (LEFT).

    A cell is left whose record was deleted, whose value is no longer the old one, or whose new value must be unique and is there
    already. The whole name follows its parts. Members of clusters are changed themselves: what a person pinned on their golden
    record still stands over it.
    """
    changed, left = [pl.DataFrame(schema=CELLS)], [pl.DataFrame(schema=LEFT)]
    for (type_name, name), part in with_whole_names(batch, cells).group_by(["type", "field"], maintain_order=True):
        ready, stays = _may_change(batch, str(type_name), str(name), part.select(list(CELLS)))
        if ready.height:
            told = ready.select(entity_id="record_id", value="new")
            set_field(batch, batch.catalog.type(str(type_name)), str(name), told)
        changed.append(ready)
        left.append(stays)
    done = pl.concat(changed)
    for (type_name,), part in done.group_by(["type"], maintain_order=True):
        with batch.frame("touched", part.select(id="record_id").unique()):
            refresh_search(batch, str(type_name), "touched")
    rebuild_golden(batch, done["record_id"].unique())
    return done, pl.concat(left)


def _may_change(batch: Batch, type_name: str, name: str, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    field = batch.catalog.field(type_name, name)
    table, column = table_of(type_name), quoted(name)
    with batch.frame("wanted", cells.select(id="record_id")):
        standing = batch.query(
            f"""
            select w.id as record_id, {text_of(field, "r." + column)} as now_, coalesce(e.deleted_at is not null, true) as gone_
            from wanted w left join {table} r on r.id = w.id left join entity e on e.id = w.id
            """
        ).frame()
    known = cells.join(standing.unique("record_id"), on="record_id", how="left", maintain_order="left")
    reason = (
        pl.when("gone_")
        .then(pl.lit("the record was deleted"))
        .when(pl.col("now_").ne_missing(pl.col("old")))
        .then(pl.lit("the value was changed meanwhile"))
        .when(~pl.col("record_id").is_first_distinct())
        .then(pl.lit("another fix changes the same value"))
    )
    told = known.with_columns(reason=reason)
    if field.unique:
        told = _with_twins(batch, type_name, name, told)
    ready, stays = told.filter(pl.col("reason").is_null()), told.filter(pl.col("reason").is_not_null())
    return ready.select(list(CELLS)), stays.select(list(LEFT))


def _with_twins(batch: Batch, type_name: str, name: str, told: pl.DataFrame) -> pl.DataFrame:
    """What must be unique is not made twice: neither beside a record that has the value already, nor by two fixes."""
    field = batch.catalog.field(type_name, name)
    with batch.frame("wanted", told.select(value="new").unique().drop_nulls()):
        taken = batch.query(
            f"select distinct w.value from wanted w join {table_of(type_name)} r on {text_of(field, 'r.' + quoted(name))} = w.value where r.live"
        ).frame()["value"]
    # A fix that is left already takes nothing from another.
    first = pl.col("new").is_first_distinct().over(pl.col("reason").is_null())
    twin = pl.col("new").is_in(taken.implode()) | ~first
    return told.with_columns(
        reason=pl.when(pl.col("reason").is_null() & twin)
        .then(pl.lit("another record has this value, which must be unique: they may be the same"))
        .otherwise("reason")
    )
