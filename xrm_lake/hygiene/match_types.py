"""Matching across types: which record of one type may mean the same as which record of another. Nothing merges of it, ever."""

from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.hygiene.in_words import linked_name
from xrm_lake.hygiene.match import LOWEST, json_of, read_records
from xrm_lake.hygiene.matches_across import list_matches_across
from xrm_lake.hygiene.matching import find_pairs
from xrm_lake.hygiene.matching.meanings import roles
from xrm_lake.hygiene.paired_fields import Column, FieldPair, pair_fields
from xrm_lake.hygiene.seen import COMPANY
from xrm_lake.hygiene.watched import keep_compared
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.kinds.person_name import split_full_name
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.lake import Lake

FIELDS = pl.Schema({"left_field": pl.String(), "right_field": pl.String(), "meaning": pl.String()})
_PARTS = ("given_name", "family_name")
_SIDE = "side_"


@dataclass(frozen=True)
class TypeMatches:
    """
    What comparing two types found. `left_type` is the first of the two by name.

    `fields`: the fields that were compared, as left_field, right_field and meaning. `pairs`: as `matches_across` gives them.
    `doubt`: why the model was not, or not fully, learned from the records; None if it was.
    """

    left_type: str
    right_type: str
    fields: pl.DataFrame
    pairs: pl.DataFrame
    doubt: str | None = None


_PARTIES = {"person", "organisation"}


@dataclass(frozen=True)
class _Side:
    type: EntityType
    records: pl.DataFrame
    columns: list[Column]


def match_types(
    lake: Lake, type: str, other: str, *, at_least: float = 0.5, by: str | None = None, progress: Progress = quiet
) -> TypeMatches:
    """
    Find records of one type that may mean the same as records of another, and remember them in place of the former run's.

    Fields are paired by kind, then by name; only records of different types are compared. Nothing is merged: a person says that two
    records are the `same_thing`, one party in `two_roles`, or `different`. Raises Misuse for a role, the same type twice, persons with
    organisations, a type or two types that have no field in common that tells records apart.
    """
    if type == other:
        raise Misuse(f"{type} was named twice. To find duplicates within a type: match {type}.")
    left_type, right_type = (lake.catalog.type(name) for name in sorted((type, other)))
    if {type, other} == _PARTIES:
        raise Misuse(
            "A person and an organisation are never one, though a person bears the mailbox and the website of their firm."
            " Nothing was changed. To join the two: xrm link ID works_for ID."
        )
    left, right = _side(lake, left_type), _side(lake, right_type)
    left, right = _with_name_parts(left, right), _with_name_parts(right, left)
    paired = pair_fields(left.columns, right.columns)
    if not any(pair.tells for pair in paired):
        raise Misuse(
            f"{left_type.name} and {right_type.name} have no field in common that tells their records apart. Nothing was changed."
            " Give both a name, an e-mail, a phone or an identifier, of one kind."
        )
    records = pl.concat(
        [_seen(left, [pair.left for pair in paired], paired), _seen(right, [pair.right for pair in paired], paired)]
    )
    meaning = {pair.left.name: pair.left.meaning for pair in paired}
    found = find_pairs(records, meaning, at_least=min(at_least, LOWEST), side=_SIDE, progress=progress)
    doubt, known = found.fit.fallback, _known_names(left_type, right_type, paired)
    with lake.write("match_types", by=by, source=f"{left_type.name}, {right_type.name}") as batch:
        batch.totals["note"] = f"{found.frame.height} pairs of {records.height} records" + (
            f" ({doubt})" if doubt else ""
        )
        batch.totals["doubt"] = doubt
        between = {"left_type": left_type.name, "right_type": right_type.name}
        batch.execute("delete from cross_match where left_type = $left_type and right_type = $right_type", **between)
        kept = _placed(found.frame, records, paired, known).with_columns(
            run_id=pl.lit(batch.id, dtype=pl.Int64),
            left_type=pl.lit(left_type.name),
            right_type=pl.lit(right_type.name),
        )
        batch.append("cross_match", kept)
        one, two = [pair.left for pair in paired], [pair.right for pair in paired]
        keep_compared(batch, lake, (left_type, one), (right_type, two))
    pairs = list_matches_across(lake, left_type.name, right_type.name, at_least=at_least)
    return TypeMatches(left_type.name, right_type.name, _told(known, paired), pairs, doubt)


