"""Unify: one spelling in place of several, in all records that have one of them; or say that they are not the same."""

from collections.abc import Mapping

import polars as pl

from xrm_lake.errors import InvalidValue, Misuse
from xrm_lake.hygiene.fixes.cells import change_cells
from xrm_lake.hygiene.fixes.outcome import CELLS, FixResult
from xrm_lake.hygiene.fixes.refusals import REFUSALS, VALUES, add_refusals
from xrm_lake.hygiene.fixes.value_clusters import worded_field
from xrm_lake.hygiene.fixes.waiting import join_waiting, waits_for
from xrm_lake.model.entity_type import Field
from xrm_lake.model.names import quoted
from xrm_lake.model.values import clean_value
from xrm_lake.store.lake import Lake
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

_SOURCE = "value clusters"


def unify_values(
    lake: Lake, type: str, field: str, values: Mapping[str, str], *, dry_run: bool = False, by: str | None = None
) -> FixResult:
    """
    Put one value in the place of others in a field: `values` from what stands to what is to stand.

    All records that have it are changed, each member of a merged one too, in one batch that `undo` takes back; what a person
    pinned on a golden record stays over it. Where `field` is a type of link, what waits for a name is joined to the record that bears
    the other. A dry run changes nothing and gives the same. Raises UnknownName, Misuse if nothing is said, InvalidValue if a
    new value is not accepted, or is itself to be replaced.
    """
    if not values:
        raise Misuse("No value was named. Say what becomes what, such as {'GTXPro': 'GTX Pro'}.")
    with lake.write("fix", by=by, source=_SOURCE, dry_run=dry_run) as batch:
        batch.totals["note"] = f"{type}.{field}: {len(values)} spelling{'s' if len(values) > 1 else ''} unified"
        if waits_for(batch.catalog, type, field):
            meant = {old: new for old, new in values.items() if old != new}
            _refuse_chain(meant)
            changed, left = join_waiting(batch, type, field, meant)
        else:
            entity_type = batch.catalog.type(type)
            one = worded_field(entity_type, batch.catalog.field(type, field))
            meant = _accepted(one, values)
            changed, left = change_cells(batch, _cells(batch, type, one, meant))
        batch.totals["rows_changed"] = changed["record_id"].n_unique()
        return FixResult(batch.id if changed.height and not dry_run else None, changed, left)


def refuse_values(lake: Lake, type: str, field: str, values: Mapping[str, str], *, by: str | None = None) -> int:
    """
    Say that values are not spellings of one: `values` from each to the one that was proposed for it; never proposed again.

    Gives the batch, which `undo` takes back. Raises UnknownName, Misuse if nothing is said.
    """
    if not values:
        raise Misuse("No value was named. Say which are not the same, such as {'GTK 500': 'GTX 500'}.")
    if not waits_for(lake.catalog, type, field):
        lake.catalog.field(type, field)
    rows = pl.DataFrame(
        [(VALUES, type, None, field, old, new, None) for old, new in values.items()], schema=REFUSALS, orient="row"
    )
    with lake.write("fix", by=by, source=_SOURCE) as batch:
        batch.totals["note"] = f"{type}.{field}: {len(values)} spelling{'s' if len(values) > 1 else ''} kept apart"
        add_refusals(batch, rows)
        return batch.id


def _accepted(field: Field, values: Mapping[str, str]) -> dict[str, str]:
    """The changes with their new values in canonical form. Raises InvalidValue."""
    one = Field(field.name, field.label, field.kind, allowed=field.allowed)
    meant = {}
    for old, new in values.items():
        cleaned = clean_value(one, new)
        if cleaned is None:
            raise InvalidValue(
                f"{field.label} ({field.name}): a value cannot be unified with nothing. Nothing was changed."
            )
        if cleaned != old:
            meant[old] = cleaned
    _refuse_chain(meant)
    return meant


def _refuse_chain(meant: Mapping[str, str]) -> None:
    if set(meant) & set(meant.values()):
        raise InvalidValue(
            "A value is to be replaced and to replace another at once. Nothing was changed. Name the value that is to stand in the end."
        )


def _cells(batch: Batch, type_name: str, field: Field, meant: Mapping[str, str]) -> pl.DataFrame:
    """The cells that hold one of these values, with what they are to hold (schema CELLS); of a list, the whole of it."""
    table, column = table_of(type_name), f"r.{quoted(field.name)}"
    told = pl.DataFrame({"was": list(meant), "new": list(meant.values())}, schema={"was": pl.String, "new": pl.String})
    standing = "e.deleted_at is null and e.source is distinct from 'golden'"
    with batch.frame("meant", told):
        if not field.many:
            return batch.query(
                f"select $type as type, r.id as record_id, $field as field, m.was as old, m.new from {table} r"
                f" join entity e on e.id = r.id join meant m on m.was = {column} where {standing} order by r.id",
                type=type_name, field=field.name,
            ).frame().cast(CELLS)  # fmt: skip
        return batch.query(
            f"""
            with item as (
                select r.id, {text_of(field, column)} as old, unnest({column}) as value, unnest(range(len({column}))) as place
                from {table} r join entity e on e.id = r.id
                where {standing} and list_has_any({column}, (select list(was) from meant))
            ), put as (
                select i.id, i.old, coalesce(m.new, i.value) as value, min(i.place) as place
                from item i left join meant m on m.was = i.value group by i.id, i.old, coalesce(m.new, i.value)
            )
            select $type as type, id as record_id, $field as field, old, to_json(list(value order by place))::varchar as new
            from put group by id, old order by id
            """,
            type=type_name, field=field.name,
        ).frame().cast(CELLS)  # fmt: skip
