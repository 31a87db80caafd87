"""
The records of a type as matching sees them: what tells them apart, as texts, with nothing where nothing is said.

Records are seen as their sources gave them, merged or not; a golden record is what was made of them, and no witness.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.history.lifetime import BORN
from xrm_lake.hygiene.matching.meanings import roles
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.kinds import kind
from xrm_lake.model.kinds.person_name import split_full_name
from xrm_lake.model.names import quoted
from xrm_lake.model.placeholders import are_placeholders
from xrm_lake.store.lake import Lake
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import caption_sql, table_of

IDENTIFYING = {"person_name", "person_full_name", "company_name", "email", "phone", "id"}
SHARED = {"free_text", "category"}
COMPANY = "company_"
_WRITTEN_OUT = 300


def read_records(
    lake: Lake, entity_type: EntityType, ids: Sequence[int] | None = None
) -> tuple[pl.DataFrame, dict[str, str]]:
    """
    The records of a type as matching sees them: id, and the canonical texts of the fields that tell records apart.

    All of them, or those of these ids that are there. The second is what each column means. A person is seen with the
    name of the organisation they belong to. Raises Misuse if no field tells records apart.
    """
    used = what_tells(entity_type)
    with _chosen(lake, ids) as chosen:
        records = lake.query(
            f"""
            select r.id, {_texts(entity_type, used)} from {chosen} {table_of(entity_type.name)} r
            {"join" if ids is None else "on r.id = c.id join"} entity e on e.id = r.id
            where e.deleted_at is null and e.source is distinct from 'golden' order by r.id
            """
        ).frame()
    return as_seen(lake, entity_type, records, ids)


def as_seen(
    lake: Lake, entity_type: EntityType, records: pl.DataFrame, ids: Sequence[int] | None
) -> tuple[pl.DataFrame, dict[str, str]]:
    """Records as they are stored, in the form of `read_records`; with a column `company_` they are not looked up in the links."""
    used = what_tells(entity_type)
    records = _exact_or_nothing(_without_placeholders(records, entity_type), entity_type)
    records, used = _with_name_parts(records, used, entity_type)
    if COMPANY in records.columns:
        return records, used | {COMPANY: "company_name"}
    return _with_organisation(lake, entity_type, records, used, ids=ids)


def read_few(lake: Lake, entity_type: EntityType, ids: Sequence[int]) -> pl.DataFrame:
    """A few records as they are stored: id, live_ (not deleted and not merged), caption_, and what `read_records` reads."""
    with _chosen(lake, ids) as chosen:
        return lake.query(
            f"select r.id, r.live as live_, {caption_sql(entity_type, 'r')} as caption_, {_texts(entity_type, what_tells(entity_type))}"
            f" from {chosen} {table_of(entity_type.name)} r on r.id = c.id order by r.id"
        ).frame()


def what_tells(entity_type: EntityType) -> dict[str, str]:
    """The fields by which records of a type are matched, and what each means. Raises Misuse if none tells them apart."""
    if entity_type.role_of is not None:
        raise Misuse(f"A {entity_type.label.lower()} is a role: match {' or '.join(entity_type.party_types)} instead.")
    used = _telling(entity_type)
    if not tells_apart(entity_type):
        raise Misuse(
            f"No field of {entity_type.name} tells its records apart: give it a name, an e-mail, a phone or an identifier."
        )
    return used


def tells_apart(entity_type: EntityType) -> bool:
    """Whether the fields of a type can tell two of its records apart."""
    return "identity" in roles(_telling(entity_type)).values()


def organisation_links(lake: Lake, entity_type: EntityType) -> list[str]:
    """The links by which records of this type belong to an organisation."""
    if not lake.catalog.has_type("organisation"):
        return []
    return [name for name in entity_type.required_links if lake.catalog.link_type(name).to_types == ("organisation",)]


def _texts(entity_type: EntityType, used: dict[str, str]) -> str:
    fields = {field.name: field for field in entity_type.active_fields}
    return ", ".join(f"{text_of(fields[name], 'r.' + quoted(name))} as {quoted(name)}" for name in used)


@contextmanager
def _chosen(lake: Lake, ids: Sequence[int] | None) -> Iterator[str]:
    """The beginning of a join with these ids (as `c`), nothing for all; an engine that joins them reads only their blocks."""
    if ids is None:
        yield ""
    elif len(ids) <= _WRITTEN_OUT:
        told = ", ".join(f"({int(id)}::bigint)" for id in ids) or "(null::bigint)"
        yield f"(values {told}) c(id) join"
    else:
        with lake.frame("chosen_", pl.DataFrame({"id": ids}, schema={"id": pl.Int64})) as name:
            yield f"{name} c join"


def _telling(entity_type: EntityType) -> dict[str, str]:
    """
    The fields that tell records apart, and what each means.

    Where a name, an address to reach or an identifier is given, words that many share (a title, an industry, a source) and the
    dates of the source's own book-keeping would only add noise: two colleagues agree in them as well as two twins do. What a
    record is called tells always.
    """
    meaning = {
        field.name: told
        for field in entity_type.active_fields
        if not field.many and field.name not in BORN and (told := kind(field.kind).match_as) is not None
    }
    if IDENTIFYING & set(meaning.values()):
        return {name: told for name, told in meaning.items() if told not in SHARED or name in entity_type.caption}
    return meaning


def _without_placeholders(records: pl.DataFrame, entity_type: EntityType) -> pl.DataFrame:
    """The records with nothing where a text stands for having none: that two say `n/a` makes them no more alike."""
    fields = [
        field
        for field in entity_type.active_fields
        if field.name in records.columns and records[field.name].dtype == pl.String
    ]
    if not fields:
        return records
    hollow = are_placeholders([records[field.name] for field in fields], [field.kind for field in fields])
    nothing = pl.Series([None], dtype=pl.String)
    return records.with_columns(records[flags.name].zip_with(~flags.fill_null(False), nothing) for flags in hollow)


def _exact_or_nothing(records: pl.DataFrame, entity_type: EntityType) -> pl.DataFrame:
    """
    The records with web addresses as digests, which are equal or have nothing in common.

    A domain is made of the firm's name: that two are alike repeats what the names say, and cousins differ by a letter.
    """
    names = [
        field.name
        for field in entity_type.active_fields
        if field.kind in ("domain", "url") and field.name in records.columns
    ]
    # Nothing has a hash, too, and would be what all have in common that have none.
    return records.with_columns(
        pl.when(pl.col(name).is_not_null()).then(pl.col(name).hash().cast(pl.String)) for name in names
    )


def _with_name_parts(
    records: pl.DataFrame, meaning: dict[str, str], entity_type: EntityType
) -> tuple[pl.DataFrame, dict[str, str]]:
    """Where a source gave the whole name only, its parts are worked out for the comparison."""
    by_kind = {field.kind: field.name for field in entity_type.active_fields if field.name in meaning}
    whole, given, family = (by_kind.get(name) for name in ("full_name", "given_name", "family_name"))
    if whole is None or given is None or family is None:
        return records, meaning
    lacking = records[given].is_null() & records[family].is_null() & records[whole].is_not_null()
    distinct = records[whole].filter(lacking).unique()
    if distinct.is_empty():
        return records, meaning
    parts = split_full_name(distinct).select(pl.lit(distinct).alias(whole), given_="given_name", family_="family_name")
    joined = records.join(parts, on=whole, how="left", maintain_order="left")
    filled = joined.with_columns(
        pl.when(pl.lit(lacking)).then(pl.col("given_")).otherwise(pl.col(given)).alias(given),
        pl.when(pl.lit(lacking)).then(pl.col("family_")).otherwise(pl.col(family)).alias(family),
    )
    return filled.drop("given_", "family_"), meaning


def _with_organisation(
    lake: Lake, entity_type: EntityType, records: pl.DataFrame, meaning: dict[str, str], *, ids: Sequence[int] | None
) -> tuple[pl.DataFrame, dict[str, str]]:
    names = organisations_of(lake, entity_type, ids)
    if names.is_empty():
        return records, meaning
    return records.join(names, on="id", how="left", maintain_order="left"), meaning | {COMPANY: "company_name"}


def organisations_of(lake: Lake, entity_type: EntityType, ids: Sequence[int] | None) -> pl.DataFrame:
    """What the organisation of each record is called: id and company_."""
    links = organisation_links(lake, entity_type)
    if not links:
        return pl.DataFrame(schema={"id": pl.Int64, COMPANY: pl.String})
    called = caption_sql(lake.catalog.type("organisation"), "o")
    with _chosen(lake, ids) as chosen:
        return lake.query(
            f"""
            select l.from_id as id, min({called}) as company_ from {chosen} link l
            {"join" if ids is None else "on l.from_id = c.id join"} {table_of("organisation")} o on o.id = l.to_golden
            where list_contains($links, l.type) and l.ended_at is null group by l.from_id
            """,
            links=links,
        ).frame()
