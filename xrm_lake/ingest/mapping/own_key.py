"""The columns that tell a table's records apart, also at the next import."""

from collections.abc import Sequence

from xrm_lake.errors import UnknownName
from xrm_lake.ingest.mapping.header import plain
from xrm_lake.ingest.mapping.key_faults import key_faults
from xrm_lake.ingest.mapping.lexicon import lexicon, word_set
from xrm_lake.ingest.mapping.sample import Table
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.model.catalog import Catalog

# Names that things bear alone; two people may share one.
_NAMED_ONCE = ("text", "company_name")


def own_key(
    table: Table, columns: Sequence[ColumnPlan], type_name: str, catalog: Catalog
) -> tuple[tuple[int, ...], str]:
    """
    The positions of the key, and a note on it if there is something to say; no positions if nothing tells rows apart.

    An id first; else a field that is declared unique, the e-mail of a person or user, or the name of a thing, if it is
    there in every row and never twice.
    """
    ids = tuple(column.position for column in columns if column.to == "key")
    if ids:
        return ids, "" if table.complete_key(ids) else f"The key {_headers(table, ids)} {key_faults(table, ids)}."
    if not type_name:
        return (), ""
    passed_over = _passed_over(table, columns)
    placed = {column.field: column.position for column in columns if column.to == "field"}
    for name in _candidates(type_name, catalog):
        if name in placed and _telling(table, placed[name]) and table.complete_key((placed[name],)):
            none = passed_over or "There is no id"
            return (placed[name],), f"{none}, so {_headers(table, (placed[name],))} tells the records apart."
    none = f"{passed_over}, and there is no" if passed_over else "There is no id and no"
    return (), f"{none} column that tells the rows apart, so a row that changes counts as another record."


def _passed_over(table: Table, columns: Sequence[ColumnPlan]) -> str:
    """That a column is called an id and cannot be the key, and why; empty if none is."""
    for column in columns:
        seen = table.columns[column.position]
        last = seen.words.split()[-1:]
        if (
            column.to in ("extra", "field")
            and not seen.content.empty
            and (seen.words in word_set("own_ids") or _first_id(seen.position, last))
        ):
            found = key_faults(table, (column.position,))
            if found:
                return f"{column.header!r} cannot be the key: it {found}"
    return ""


def _first_id(position: int, last: Sequence[str]) -> bool:
    return position == 0 and bool(last) and last[0] in lexicon()["suffixes"]["id"]


def told_key(table: Table, columns: Sequence[ColumnPlan], key: Sequence[str]) -> tuple[int, ...]:
    """The positions that the user names by headers or fields. Raises UnknownName."""
    by_header = {plain(column.header): column.position for column in columns}
    by_field = {column.field: column.position for column in columns if column.to == "field"}
    places = {**by_field, **by_header}
    for name in key:
        if name not in by_field and plain(name) not in by_header:
            raise UnknownName(
                f"column or field of {table.delivery.name}", name, {*by_field, *(c.header for c in columns if c.header)}
            )
    return tuple(places.get(plain(name), places.get(name, -1)) for name in key)


def _candidates(type_name: str, catalog: Catalog) -> list[str]:
    entity_type = catalog.type(type_name)
    fields = list(catalog.fields_for_import(type_name))
    unique = [field.name for field in fields if field.unique]
    emails = [field.name for field in fields if field.kind == "email"]
    names = [
        field.name
        for field in entity_type.active_fields
        if field.name in entity_type.caption and field.kind in _NAMED_ONCE
    ]
    person_like = any(field.kind == "full_name" for field in fields)
    colleagues = [
        field.name for field in entity_type.active_fields if field.kind == "full_name" and type_name == "user"
    ]
    return [*unique, *(emails[:1] if person_like else []), *colleagues, *names]


def _telling(table: Table, position: int) -> bool:
    column = table.columns[position]
    return column.distinct


def _headers(table: Table, positions: Sequence[int]) -> str:
    return " + ".join(repr(table.delivery.headers[position]) for position in positions)
