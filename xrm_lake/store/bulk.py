"""Many records at once: written set by set from frames, with one row in the ledger for each record or changed value."""

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.search import add_search_of
from xrm_lake.store.texts import cast_text, text_of
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch


def insert_records(batch: Batch, entity_type: EntityType, rows: pl.DataFrame, *, source: str) -> None:
    """
    Add new records of a type: spine, values, ledger and search texts.

    `rows` has id (given out by this batch, ascending), source_key_ (or source_key, where no field bears that name),
    extra (JSON text) and a column for each field that is filled, in the field's own type. Of records that come from another lake
    also uid_ and source_, where they keep theirs.
    """
    if rows.is_empty():
        return
    names = [field.name for field in entity_type.fields if field.name in rows.columns]
    columns = "".join(f", {quoted(name)}" for name in names)
    # A field may bear any name, so that of the working column ends in an underscore, as no field's does.
    key = "source_key_" if "source_key_" in rows.columns else "source_key"
    uid = "coalesce(uid_::uuid, uuidv7())" if "uid_" in rows.columns else "uuidv7()"
    brought = "coalesce(source_, $source)" if "source_" in rows.columns else "$source"
    with batch.frame("fresh", rows):
        batch.execute(
            f"insert into entity select id, $type, {uid}, {brought}, {key}, $batch_id, $made_at, null, null from fresh",
            type=entity_type.name, source=source, batch_id=batch.id, made_at=batch.at,
        )  # fmt: skip
        batch.execute(
            f"insert into {table_of(entity_type.name)} (id, live{columns}, extra, updated_at)"
            f" select id, true{columns}, extra, $made_at from fresh",
            made_at=batch.at,
        )
        add_search_of(batch, entity_type, "fresh", frozenset(names))
    _log_creation(batch, entity_type.name, rows["id"])


def set_field(batch: Batch, entity_type: EntityType, name: str, cells: pl.DataFrame) -> int:
    """
    Set one field of many records, each change with its ledger row; gives how many did change.

    `cells` has entity_id and value (canonical text; null clears the field, and so does what the field cannot hold).
    """
    field = next(item for item in entity_type.fields if item.name == name)
    table, column = table_of(entity_type.name), quoted(name)
    value = cast_text(field, "s.value")
    with batch.frame("settled", cells):
        count = batch.log_query(
            f"""
            select $type as type, s.entity_id, 'set' as op, $field as field, {text_of(field, f"r.{column}")} as old,
                   {text_of(field, value)} as new
            from settled s join {table} r on r.id = s.entity_id
            where r.{column} is distinct from {value} order by s.entity_id
            """,
            type=entity_type.name,
            field=name,
        )
        if count:
            batch.execute(
                f"update {table} set {column} = {value}, updated_at = $made_at from settled s"
                f" where {table}.id = s.entity_id and {table}.{column} is distinct from {value}",
                made_at=batch.at,
            )
    return count


def set_extra(batch: Batch, type_name: str, rows: pl.DataFrame) -> int:
    """
    Set what records have beside their fields; gives how many did change.

    `rows` has entity_id and value (a JSON object as text, or null). One ledger row (op `extra`) for each record.
    """
    table = table_of(type_name)
    with batch.frame("settled", rows):
        count = batch.log_query(
            f"""
            select $type as type, s.entity_id, 'extra' as op, null as field, r.extra::varchar as old, s.value as new
            from settled s join {table} r on r.id = s.entity_id
            where r.extra::varchar is distinct from s.value order by s.entity_id
            """,
            type=type_name,
        )
        if count:
            batch.execute(
                f"update {table} set extra = s.value, updated_at = $made_at from settled s"
                f" where {table}.id = s.entity_id and {table}.extra::varchar is distinct from s.value",
                made_at=batch.at,
            )
    return count


def log_source_values(batch: Batch, type_name: str, cells: pl.DataFrame) -> None:
    """
    Note that a source says something new of values that a person has set since; the values stay.

    `cells` has entity_id, field, old (what the source said before) and new. One ledger row (op `source`) for each.
    """
    if cells.is_empty():
        return
    with batch.frame("said", cells):
        batch.log_query(
            "select $type as type, entity_id, 'source' as op, field, old, new from said order by entity_id, field",
            type=type_name,
        )


def _log_creation(batch: Batch, type_name: str, ids: pl.Series) -> None:
    first = batch.new_ids("change_seq", len(ids))
    rows = pl.DataFrame({"seq": pl.int_range(first, first + len(ids), eager=True), "id": ids})
    with batch.frame("created", rows):
        batch.execute(
            "insert into change select seq, $batch_id, $made_at, $made_by, $type, id, 'create', null, null, null from created",
            batch_id=batch.id, made_at=batch.at, made_by=batch.by, type=type_name,
        )  # fmt: skip


def insert_links(batch: Batch, links: pl.DataFrame) -> None:
    """Join many records: `links` has type, from_id, to_id, fields (JSON text), since, until; each with a ledger row."""
    if links.is_empty():
        return
    first = batch.new_ids("link_id", links.height)
    rows = links.with_columns(id=pl.int_range(first, first + links.height, dtype=pl.Int64, eager=True))
    with batch.frame("joined", rows):
        batch.execute(
            """
            insert into link
            select j.id, j.type, j.from_id, j.to_id, coalesce(f.golden_id, f.id), coalesce(t.golden_id, t.id),
                   j.fields, j.since, j.until, $batch_id, null
            from joined j join entity f on f.id = j.from_id join entity t on t.id = j.to_id order by j.id
            """,
            batch_id=batch.id,
        )
        batch.log_query(
            """
            select e.type, j.from_id as entity_id, 'link' as op, j.type as field, null as old, j.id::varchar as new
            from joined j join entity e on e.id = j.from_id order by j.id
            """
        )
