"""
What an import says against what the lake holds: cell by cell, and who has the last word.

A source that says what it said before never overwrites what somebody has changed since. If it says something
new of a value that a person has set, the person's value stays and the difference is noted (op `source`).
"""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import quoted
from xrm_lake.store.ledger import ACTIVE
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

_PART = 200_000
# `new` is what would stand, `told` what the file says by itself.
_CELLS = pl.Schema(
    {"entity_id": pl.Int64(), "field": pl.String(), "old": pl.String(), "new": pl.String(), "told": pl.String()}
)
_KEPT = {name: _CELLS[name] for name in ("entity_id", "field", "old", "new")}


@dataclass(frozen=True)
class Differences:
    """
    `changes`, `conflicts` and `agreed` have entity_id, field, old, new; `extra` has entity_id, old, value.

    A conflict has beside it what `stands`; its `old` is what the source said before. `agreed` are values of people that the
    source says now, too, and did not before. `kept` differ in how they are spelt only, and are not written.
    """

    changes: pl.DataFrame
    conflicts: pl.DataFrame
    agreed: pl.DataFrame
    extra: pl.DataFrame
    kept: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_KEPT))

    def keeping(self, cells: pl.DataFrame) -> "Differences":
        """What differs but in these cells (entity_id, field, old, new), which are `kept` as they are."""
        on = ["entity_id", "field"]
        changes, conflicts = (
            part.join(cells, on=on, how="anti", maintain_order="left") for part in (self.changes, self.conflicts)
        )
        return replace(self, changes=changes, conflicts=conflicts, kept=cells)

    @property
    def is_empty(self) -> bool:
        """Whether no cell would be written or is contested."""
        return self.changes.is_empty() and self.conflicts.is_empty()

    def without(self, stays: pl.Series) -> tuple["Differences", pl.Series]:
        """What differs but in these records, and which of them would have been written to."""
        left = self.touched.filter(self.touched.is_in(stays.implode()))
        other = ~pl.col("entity_id").is_in(left.implode())
        parts = (self.changes, self.conflicts, self.agreed, self.extra, self.kept)
        return Differences(*(part.filter(other) for part in parts)), left

    @property
    def touched(self) -> pl.Series:
        """The records that are written to."""
        return pl.concat([self.changes["entity_id"], self.extra["entity_id"]]).unique()


def differences(
    batch: Batch,
    entity_type: EntityType,
    rows: pl.DataFrame,
    source: str,
    *,
    cleared: frozenset[str] = frozenset(),
    added: frozenset[str] = frozenset(),
) -> Differences:
    """
    How these rows differ from the records they are: `rows` has id, extra and a typed column for each field.

    An empty cell says nothing, but of the fields `cleared` that there is no value. The values of the fields `added` are put to
    those that are there, which takes nothing from a person, and so is never contested.
    """
    # In parts, so that what is compared at a time is small whatever the size of the file.
    parts = list(rows.iter_slices(_PART)) or [rows]
    says = [
        _Says(field, field.name in cleared, field.name in added)
        for field in entity_type.fields
        if field.name in rows.columns
    ]
    cells = pl.concat([_cells(batch, entity_type, part, says) for part in parts])
    judged = _judge(batch, cells, source)
    keep = ["entity_id", "field", "old", "new"]
    contested = pl.col("by_person") & ~pl.col("field").is_in(list(added))
    conflicts = judged.filter(contested & ~pl.col("stale"))
    echoes = _judge(batch, pl.concat([_echoes(batch, entity_type, part) for part in parts]), source)
    return Differences(
        changes=judged.filter(~contested & ~pl.col("stale")).select(keep),
        # What the source said before stands in the note, not what the person made of it.
        conflicts=conflicts.select("entity_id", "field", old="said", new="new", stands="old"),
        agreed=echoes.filter(pl.col("by_person") & ~pl.col("stale")).select(
            "entity_id", "field", old="said", new="new"
        ),
        extra=pl.concat([_extras(batch, entity_type, part) for part in parts]),
    )


def cells_that_differ(
    batch: Batch, entity_type: EntityType, rows: pl.DataFrame, cleared: frozenset[str]
) -> pl.DataFrame:
    """The cells of rows that say something else than what is there: entity_id, field, old, new; an empty one of `cleared` too."""
    says = [_Says(field, field.name in cleared, False) for field in entity_type.fields if field.name in rows.columns]
    parts = list(rows.iter_slices(_PART)) or [rows]
    return pl.concat([_cells(batch, entity_type, part, says) for part in parts]).drop("told")


