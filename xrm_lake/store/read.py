"""Reading records: a page of a type, one record whole, or any read-only statement."""

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl

from xrm_lake.errors import InvalidQuery, InvalidValue, UnknownName, UnknownRecord
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.model.results import RecordView
from xrm_lake.store.counters import is_golden, member_of_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.links import links_of
from xrm_lake.store.outgoing import outgoing_query
from xrm_lake.store.parties import version_of
from xrm_lake.store.search import captions_of, fold_sql
from xrm_lake.store.views import table_of

MAX_PAGE = 100_000

# What the engine finds before it has read a single row.
_WITHOUT_VALUES = (
    duckdb.ParserException, duckdb.SyntaxException, duckdb.BinderException, duckdb.CatalogException,
    duckdb.OutOfMemoryException,
)  # fmt: skip
_OF_VALUES: tuple[tuple[type[duckdb.Error], str], ...] = (
    (
        duckdb.ConversionException,
        "a value cannot be converted to the kind that is asked for; try_cast gives null for it",
    ),
    (duckdb.OutOfRangeException, "a number is out of range"),
    (duckdb.PermissionException, "it asks for what is no part of the lake: a file, an address, a setting"),
    (duckdb.InterruptException, "it was stopped"),
)


def list_records(
    lake: Lake,
    type_name: str,
    *,
    where: str | None = None,
    sort: str | None = None,
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
    text: str | None = None,
) -> pl.DataFrame:
    """
    A page of a type's live records: id, the fields in use (and its party's, for a role), updated_at.

    `where` is an SQL condition over these columns, `text` words that a record's text must hold.
    Raises UnknownName for a type or sort field that is not there, InvalidQuery for a condition that cannot be run
    or a page of more than 100 000 records (`select_records` and exports give them all).
    """
    clause, values = _condition(lake, type_name, where, text)
    order = (
        f"{quoted(_sortable(lake, type_name, sort))} {'desc' if descending else 'asc'} nulls last, id" if sort else "id"
    )
    sql = f"select * exclude (extra) from {quoted(type_name)} {clause} order by {order} limit $limit offset $offset"
    return _run(lake, sql, limit=_page_size(limit), offset=max(0, offset), **values)


def select_records(lake: Lake, type_name: str, *, where: str | None = None) -> pl.DataFrame:
    """All live records of a type that meet a condition, in id order; columns as in `list_records`, with `extra` (JSON)."""
    clause, values = _condition(lake, type_name, where, None)
    return _run(lake, f"select * from {quoted(type_name)} {clause} order by id", **values)


def select_outgoing(lake: Lake, type_name: str, *, where: str | None = None, links: bool = True) -> pl.DataFrame:
    """The records of `select_records` with their links and with what makes them known again: columns as in `outgoing_query`."""
    clause, values = _condition(lake, type_name, where, None)
    return _run(lake, outgoing_query(lake, lake.catalog.type(type_name), clause, links=links), **values)


def outgoing_pieces(
    lake: Lake, type_name: str, *, where: str | None = None, links: bool = True
) -> Iterator[pl.DataFrame]:
    """The rows of `select_outgoing` piece by piece, so that they need not all be in memory; at least one piece."""
    clause, values = _condition(lake, type_name, where, None)
    sql = outgoing_query(lake, lake.catalog.type(type_name), clause, links=links)
    try:
        yield from lake.query(sql, **values).pieces()
    except duckdb.Error as problem:
        raise InvalidQuery(f"The query cannot be run: {_message(problem)}") from problem


def count_records(lake: Lake, type_name: str, *, where: str | None = None, text: str | None = None) -> int:
    """How many live records of a type meet the same conditions as in `list_records`."""
    clause, values = _condition(lake, type_name, where, text)
    return int(_run(lake, f"select count(*) as n from {quoted(type_name)} {clause}", **values)["n"][0])


def filled_fields(lake: Lake, type_name: str) -> dict[str, float]:
    """For each field in use (and its party's, for a role), the share (0..1) of the type's live records that fill it."""
    lake.catalog.type(type_name)
    names = [field.name for field in lake.catalog.fields_for_import(type_name)]
    if not names:
        return {}
    shares = ", ".join(f"count({quoted(name)}) / greatest(count(*), 1)" for name in names)
    row = lake.query(f"select {shares} from {quoted(type_name)}").rows()[0]
    return dict(zip(names, row, strict=True))


def show_record(lake: Lake, id: int) -> RecordView:
    """
    One record whole: its values, links, roles, and what it was merged from or into.

    An id of a golden record that is no more leads to what became of it. Raises UnknownRecord.
    """
    id = resolve_id(lake, id)
    spine = lake.query("select * from entity where id = $id", id=id).one()
    assert spine is not None
    entity_type = lake.catalog.type(spine["type"])
    # Before the values: whoever writes in between makes the version too old, never the values.
    version = version_of(lake, entity_type, id)
    row = lake.query(f"select * from {table_of(entity_type.name)} where id = $id", id=id).one()
    if row is None or version is None:
        raise UnknownRecord("record", id)
    return RecordView(
        id=id,
        type=entity_type.name,
        caption=captions_of(lake, [id], [entity_type.name])[id],
        values={field.name: row[field.name] for field in entity_type.active_fields},
        extra=json.loads(row["extra"]) if row["extra"] else {},
        updated_at=version,
        created_at=spine["created_at"],
        source=spine["source"],
        source_key=spine["source_key"],
        deleted_at=spine["deleted_at"],
        golden_id=spine["golden_id"],
        members=_members(lake, id),
        party=_party(lake, entity_type, id),
        roles=_roles(lake, id),
        links=links_of(lake, id),
    )


