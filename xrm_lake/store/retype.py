"""Give a field another kind: first which values would not survive it, then the change."""

from dataclasses import replace

import polars as pl

from xrm_lake.errors import RetypeRefused
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind, physical
from xrm_lake.model.names import quoted
from xrm_lake.model.results import RetypeResult
from xrm_lake.store.bulk import set_extra
from xrm_lake.store.catalog_io import write_types
from xrm_lake.store.golden import rebuild_golden_of
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import rebuild_search
from xrm_lake.store.texts import cast_text, column_text, text_of
from xrm_lake.store.views import refresh_views, table_of
from xrm_lake.store.write import Batch


def retype_field(
    lake: Lake,
    type_name: str,
    name: str,
    kind_name: str,
    *,
    dry_run: bool = False,
    force: bool = False,
    by: str | None = None,
) -> RetypeResult:
    """
    Give a field another kind and clean all its values by it.

    With `dry_run` nothing is changed and the result lists the values that would fail. Raises RetypeRefused if there
    are any, unless `force`: then their raw text is kept under the record's `extra` and the cell is left empty.
    """
    with lake.write("model", by=by) as batch:
        # Read in the same transaction: no value slips in between.
        entity_type = batch.catalog.type(type_name)
        before = batch.catalog.field(type_name, name)
        after = replace(before, kind=kind(kind_name).name)
        read = _read_values(batch, entity_type, before, after)
        failing = (
            read.filter(~pl.col("valid")).select("value", "count").sort("count", "value", descending=[True, False])
        )
        converted = int(read.filter("valid")["count"].sum())
        if dry_run:
            return RetypeResult(None, converted, failing)
        if failing.height and not force:
            raise RetypeRefused(
                f"{int(failing['count'].sum())} records have a {name} that is no valid {kind_name} ({failing.height} different values)."
                f" Nothing was changed. List them with a dry run, mend them, or go ahead all the same: their text is kept under extra."
            )
        batch.totals["note"] = f"{type_name}.{name}: {before.kind} to {after.kind}"
        _rewrite(batch, entity_type, before, after, read)
        return RetypeResult(batch.id, converted, failing)


def _read_values(batch: Batch, entity_type: EntityType, before: Field, after: Field) -> pl.DataFrame:
    """Each distinct value as text, as the new kind reads it, whether that is valid, and in how many records it stands."""
    values = batch.query(
        f"""
        select {column_text(entity_type, before.name)} as value, count(*) as count from {table_of(entity_type.name)}
        where {quoted(before.name)} is not null group by 1 order by 1
        """
    ).frame()
    sort = kind(after.kind)
    cleaned = sort.clean(values["value"], sort.infer(values["value"]))
    return values.with_columns(cleaned=cleaned, valid=sort.is_valid(cleaned).fill_null(False))


def _rewrite(batch: Batch, entity_type: EntityType, before: Field, after: Field, read: pl.DataFrame) -> None:
    table, column, beside = table_of(entity_type.name), quoted(before.name), quoted(f"{before.name}_")
    keeps_text = physical(kind(after.kind), after.many) == "varchar"
    old_text = column_text(entity_type, before.name, "r")
    with batch.frame("read_values", read):
        batch.execute(f"alter table {table} add column {beside} {physical(kind(after.kind), after.many)}")
        batch.execute(
            f"""
            update {table} set {beside} = {cast_text(after, "n.cleaned")}
            from (select r.id, v.cleaned from {table} r join read_values v on v.value = {old_text} where v.valid or $keeps_text) n
            where {table}.id = n.id
            """,
            keeps_text=keeps_text,
        )
        if not keeps_text:
            _keep_raw(batch, entity_type.name, before.name, old_text)
    _log(batch, entity_type.name, after, old_text, text_of(after, f"r.{beside}"))
    batch.execute(f"drop view if exists {quoted(entity_type.name)}")
    batch.execute(f"alter table {table} drop column {column}")
    batch.execute(f"alter table {table} rename column {beside} to {column}")
    changed = replace(
        entity_type,
        fields=tuple(after if field.name == after.name else field for field in entity_type.fields),
    )
    write_types(batch, [changed])
    catalog = replace(
        batch.catalog,
        types=tuple(changed if item.name == changed.name else item for item in batch.catalog.types),
    )
    batch.extend(catalog)
    refresh_views(batch, catalog, [entity_type.name])
    rebuild_search(batch, changed)
    rebuild_golden_of(batch, entity_type.name)


def _log(batch: Batch, type_name: str, after: Field, old_text: str, new_text: str) -> None:
    """A ledger row (op `retype`) for each record whose value reads otherwise by the new kind; golden records are derived."""
    batch.log_query(
        f"""
        select $type as type, r.id as entity_id, 'retype' as op, $field as field, {old_text} as old, {new_text} as new
        from {table_of(type_name)} r where r.id % 2 = 1 and {old_text} is distinct from {new_text} order by r.id
        """,
        type=type_name,
        field=after.name,
    )


def _keep_raw(batch: Batch, type_name: str, name: str, old_text: str) -> None:
    """What the new kind cannot read is kept beside the fields of its record; a golden record has nothing there."""
    kept = batch.query(
        f"""
        select r.id as entity_id,
               json_merge_patch(coalesce(r.extra, '{{}}'), json_object('_raw', json_object($name, v.value)))::varchar as value
        from {table_of(type_name)} r join read_values v on v.value = {old_text} where not v.valid and r.id % 2 = 1 order by r.id
        """,
        name=name,
    ).frame()
    set_extra(batch, type_name, kept)