def extras_that_differ(batch: Batch, entity_type: EntityType, rows: pl.DataFrame) -> pl.DataFrame:
    """What rows say beside the fields, where that differs from what is there: entity_id, old, value."""
    parts = list(rows.iter_slices(_PART)) or [rows]
    return pl.concat([_extras(batch, entity_type, part) for part in parts])


@dataclass(frozen=True)
class _Says:
    """What a cell of the file says of a field, in SQL, `k` being the row of the file and `r` the record."""

    field: Field
    clears: bool
    adds: bool

    @property
    def told(self) -> str:
        return f"k.{quoted(self.field.name)}"

    @property
    def here(self) -> str:
        return f"r.{quoted(self.field.name)}"

    @property
    def new(self) -> str:
        """The value that would stand."""
        if not self.adds:
            return self.told
        fresh = f"list_filter({self.told}, lambda item: not list_contains(coalesce({self.here}, []), item))"
        return f"list_concat({self.here}, {fresh})"

    @property
    def differs(self) -> str:
        """Whether it says something else than what is there. A text that could not be read clears nothing."""
        filled = f"{self.told} is not null"
        if self.clears:
            filled = f"({filled} or json_extract(k.extra, '$._raw.{quoted(self.field.name)}') is null)"
        return f"({filled} and {self.new} is distinct from {self.here})"


def _cells(batch: Batch, entity_type: EntityType, rows: pl.DataFrame, says: list[_Says]) -> pl.DataFrame:
    """All cells that say something else than what is there (frame _CELLS)."""
    if not says or rows.is_empty():
        return pl.DataFrame(schema=_CELLS)
    table = table_of(entity_type.name)
    differs = " or ".join(each.differs for each in says)
    with batch.frame("known", rows):
        ids = batch.query(
            f"select k.id from known k join {table} r on r.id = k.id where r.id between $first and $last and ({differs})",  # noqa: S608
            first=rows["id"].min(),
            last=rows["id"].max(),
        ).frame()
    if ids.is_empty():
        return pl.DataFrame(schema=_CELLS)
    parts = " union all ".join(
        f"select k.id as entity_id, '{each.field.name}' as field, {text_of(each.field, each.here)} as old,"  # noqa: S608
        f" {text_of(each.field, each.new)} as new, {text_of(each.field, each.told)} as told"
        f" from known k join {table} r on r.id = k.id where {each.differs}"
        for each in says
    )
    with batch.frame("known", rows.join(ids, on="id", how="semi")):
        return batch.query(f"select * from ({parts}) order by entity_id, field").frame().cast(_CELLS)  # noqa: S608


def _echoes(batch: Batch, entity_type: EntityType, rows: pl.DataFrame) -> pl.DataFrame:
    """The filled cells that say what is there already, of fields that somebody other than an import has set: as `_cells`."""
    with batch.frame("known", rows.select("id")):
        mended = batch.query(
            f"""
            select distinct c.entity_id as id, c.field from change c join batch b on b.batch_id = c.batch_id and {ACTIVE}
            where c.op = 'set' and b.kind <> 'import' and c.entity_id between $first and $last and c.entity_id in (select id from known)
            """,  # noqa: S608
            first=rows["id"].min(),
            last=rows["id"].max(),
        ).frame()
    fields = [
        field for field in entity_type.fields if field.name in rows.columns and field.name in set(mended["field"])
    ]
    if not fields:
        return pl.DataFrame(schema=_CELLS)
    table = table_of(entity_type.name)
    parts = " union all ".join(
        f"select r.id as entity_id, m.field, {text_of(field, f'r.{quoted(field.name)}')} as old, old as new, old as told"  # noqa: S608
        f" from mended m join known k on k.id = m.id join {table} r on r.id = m.id"
        f" where m.field = '{field.name}' and k.{quoted(field.name)} = r.{quoted(field.name)}"
        for field in fields
    )
    with batch.frame("mended", mended), batch.frame("known", rows.join(mended, on="id", how="semi")):
        return batch.query(f"select * from ({parts}) order by entity_id, field").frame().cast(_CELLS)  # noqa: S608