def resolve_id(lake: Lake, id: int) -> int:
    """The record that an id stands for: itself, or what became of a golden record that was taken apart."""
    if lake.query("select count(*) from entity where id = $id", id=id).value():
        return id
    if is_golden(id):
        row = lake.query("select id, golden_id from entity where id = $id", id=member_of_golden(id)).one()
        if row is not None:
            return int(row["golden_id"] or row["id"])
    raise UnknownRecord("record", id)


def read_sql(lake: Lake, statement: str, *, limit: int | None = None) -> pl.DataFrame:
    """
    The answer to one read-only statement over the types' views and the lake's tables.

    Raises InvalidQuery if it is not exactly one statement, would write, or cannot be run.
    """
    cursor = lake.engine.cursor()
    try:
        parsed = cursor.extract_statements(statement)
    except duckdb.Error as problem:
        raise InvalidQuery(f"This is no valid SQL: {_message(problem)}") from problem
    if len(parsed) != 1 or parsed[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise InvalidQuery(
            "Only one statement that reads can be run here: select, from, with, describe, explain. Nothing was changed."
        )
    cursor.execute("begin transaction read only")
    try:
        sql = statement.strip().rstrip(";")
        return _run(lake, f"from ({sql}\n) limit {int(limit)}" if limit else sql)
    finally:
        cursor.execute("rollback")


def _run(lake: Lake, sql: str, /, **values: Any) -> pl.DataFrame:
    try:
        return lake.query(sql, **values).frame()
    except duckdb.Error as problem:
        raise InvalidQuery(f"The query cannot be run: {_message(problem)}") from problem


def _condition(lake: Lake, type_name: str, where: str | None, text: str | None) -> tuple[str, dict[str, Any]]:
    entity_type = lake.catalog.type(type_name)
    if entity_type.retired:
        raise InvalidValue(f"The type {type_name} is retired: bring it back to list its records.")
    parts: list[str] = []
    values: dict[str, Any] = {}
    if where:
        _refuse_statement(lake, where)
        parts.append(f"({where}\n)")
    if text and text.split():
        # A role is found by the words of its party.
        ids = "coalesce(party_id, id)" if entity_type.role_of else "id"
        parts.append(
            f"{ids} in (select s.id from search_doc s where list_bool_and(list_transform($words::varchar[],"
            f" lambda word: contains(s.text, {fold_sql('word')}))))"
        )
        values["words"] = text.split()
    return (f"where {' and '.join(parts)}" if parts else ""), values


def _refuse_statement(lake: Lake, where: str) -> None:
    """A condition is one expression: nothing that ends what it stands in and begins another."""
    # What closes a bracket to open it again would pass in one of these, but not in both.
    for place in (f"select 1 where ({where}\n)", f"select case when {where}\n then 1 end"):
        try:
            parsed = lake.engine.cursor().extract_statements(place)
        except duckdb.Error as problem:
            raise InvalidQuery(f"The condition cannot be read: {_message(problem)}") from problem
        if len(parsed) != 1:
            raise InvalidQuery("A condition must be one expression, such as \"amount > 1000 and stage = 'Won'\".")


def _sortable(lake: Lake, type_name: str, sort: str) -> str:
    names = lake.query(f"select column_name from (describe {quoted(type_name)})").column()
    if sort not in names:
        raise UnknownName(f"column of {type_name}", sort, names)
    return sort


def _members(lake: Lake, id: int) -> tuple[int, ...]:
    if not is_golden(id):
        return ()
    return tuple(
        lake.query("select id from entity where golden_id = $id and deleted_at is null order by id", id=id).column()
    )


def _party(lake: Lake, entity_type: EntityType, id: int) -> dict[str, Any] | None:
    if entity_type.role_of is None:
        return None
    row = lake.query(
        "select l.to_golden as id, e.type from link l join entity e on e.id = l.to_golden and e.deleted_at is null"
        " where l.from_id = $id and l.type = 'role_of' and l.ended_at is null",
        id=id,
    ).one()
    if row is None:
        return None
    party = lake.catalog.type(row["type"])
    values = lake.query(f"select * from {table_of(party.name)} where id = $id", id=row["id"]).one() or {}
    return row | {
        "caption": captions_of(lake, [row["id"]], [row["type"]])[row["id"]],
        "values": {field.name: values.get(field.name) for field in party.active_fields},
    }


def _roles(lake: Lake, id: int) -> tuple[dict[str, Any], ...]:
    return tuple(
        lake.query(
            "select l.from_id as id, e.type from link l join entity e on e.id = l.from_id and e.deleted_at is null"
            " where l.to_golden = $id and l.type = 'role_of' and l.ended_at is null order by l.id",
            id=id,
        ).dicts()
    )


def _page_size(limit: int) -> int:
    if limit > MAX_PAGE:
        raise InvalidQuery(f"A page holds {MAX_PAGE} records at most, not {limit}. Ask for several, or export them.")
    return max(0, limit)


def _message(problem: BaseException) -> str:
    """What the engine says of a statement. Of an error that came with the values it tells the kind and column alone."""
    text = re.sub(r"\s*LINE \d+:.*", "", str(problem).strip(), flags=re.S).strip()
    if isinstance(problem, _WITHOUT_VALUES):
        return text[:400]
    # The engine quotes values in many ways, some of them unmarked: nothing of its text can be passed on.
    column = re.search(r"when casting from source column (\w+)$", text)
    said = next((said for kind, said in _OF_VALUES if isinstance(problem, kind)), "a value does not suit what is asked")
    return f"{said} (column {column.group(1)})." if column else f"{said}."
