"""The records of a file against those of the lake: how many, which values differ, and what the amounts add up to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from xrm_lake.ingest.landed import Landed
from xrm_lake.ingest.layout import Side
from xrm_lake.model.names import quoted
from xrm_lake.model.reconciliation import Measure
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

DIFFERING = pl.Schema(
    {"record_id": pl.Int64, "key": pl.String, "type": pl.String, "field": pl.String, "amount": pl.String}
)
_ADDED_UP = ("money", "number", "integer")
_NONE = ""
# Why the lake has another sum than the file.
_AGAIN, _EMPTY = (
    "in rows that are rejected or repeat another",
    "in cells that say nothing in the file, and were filled since",
)


@dataclass(frozen=True)
class Compared:
    """
    One side of a file's rows beside the lake: `said` what the file says, a row each (with `id_`, `first_`: the first row of its record);
    `held` what the lake has of these records (id_, stands and the same fields).
    """

    side: Side
    fields: tuple[str, ...]
    said: pl.DataFrame
    held: pl.DataFrame

    @property
    def told(self) -> pl.DataFrame:
        """One row for each record that the file told."""
        return self.said.filter("first_")

    @property
    def meant(self) -> pl.DataFrame:
        """What the file told, where a cell says nothing with what the lake has: a cell that was mended or filled since is no difference."""
        both = self.told.select("id_", *self.fields).join(
            self.standing, on="id_", how="left", suffix="_here", maintain_order="left"
        )
        return both.select("id_", *(pl.coalesce(name, f"{name}_here").alias(name) for name in self.fields))

    @property
    def standing(self) -> pl.DataFrame:
        """Those of them that the lake has."""
        return self.held.filter("stands_")


def compare(batch: Batch, landed: Landed, rows: pl.DataFrame, side: Side) -> Compared:
    """What a side of the file's rows says, and what the lake has; `rows` (record_no, id, party_id) tells which is which."""
    fields = tuple(
        field.name for field in side.entity_type.active_fields if side.prefix + field.name in landed.rows.columns
    )
    id = "id" if side.prefix == "r." else "party_id"
    ids = landed.rows.select("record_no").join(rows, on="record_no", how="left", maintain_order="left")[id]
    values = landed.rows.select("source_key", *(pl.col(side.prefix + name).alias(name) for name in fields))
    said = values.with_columns(id_=ids).with_columns(
        first_=pl.col("id_").is_not_null() & pl.col("id_").is_first_distinct()
    )
    columns = "".join(f", r.{quoted(name)}" for name in fields)
    with batch.frame("asked", said.select(id="id_").drop_nulls().unique()):
        held = batch.query(
            f"""
            select r.id as id_, e.deleted_at is null as stands_{columns}
            from {table_of(side.entity_type.name)} r join entity e on e.id = r.id where r.id in (select id from asked) order by r.id
            """  # noqa: S608
        ).frame()
    return Compared(side, fields, said, held.cast({name: said.schema[name] for name in fields}))


def measure_records(found: Compared, counted: int, out: Mapping[str, int]) -> Iterator[Measure]:
    """How many records, values by field, amounts by currency and totals by stage; `out` counts, in a word, the rows that did not come in."""
    told, standing = found.told.height, found.standing.height
    sort = found.side.entity_type
    if found.side.prefix == "r.":
        parts = {**out, "repeated": counted - sum(out.values()) - told}
        why = ", ".join(f"{count} {word}" for word, count in parts.items() if count)
        yield Measure("records", sort.name, counted, standing, sum(parts.values()), why)
    else:
        yield Measure("records", sort.name, told, standing)
    pairs = found.told.join(found.standing, on="id_", suffix="_here")
    for name in found.fields:
        filled = pairs.filter(pl.col(name).is_not_null())
        same = int(filled[name].eq_missing(filled[f"{name}_here"]).sum())
        yield Measure("values", f"{sort.name}.{name}", filled.height, same)
    for field in sort.active_fields:
        if field.name in found.fields and field.kind in _ADDED_UP and not field.many:
            yield from _amounts(found, field.name, field.currency_field or "", "")
    if sort.stage_field in found.fields:
        yield from _stages(found)


