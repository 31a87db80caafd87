"""
Why a pair was found, for people: under names that they know, and as a sentence.

What is kept of a pair is its evidence; the sentence is read off it, so that the two never say different things.
"""

import re

import polars as pl

from xrm_lake.hygiene.matching.sentence import sentence
from xrm_lake.hygiene.seen import COMPANY
from xrm_lake.model.entity_type import EntityType

_PIECES = pl.List(pl.Struct({"field": pl.String, "label": pl.String}))
_OWN_NAME = re.compile(rf"(?<!\w){COMPANY}(?!\w)")
_BETWEEN, _PART = "\x1e", "\x1f"


def linked_name(entity_type: EntityType) -> str:
    """
    What the organisation that a record is linked to is called beside its fields: no field has this name.

    >>> linked_name(EntityType("person", "Person", "People"))
    'organisation'
    """
    taken = {field.name for field in entity_type.fields}
    return next((name for name in ("organisation", "linked_organisation") if name not in taken), COMPANY)


def with_known_names(pairs: pl.DataFrame, entity_type: EntityType) -> pl.DataFrame:
    """Pairs as matching gives them, with the linked organisation under its name in `evidence` (a list) and `brought_by`."""
    name = linked_name(entity_type)
    piece = pl.element().struct
    field = piece.field("field").cast(pl.String).replace(COMPANY, name)
    keys = pairs["brought_by"].cast(pl.String)
    told = {key: _OWN_NAME.sub(name, key) for key in keys.drop_nulls().unique()}
    return pairs.with_columns(
        evidence=pl.col("evidence").list.eval(piece.with_fields(field=field)),
        brought_by=keys.replace_strict(told, default=None, return_dtype=pl.String) if told else keys,
    )


def with_sentence(pairs: pl.DataFrame) -> pl.DataFrame:
    """
    Pairs with `sentence` before their `evidence` (JSON), which says in words what agrees, what differs and what is not known.

    >>> with_sentence(pl.DataFrame({"evidence": ['[{"field": "email", "label": "exact"}]']}))["sentence"].item()
    'Same email.'
    """
    pieces = pairs["evidence"].cast(pl.String).str.json_decode(_PIECES)
    each = pl.element().struct
    said = pieces.list.eval(each.field("field") + _PART + each.field("label")).list.join(_BETWEEN)
    # Many pairs, few ways to agree: each is put into words once.
    words = {key: sentence(_levels(key)) for key in said.drop_nulls().unique()}
    told = said.replace_strict(words, default=None, return_dtype=pl.String) if words else said.cast(pl.String)
    others = [name for name in pairs.columns if name != "evidence"]
    return pairs.with_columns(told.alias("sentence")).select(*others, "sentence", "evidence")


def sentence_of(evidence: str | None) -> str:
    """The sentence of one pair's evidence (JSON)."""
    return str(
        with_sentence(pl.DataFrame({"evidence": [evidence]}, schema={"evidence": pl.String}))["sentence"][0] or ""
    )


def _levels(key: str) -> list[tuple[str, str]]:
    return [(field, label) for field, _, label in (part.partition(_PART) for part in key.split(_BETWEEN) if part)]
