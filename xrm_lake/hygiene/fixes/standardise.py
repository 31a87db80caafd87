"""Standardise: values that are written in another way than they should be. Each new value is valid, and clean already."""

import polars as pl

from xrm_lake.hygiene.contract import allowed_values
from xrm_lake.hygiene.fixes.keys import ngram
from xrm_lake.hygiene.fixes.letter_case import put_in_case
from xrm_lake.hygiene.fixes.phones import phone_fixes
from xrm_lake.hygiene.fixes.proposal import PROPOSALS, proposals
from xrm_lake.hygiene.fixes.repair import (
    REPAIRS,
    repair_address,
    repair_country,
    repair_email,
    repair_spacing,
)
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind
from xrm_lake.model.names import quoted
from xrm_lake.model.placeholders import is_placeholder
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import duck_type, table_of

_CASES = {
    "full_name": "person", "given_name": "person", "family_name": "person", "person_name": "person", "company_name": "company", "city": "city",
}  # fmt: skip
_SPACED = {"text", "company_name", "full_name", "family_name", "given_name", "person_name", "city", "street"}
_UNTOUCHED = {"long_text", "file", "identifier", "user"}
ORIGINAL = "e.deleted_at is null and e.source is distinct from 'golden'"


def standardise(lake: Lake, entity_type: EntityType) -> pl.DataFrame:
    """What could be written better in the records of a type, members of merged ones each for itself (schema PROPOSALS)."""
    found = [phone_fixes(lake, entity_type)]
    for field in entity_type.active_fields:
        if field.many or field.kind in _UNTOUCHED or duck_type(field) != "varchar":
            continue
        values = _distinct(lake, entity_type, field)
        allowed = allowed_values(entity_type, field)
        repairs = _sound(field, _repairs(field, values, allowed), allowed)
        if repairs.height:
            found.append(_in_records(lake, entity_type, field, repairs))
    # A value that two rules would change is changed by the surer; the other is proposed again when it still holds.
    ranked = proposals(*found).sort("entity_id", "field", -pl.col("score"), "rule", maintain_order=True)
    return ranked.unique(["entity_id", "field"], keep="first", maintain_order=True)


def _distinct(lake: Lake, entity_type: EntityType, field: Field) -> pl.Series:
    column = f"r.{quoted(field.name)}"
    return lake.query(
        f"select distinct {column} as value from {table_of(entity_type.name)} r join entity e on e.id = r.id"
        f" where {ORIGINAL} and {column} is not null order by value"
    ).frame()["value"]


def _repairs(field: Field, values: pl.Series, allowed: tuple[str, ...]) -> pl.DataFrame:
    """All that the rules say of a field's values: rule, reason, and REPAIRS."""
    told: list[tuple[str, str, pl.DataFrame]] = [
        ("canonical", "it is not in the form in which its kind is kept", _canonical(field, values))
    ]
    if field.kind == "email":
        told.append(("email", "a slip that can be read in one way only", repair_email(values)))
    if field.kind in ("url", "domain"):
        told.append(("web", "a slip that can be read in one way only", repair_address(values, field.kind)))
    if field.kind == "country":
        told.append(("country", "only one country is called nearly so", repair_country(values)))
    if field.kind in _CASES:
        told.append(("letter_case", "it is written in one case only", put_in_case(values, _CASES[field.kind])))
    if field.kind in _SPACED:
        told.append(("spacing", "a space or a comma stands where none belongs, or is missing", repair_spacing(values)))
    if allowed:
        told.append(("allowed", "only one allowed value is spelt nearly so", _spelt_as(allowed, values)))
    parts = [
        frame.with_columns(rule=pl.lit(rule), reason=pl.lit(reason)).select("rule", "reason", *REPAIRS)
        for rule, reason, frame in told
    ]
    return pl.concat(parts, how="vertical_relaxed")


def _canonical(field: Field, values: pl.Series) -> pl.DataFrame:
    cleaned = pl.DataFrame({"old": values, "new": kind(field.kind).clean(values)})
    return cleaned.filter(pl.col("old") != pl.col("new")).with_columns(score=pl.lit(0.99)).cast(REPAIRS)


def _spelt_as(allowed: tuple[str, ...], values: pl.Series) -> pl.DataFrame:
    keys = pl.DataFrame({"new": list(allowed), "key": ngram(pl.Series(list(allowed), dtype=pl.String))})
    single = keys.filter(pl.len().over("key") == 1)
    odd = values.filter(~values.is_in(list(allowed)))
    told = pl.DataFrame({"old": odd, "key": ngram(odd)}).join(single, on="key", how="inner")
    return told.select("old", "new", score=pl.lit(0.95)).cast(REPAIRS)


def _sound(field: Field, repairs: pl.DataFrame, allowed: tuple[str, ...]) -> pl.DataFrame:
    """Only what is valid, clean and allowed, and no word that says nothing."""
    if repairs.is_empty():
        return repairs
    sort, new = kind(field.kind), repairs["new"]
    good = sort.is_valid(new).fill_null(False) & (sort.clean(new) == new).fill_null(False) & (new != repairs["old"])
    good &= ~is_placeholder(repairs["old"], field.kind).fill_null(False)
    if allowed:
        good &= new.is_in(list(allowed))
    return repairs.filter(good)


def _in_records(lake: Lake, entity_type: EntityType, field: Field, repairs: pl.DataFrame) -> pl.DataFrame:
    with lake.frame("repairs", repairs.sort("old", -pl.col("score")).unique("old", keep="first", maintain_order=True)):
        found = lake.query(
            f"""
            select p.rule, $type as type, r.id as entity_id, $field as field, p.old, p.new, null as basis_field, null as basis,
                   p.reason, p.score
            from {table_of(entity_type.name)} r join entity e on e.id = r.id join repairs p on p.old = r.{quoted(field.name)}
            where {ORIGINAL} order by r.id
            """,
            type=entity_type.name,
            field=field.name,
        ).frame()
    return found.cast(PROPOSALS)