def _stages(found: Compared) -> Iterator[Measure]:
    sort = found.side.entity_type
    said, held, meant = (frame.group_by(sort.stage_field).len() for frame in (found.told, found.standing, found.meant))
    now = dict(meant.rows())
    for stage, source, lake in _beside(said, held, sort.stage_field, "len"):
        filled = int(source) - int(now.get(stage, 0))
        scope = f"{sort.name}: {stage or 'none'}"
        yield Measure("records in stage", scope, int(source), int(lake), filled, _EMPTY if filled else "")
    for field in sort.active_fields:
        if field.kind == "money" and field.name in found.fields:
            yield from _amounts(found, field.name, field.currency_field or "", sort.stage_field)


def _amounts(found: Compared, name: str, currency: str, by: str) -> Iterator[Measure]:
    """The sum of a field by currency (and stage) in the file and in the lake; rows that are no record of their own explain a part."""
    sort = found.side.entity_type
    groups = [column for column in (by, currency if currency in found.fields else "") if column]
    label = [pl.col(column).fill_null(_NONE) for column in groups] or [pl.lit(_NONE)]

    def sums(frame: pl.DataFrame) -> pl.DataFrame:
        told = frame.drop_nulls(name)
        return told.group_by(scope_=pl.concat_str(label, separator=", ")).agg(pl.col(name).sum())

    rest = dict(sums(found.said.filter(~pl.col("first_"))).rows())
    told, now = (dict(sums(frame).rows()) for frame in (found.told, found.meant))
    for scope, source, lake in _beside(sums(found.said), sums(found.standing), "scope_", name):
        left = Decimal(str(rest.get(scope, 0)))
        filled = Decimal(str(told.get(scope, 0))) - Decimal(str(now.get(scope, 0)))
        why = ", ".join(word for word, count in ((_AGAIN, left), (_EMPTY, filled)) if count)
        said = f"{sort.name}.{name}" + (f": {scope}" if scope else "")
        title = f"sum by {by}" if by else "sum"
        yield Measure(title, said, Decimal(str(source)), Decimal(str(lake)), left + filled if filled else left, why)


def _beside(said: pl.DataFrame, held: pl.DataFrame, key: str, value: str) -> Iterator[tuple[str, Any, Any]]:
    both = said.join(held, on=key, how="full", coalesce=True, nulls_equal=True, suffix="_here").sort(key)
    for group, source, lake in both.select(key, value, f"{value}_here").iter_rows():
        yield group, source or 0, lake or 0


def differing(found: Compared) -> pl.DataFrame:
    """
    The records that are not there (`field` is null), and the values that are not what the file says: frame DIFFERING.

    `amount` is how much less the lake has of a number; null for what is none.
    """
    told = found.told.rename({"source_key": "key"})
    gone = told.join(found.standing.select("id_"), on="id_", how="anti", maintain_order="left")
    parts = [_lines(found, gone, None, None)]
    pairs = told.join(found.standing, on="id_", suffix="_here", maintain_order="left")
    kinds = {field.name: field for field in found.side.entity_type.active_fields}
    for name in found.fields:
        here = pl.col(f"{name}_here")
        odd = pairs.filter(pl.col(name).is_not_null() & pl.col(name).ne_missing(here))
        number = kinds[name].kind in _ADDED_UP and not kinds[name].many
        parts.append(_lines(found, odd, name, (pl.col(name) - here.fill_null(0)).cast(pl.String) if number else None))
    return pl.concat(parts).sort("record_id", "field", nulls_last=False)


def _lines(found: Compared, rows: pl.DataFrame, field: str | None, amount: pl.Expr | None) -> pl.DataFrame:
    told = rows.select(
        "key",
        record_id="id_",
        type=pl.lit(found.side.entity_type.name),
        field=pl.lit(field, pl.String),
        amount=pl.lit(None, pl.String) if amount is None else amount,
    )
    return told.select(list(DIFFERING)).cast(DIFFERING)
