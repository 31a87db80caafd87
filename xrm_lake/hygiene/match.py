"""
Matching: which records may be one. A guess with its evidence; deciding is another verb.

Matching runs over the records as their sources gave them, merged or not, so that a run says the same whatever
was decided since; what was judged already is left out of the answer, not out of the evidence.
"""

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.hygiene.lifetime import BORN
from xrm_lake.hygiene.matching import Fit, find_pairs
from xrm_lake.hygiene.matching.meanings import roles
from xrm_lake.hygiene.open_pairs import OPEN_PAIRS
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.kinds import kind
from xrm_lake.model.kinds.person_name import split_full_name
from xrm_lake.model.names import quoted
from xrm_lake.model.placeholders import is_placeholder
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.lake import Lake
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import caption_sql, table_of

# Clusters are weighed on pairs from here on; what scores less says nothing of who is one.
LOWEST = 0.5
IDENTIFYING = {"person_name", "person_full_name", "company_name", "email", "phone", "id"}
SHARED = {"free_text", "category"}


def match(
    lake: Lake, type: str, *, at_least: float = 0.5, by: str | None = None, progress: Progress = quiet
) -> pl.DataFrame:
    """
    Find pairs of records of a type that may be the same, best first, and remember them in place of the former run's.

    Returns left_id, right_id, left_key, right_key (their keys in their sources), score (0..1, the probability
    that they are one) and evidence (for each field its level of agreement and its weight in bits). Pairs that somebody
    judged, or that are merged already, are left out. Raises Misuse if no field of the type tells records apart.
    """
    entity_type = lake.catalog.type(type)
    records, meaning = read_records(lake, entity_type)
    found = find_pairs(records, meaning, at_least=min(at_least, LOWEST), progress=progress)
    keep_pairs(lake, type, found.frame, fit=found.fit, by=by)
    return list_matches(lake, type, at_least=at_least)


def keep_pairs(lake: Lake, type: str, pairs: pl.DataFrame, *, fit: Fit, by: str | None = None) -> None:
    """Remember pairs (left_id, right_id, score, evidence) in place of the type's former run, and how far their model is to be trusted."""
    kept = pairs.with_columns(evidence=json_of(pl.col("evidence")))
    with lake.write("match", by=by, source=type) as batch:
        doubt = f" ({fit.fallback})" if fit.fallback else ""
        batch.totals["note"] = f"{type}: {pairs.height} pairs of {fit.rows} records{doubt}"
        batch.totals["doubt"] = fit.fallback
        batch.execute("delete from match where type = $type", type=type)
        batch.append(
            "match",
            kept.select("left_id", "right_id", "score", "evidence").with_columns(
                run_id=pl.lit(batch.id, dtype=pl.Int64), type=pl.lit(type)
            ),
        )


def list_matches(lake: Lake, type: str, *, at_least: float = 0.5, limit: int | None = None) -> pl.DataFrame:
    """
    The pairs of the last match run that nobody has judged yet, best first; columns as `match` gives them.

    A pair of records that are merged, or whose clusters were judged different, is not among them.
    """
    lake.catalog.type(type)
    return lake.query(
        f"""
        select left_id, right_id, left_key, right_key, score, evidence from ({OPEN_PAIRS})
        where type = $type and score >= $at_least order by score desc, left_id, right_id limit $limit
        """,
        type=type,
        at_least=at_least,
        limit=limit,
    ).frame()


def read_records(lake: Lake, entity_type: EntityType) -> tuple[pl.DataFrame, dict[str, str]]:
    """
    The records of a type as matching sees them: id, and the canonical texts of the fields that tell records apart.

    The second is what each column means. A person is seen with the name of the organisation they belong to.
    """
    if entity_type.role_of is not None:
        raise Misuse(f"A {entity_type.label.lower()} is a role: match {' or '.join(entity_type.party_types)} instead.")
    used = _telling(entity_type)
    if "identity" not in roles(used).values():
        raise Misuse(
            f"No field of {entity_type.name} tells its records apart: give it a name, an e-mail, a phone or an identifier."
        )
    fields = {field.name: field for field in entity_type.active_fields}
    columns = ", ".join(f"{text_of(fields[name], 'r.' + quoted(name))} as {quoted(name)}" for name in used)
    records = lake.query(
        f"""
        select r.id, {columns} from {table_of(entity_type.name)} r join entity e on e.id = r.id
        where e.deleted_at is null and e.source is distinct from 'golden' order by r.id
        """
    ).frame()
    records = _exact_or_nothing(_without_placeholders(records, entity_type), entity_type)
    records, used = _with_name_parts(records, used, entity_type)
    return _with_organisation(lake, entity_type, records, used)


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
    kinds = {field.name: field.kind for field in entity_type.active_fields}
    hollow = [
        is_placeholder(column, kinds[column.name]).fill_null(False).alias(column.name)
        for column in records
        if column.dtype == pl.String
    ]
    return records.with_columns(
        records[flags.name].zip_with(~flags, pl.Series([None], dtype=pl.String)) for flags in hollow
    )


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
    return records.with_columns(pl.col(name).hash().cast(pl.String) for name in names)


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
    lake: Lake, entity_type: EntityType, records: pl.DataFrame, meaning: dict[str, str]
) -> tuple[pl.DataFrame, dict[str, str]]:
    links = [name for name in entity_type.required_links if lake.catalog.link_type(name).to_types == ("organisation",)]
    if not links or not lake.catalog.has_type("organisation"):
        return records, meaning
    called = caption_sql(lake.catalog.type("organisation"), "o")
    names = lake.query(
        f"""
        select l.from_id as id, min({called}) as company_ from link l join {table_of("organisation")} o on o.id = l.to_golden
        where list_contains($links, l.type) and l.ended_at is null group by l.from_id
        """,
        links=links,
    ).frame()
    if names.is_empty():
        return records, meaning
    return records.join(names, on="id", how="left", maintain_order="left"), meaning | {"company_": "company_name"}


def json_of(evidence: pl.Expr) -> pl.Expr:
    """The evidence as JSON text."""
    wrapped = pl.struct(evidence.alias("e")).struct.json_encode()  # {"e":[...]}
    return wrapped.str.slice(5).str.head(-1)
