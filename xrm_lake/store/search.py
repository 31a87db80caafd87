"""Search: each live record has one folded text that is looked up by words."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import polars as pl

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import caption_sql, table_of
from xrm_lake.store.write import Batch

# Long texts and typed columns would make the text ten times longer and find little.
_UNSEARCHED = {"long_text", "boolean", "percent", "number", "integer", "money", "datetime", "date"}


def fold_sql(expression: str) -> str:
    """An expression without case and accents, so that Muller finds Müller; the same on both sides of a search."""
    return f"strip_accents(replace(lower({expression}), 'ß', 'ss'))"


@cache
def searched_fields(entity_type: EntityType) -> tuple[Field, ...]:
    """The fields whose texts search looks in."""
    return tuple(field for field in entity_type.active_fields if field.kind not in _UNSEARCHED)


def searched_names(entity_type: EntityType) -> list[str]:
    """Their names."""
    return [field.name for field in searched_fields(entity_type)]


@cache
def text_sql(entity_type: EntityType, alias: str, names: frozenset[str] | None = None) -> str:
    """The searchable text of a record: all of its short text values, folded; `names` are the fields that may have one."""
    parts = [
        _searchable(field, f"{alias}.{quoted(field.name)}")
        for field in searched_fields(entity_type)
        if names is None or field.name in names
    ]
    return fold_sql(f"concat_ws(' ', {', '.join(parts)})") if parts else "''"


def is_searched(entity_type: EntityType, names: Iterable[str]) -> bool:
    """Whether any of these fields is part of the searchable text."""
    wanted = set(names)
    return any(field.name in wanted for field in searched_fields(entity_type))


def refresh_search(batch: Batch, type_name: str, ids_table: str) -> None:
    """Make the texts of these records anew: `ids_table` is a relation with a column `id`."""
    entity_type = batch.catalog.type(type_name)
    batch.execute(f"delete from search_doc where type = $type and id in (select id from {ids_table})", type=type_name)
    add_search(batch, entity_type, f"r.id in (select id from {ids_table})")


def rebuild_search(batch: Batch, entity_type: EntityType) -> None:
    """Make the texts of all records of a type anew, as it is declared now."""
    batch.execute("delete from search_doc where type = $type", type=entity_type.name)
    add_search(batch, entity_type, "true")
    add_members(batch, entity_type, "select distinct golden_id from entity where golden_id is not null")


def set_search(batch: Batch, entity_type: EntityType, id: int, texts: Mapping[str, str | None]) -> None:
    """Make the text of one live record anew from its values: canonical texts by field."""
    found = [(field, texts[field.name]) for field in searched_fields(entity_type)]
    parts = [
        " ".join(filter(None, json.loads(text))) if field.many else text for field, text in found if text is not None
    ]
    batch.execute(
        f"update search_doc set text = {fold_sql('$text')} where id = $id and type = $type",
        id=id,
        type=entity_type.name,
        text=" ".join(parts),
    )


def add_search(batch: Batch, entity_type: EntityType, condition: str, /, **values: Any) -> None:
    """Add the texts of live records that have none yet and meet a condition on `r`."""
    batch.execute(
        f"insert into search_doc select r.id, $type, {text_sql(entity_type, 'r')} from {table_of(entity_type.name)} r"
        f" where r.live and {condition} order by r.id",
        type=entity_type.name,
        **values,
    )


def add_search_of(batch: Batch, entity_type: EntityType, relation: str, names: frozenset[str]) -> None:
    """Add the texts of new records from where they come from: a relation in id order, with the fields `names`."""
    batch.execute(
        f"insert into search_doc select f.id, $type, {text_sql(entity_type, 'f', names)} from {relation} f",
        type=entity_type.name,
    )


def add_members(batch: Batch, entity_type: EntityType, golden_ids: str) -> None:
    """Add to the texts of golden records (a query gives their ids) what else their members say: an old e-mail leads there, too."""
    parts = ", ".join(_searchable(field, f"r.{quoted(field.name)}") for field in searched_fields(entity_type))
    if not parts:
        return
    batch.execute(
        f"""
        with said as (
            select e.golden_id as id, unnest([{parts}]) as value from entity e join {table_of(entity_type.name)} r on r.id = e.id
            where e.golden_id in ({golden_ids}) and e.deleted_at is null
        ), more as (
            select s.id, string_agg(distinct {fold_sql("s.value")}, ' ' order by {fold_sql("s.value")}) as texts
            from said s join search_doc d on d.id = s.id and not contains(d.text, {fold_sql("s.value")}) group by s.id
        )
        update search_doc set text = search_doc.text || ' ' || more.texts from more where search_doc.id = more.id
        """
    )


def search(lake: Lake, text: str, *, type: str | None = None, limit: int = 50) -> pl.DataFrame:
    """
    Live records that hold all words of the text, whatever their case or accents.

    Returns id, type, caption, matched (the text it was found in), best first: captions that
    begin with the text, then those that hold it, then the rest, each in id order.
    """
    words = text.split()
    schema = {"id": pl.Int64, "type": pl.String, "caption": pl.String, "matched": pl.String}
    if not words:
        return pl.DataFrame(schema=schema)
    if type is not None:
        lake.catalog.type(type)
    found = lake.query(
        f"""
        select id, type, text from search_doc
        where list_bool_and(list_transform($words::varchar[], lambda word: contains(text, {fold_sql("word")})))
          and ($type::varchar is null or type = $type)
        order by not starts_with(text, {fold_sql("$whole")}), not contains(text, {fold_sql("$whole")}), id
        limit $limit
        """,
        words=words,
        type=type,
        whole=" ".join(words),
        limit=limit,
    ).frame()
    captions = captions_of(lake, found["id"].to_list(), found["type"].to_list())
    return pl.DataFrame(
        {
            "id": found["id"],
            "type": found["type"],
            "caption": [captions.get(id, "") for id in found["id"]],
            "matched": found["text"],
        },
        schema=schema,
    )


def captions_of(lake: Lake, ids: Iterable[int], types: Iterable[str]) -> dict[int, str]:
    """What each record is called, by id; a role is called like its party; a record without a caption like `deal 123`."""
    by_type: dict[str, list[int]] = {}
    for id, name in zip(ids, types, strict=True):
        by_type.setdefault(name, []).append(id)
    captions: dict[int, str] = {}
    for name, wanted in by_type.items():
        entity_type = lake.catalog.type(name)
        caption = "r.party" if entity_type.role_of else caption_sql(entity_type, "r")
        source = quoted(name) if entity_type.role_of and not entity_type.retired else table_of(name)
        caption = caption if source == quoted(name) or not entity_type.role_of else "null::varchar"
        rows = lake.query(f"select r.id, {caption} from {source} r where list_contains($ids, r.id)", ids=wanted).rows()
        captions |= {id: text or f"{name} {id}" for id, text in rows}
        captions |= {id: f"{name} {id}" for id in wanted if id not in captions}
    return captions


def _searchable(field: Field, expression: str) -> str:
    return f"array_to_string({expression}, ' ')" if field.many else f"{expression}::varchar"
