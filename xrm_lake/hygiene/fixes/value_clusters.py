"""Value clusters: the spellings of one value in a field, or in the names by which links wait for a record."""

import polars as pl

from xrm_lake.errors import InvalidValue, UnknownName
from xrm_lake.hygiene.fixes.refusals import refused_pairs
from xrm_lake.hygiene.fixes.spellings import METHODS, find_spellings
from xrm_lake.hygiene.fixes.waiting import VALUES, waiting_values, waits_for
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind
from xrm_lake.model.names import quoted
from xrm_lake.model.placeholders import is_placeholder
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import duck_type, table_of

# Kinds whose values are exact: two of them that look alike are two.
_EXACT = {"email", "phone", "url", "domain", "country", "currency", "identifier", "postal_code", "long_text", "file"}


_VOCABULARIES = {"text", "choice"}


def value_clusters(
    lake: Lake, type: str, field: str, *, method: str | None = None, at_least: float = 0.8, progress: Progress = quiet
) -> pl.DataFrame:
    """
    Clusters of spellings of a field, strict methods first, in each the most records first (schema SPELLINGS).

    One row for each value: cluster (its number), method (`fingerprint`, `ngram`, `metaphone`, `cologne`, `nearest`, `spelling`,
    from strict to lax), value, records (how many have it, each member of a merged one too), proposed (an allowed value, else the most
    frequent; of a misspelt word the right one). `at_least` is the likeness (0..1) of nearest neighbours. Values that numbers
    keep apart, and pairs that somebody refused, are not joined. `field` may be a type of link: then the names by which links wait
    for their record are held against what there is. Raises UnknownName, InvalidValue where the field's values are no words.
    """
    if not 0 < at_least <= 1:
        raise InvalidValue("How alike values must be is a number above 0, at most 1.")
    values = (
        waiting_values(lake, type, field) if waits_for(lake.catalog, type, field) else field_values(lake, type, field)
    )
    methods = _methods(lake, type, field, method)
    pairs = refused_pairs(lake, type, field)
    return find_spellings(values, methods=methods, at_least=at_least, refused=pairs, progress=progress)


def _methods(lake: Lake, type_name: str, name: str, method: str | None) -> tuple[str, ...]:
    """The methods that are asked for; the dictionary only where values are words of a language, and no names. Raises UnknownName."""
    if method is not None and method not in METHODS:
        raise UnknownName("method", method, METHODS)
    kinds = {field.name: field.kind for field in lake.catalog.type(type_name).fields}
    able = METHODS if kinds.get(name) in _VOCABULARIES else METHODS[:-1]
    return tuple(each for each in able if method in (None, each))


def field_values(lake: Lake, type_name: str, name: str) -> pl.DataFrame:
    """
    The distinct values of a field with how many records have each, and whether they are allowed explicitly (schema VALUES).

    Merged records count one by one. Raises UnknownName, InvalidValue.
    """
    entity_type = lake.catalog.type(type_name)
    field = worded_field(entity_type, lake.catalog.field(type_name, name))
    column = f"r.{quoted(field.name)}"
    each = f"unnest({column})" if field.many else column
    found = lake.query(
        f"""
        select value, count(*) as records from (
            select {each} as value from {table_of(type_name)} r join entity e on e.id = r.id
            where e.deleted_at is null and e.source is distinct from 'golden' and {column} is not null
        ) where value is not null group by value order by value
        """
    ).frame()
    # What says nothing is no value, however it is spelt.
    found = found.filter(
        ~is_placeholder(found["value"], field.kind).fill_null(False) | found["value"].is_in(list(field.allowed))
    )
    allowed = pl.col("value").is_in(list(field.allowed)) if field.allowed else pl.lit(False)
    return found.with_columns(allowed=allowed).cast(VALUES)


def worded_field(entity_type: EntityType, field: Field) -> Field:
    """The field, if its values are words that can be spelt in several ways. Raises InvalidValue."""
    if not has_words(field):
        raise InvalidValue(
            f"{field.label} ({entity_type.name}.{field.name}) holds {field.kind} values, which have one spelling each. Nothing was changed."
            " Value clusters are for fields of text, names, cities and choices."
        )
    return field


def has_words(field: Field) -> bool:
    """Whether the values of a field are words."""
    return field.kind not in _EXACT and kind(field.kind).duck_type == "varchar" and "varchar" in duck_type(field)