def _told(known: list[tuple[str, str, str]], paired: list[FieldPair]) -> pl.DataFrame:
    rows = [(left, right, pair.left.meaning) for (_, left, right), pair in zip(known, paired, strict=True)]
    return pl.DataFrame(rows, schema=FIELDS, orient="row")


def _side(lake: Lake, entity_type: EntityType) -> _Side:
    records, meaning = read_records(lake, entity_type)
    fields = {field.name: field for field in entity_type.active_fields}
    role = roles(meaning)

    def column(name: str) -> Column:
        tells = role[name] == "identity"
        if name not in fields:
            return Column(name, name, name.rstrip("_"), meaning[name], meaning[name], tells)
        field = fields[name]
        return Column(name, name, field.label, field.kind, meaning[name], tells, name in entity_type.caption)

    return _Side(entity_type, records, [column(name) for name in meaning])


def _with_name_parts(side: _Side, other: _Side) -> _Side:
    """Where one type has whole names and the other parts of names only, the whole ones are taken apart."""
    own, theirs = {each.kind: each for each in side.columns}, {each.kind for each in other.columns}
    whole = own.get("full_name")
    if whole is None or "full_name" in theirs or not theirs & set(_PARTS) or set(own) & set(_PARTS):
        return side
    distinct = side.records[whole.name].drop_nulls().unique()
    parts = split_full_name(distinct).select(
        pl.lit(distinct).alias(whole.name), given_name_="given_name", family_name_="family_name"
    )
    records = side.records.join(parts, on=whole.name, how="left", maintain_order="left")
    made = [
        replace(whole, name=f"{kind}_", label=kind.replace("_", " "), kind=kind, meaning="person_name", identity=True)
        for kind in _PARTS
    ]
    return replace(side, records=records, columns=[*side.columns, *made])


def _seen(side: _Side, columns: list[Column], paired: list[FieldPair]) -> pl.DataFrame:
    """The records of a side under the names that both sides share: those of the left."""
    named = {pair.left.name: column.name for pair, column in zip(paired, columns, strict=True)}
    return side.records.select(
        "id",
        *(pl.col(own).cast(pl.String).alias(name) for name, own in named.items()),
        pl.lit(side.type.name).alias(_SIDE),
    )


def _known_names(left: EntityType, right: EntityType, paired: list[FieldPair]) -> list[tuple[str, str, str]]:
    """Each pair of fields under names that a user knows: what is compared, and the fields of both types that it comes from."""

    def known(entity_type: EntityType, column: Column) -> str:
        return linked_name(entity_type) if column.field == COMPANY else column.field

    def compared(column: Column) -> str:
        return column.kind if column.name != column.field else known(left, column)

    return [(compared(pair.left), known(left, pair.left), known(right, pair.right)) for pair in paired]


def _placed(
    pairs: pl.DataFrame, records: pl.DataFrame, paired: list[FieldPair], known: list[tuple[str, str, str]]
) -> pl.DataFrame:
    """The pairs with the record of the left type on the left, and with the fields that each piece of evidence comes from."""
    # Records of the left type stand first.
    is_left = pairs["left_id"].is_in(records.filter(pl.col(_SIDE) == pl.col(_SIDE).first())["id"].implode())
    own, piece = [pair.left.name for pair in paired], pl.element().struct
    told = [
        piece.field("field")
        .cast(pl.String)
        .replace_strict(own, names, default=None, return_dtype=pl.String)
        .alias(name)
        for name, names in zip(("field", "left_field", "right_field"), map(list, zip(*known, strict=True)), strict=True)
    ]
    evidence = pl.col("evidence").list.eval(piece.with_fields(*told))
    return pairs.select(
        pl.when(is_left).then("left_id").otherwise("right_id").alias("left_id"),
        pl.when(is_left).then("right_id").otherwise("left_id").alias("right_id"),
        "score",
        json_of(evidence).alias("evidence"),
    )