def _judge(batch: Batch, cells: pl.DataFrame, source: str) -> pl.DataFrame:
    """
    For each cell: `said` (what this source said last, as far as the ledger tells), `stale` (it says the same again),
    and `by_person` (what is there was set by somebody).
    """
    with batch.frame("cells", cells):
        return batch.query(
            f"""
            with told as (
                select c.entity_id, c.field, count(*) filter (where c.op = 'set') > 0 as was_set,
                       arg_max(b.kind, c.seq) filter (where c.op = 'set') as last_kind,
                       arg_min_null(c.old, c.seq) filter (where c.op = 'set') as first_old,
                       count(*) filter (where b.kind = 'import' and b.source = $source) > 0 as noted,
                       arg_max_null(c.new, c.seq) filter (where b.kind = 'import' and b.source = $source) as noted_last,
                       count(*) filter (where c.op = 'set' and b.kind = 'import' and b.source = $source) > 0 as wrote,
                       arg_max_null(c.new, c.seq) filter (where c.op = 'set' and b.kind = 'import' and b.source = $source) as wrote_last
                from change c join batch b on b.batch_id = c.batch_id and {ACTIVE}
                where c.op in ('set', 'source') and (c.entity_id, c.field) in (select (entity_id, field) from cells)
                group by c.entity_id, c.field
            ), judged as (
                select d.*, coalesce(t.was_set, false) as was_set, t.first_old,
                       -- What an earlier file of this import made has no batch yet.
                       if(m.batch_id is null, 'import', m.kind) as made_by, if(m.batch_id is null, e.source, m.source) as made_from,
                       case when t.was_set then t.last_kind <> 'import'
                            else coalesce(m.kind <> 'import', false) and d.old is not null end as by_person,
                       -- What was only noted was never written: it counts for as long as a person's value stands in its way.
                       coalesce(if(by_person, t.noted, t.wrote), false) as own,
                       if(by_person, t.noted_last, t.wrote_last) as own_last
                from cells d join entity e on e.id = d.entity_id left join batch m on m.batch_id = e.batch_id
                left join told t on t.entity_id = d.entity_id and t.field = d.field
            ), said as (
                select *, own or (made_by = 'import' and made_from = $source) as has_said,
                       case when own then own_last
                            when made_by = 'import' and made_from = $source and was_set then first_old
                            when made_by = 'import' and made_from = $source then old end as said
                from judged
            )
            select entity_id, field, old, new, said,
                   has_said and (new is not distinct from said or told is not distinct from said) as stale, by_person
            from said order by entity_id, field
            """,  # noqa: S608
            source=source,
        ).frame()


def _extras(batch: Batch, entity_type: EntityType, rows: pl.DataFrame) -> pl.DataFrame:
    """What stands beside the fields, with what the rows say put over it: entity_id, old, value; only where that differs."""
    fields = [field for field in entity_type.fields if field.name in rows.columns]
    filled = (
        ", ".join(f"case when r.{quoted(field.name)} is not null then '{field.name}' end" for field in fields)
        or "null::varchar"
    )
    read = (
        ", ".join(f"case when k.{quoted(field.name)} is not null then '{field.name}' end" for field in fields)
        or "null::varchar"
    )
    with batch.frame("known", rows):
        found = batch.query(
            f"""
            select k.id, r.extra::varchar as old, k.extra as new, [{filled}] as filled, [{read}] as read
            from known k join {table_of(entity_type.name)} r on r.id = k.id and r.id between $first and $last
            where (k.extra is not null and k.extra is distinct from r.extra::varchar) or contains(r.extra::varchar, '"_raw"')
            order by k.id
            """,  # noqa: S608
            first=rows["id"].min(),
            last=rows["id"].max(),
        ).dicts()
    merged = [(row["id"], row["old"], _merge(row)) for row in found]
    changed = [
        (id, old, json.dumps(new, ensure_ascii=False) if new else None)
        for id, old, new in merged
        if new != (json.loads(old) if old else {})
    ]
    schema = {"entity_id": pl.Int64, "old": pl.String, "value": pl.String}
    return pl.DataFrame(changed, schema=schema, orient="row")


def _merge(row: dict[str, Any]) -> dict[str, Any]:
    """New members over old ones. Raw text goes when its field could be read, and does not come back over a value."""
    old: dict[str, Any] = json.loads(row["old"]) if row["old"] else {}
    new: dict[str, Any] = json.loads(row["new"]) if row["new"] else {}
    before, said = old.pop("_raw", {}), new.pop("_raw", {})
    filled, read = set(row["filled"]), set(row["read"])
    raw = {name: text for name, text in before.items() if name not in read}
    raw |= {name: text for name, text in said.items() if name not in filled or name in before}
    return old | new | ({"_raw": raw} if raw else {})
