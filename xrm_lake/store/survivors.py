"""
Survivors: of a golden record, whose value each field has, and which rule decided.

It asks the same ranking that survivorship does, of one cluster, and reads off where the winner
stood out. Pure: a frame of members in, plain rows out.
"""

from dataclasses import dataclass

import polars as pl

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.survivorship import decided_alone, groups_of, order_of, ranked, with_trust

PINNED, OWN, ALONE, AGREED, UNITED = "pinned", "own value", "the only value", "all agree", "united"
RULES = {
    "valid_": "valid before invalid", "trust_": "more trusted source", "edited_": "set last by a person",
    "updated_at": "most recent", "filled_": "most complete", "frequency_": "most frequent", "length_": "longest",
    "id": "oldest record",
    "most_restrictive": "most restrictive", "largest": "largest", "smallest": "smallest", "oldest": "oldest record",
}  # fmt: skip


@dataclass(frozen=True)
class Survivor:
    """Which member a field's value came from (None: from several, as a list that was united), and by which rule."""

    member_id: int | None
    rule: str


def survivors(
    members: pl.DataFrame, edits: pl.DataFrame, trust: dict[str, float], entity_type: EntityType
) -> dict[str, Survivor]:
    """For each field that a member fills, whose value the golden record has; arguments as `golden_values`, of one cluster."""
    ordered = with_trust(members, trust)
    found: dict[str, Survivor] = {}
    for group in groups_of([field for field in entity_type.active_fields if field.name in members.columns]):
        if any(_distinct(ordered, field) > 1 for field in group):
            found |= _disputed(ordered, group, edits)
        else:
            found |= {field.name: _undisputed(ordered, field) for field in group if _distinct(ordered, field)}
    return found


def _distinct(members: pl.DataFrame, field: Field) -> int:
    return members[field.name].drop_nulls().n_unique()


def _undisputed(members: pl.DataFrame, field: Field) -> Survivor:
    filled = members.filter(pl.col(field.name).is_not_null())
    rule = OWN if members.height == 1 else ALONE if filled.height == 1 else AGREED
    return Survivor(int(filled["id"][0]), rule)


def _disputed(members: pl.DataFrame, group: list[Field], edits: pl.DataFrame) -> dict[str, Survivor]:
    decided = decided_alone(group)
    if decided is None:
        return _ranked(ranked(members, group, edits).collect(), group)
    field = group[0]
    if field.many:
        return {field.name: Survivor(None, UNITED)}
    value = members.select(decided).item()
    owner = members.filter(pl.col(field.name) == value)["id"][0]
    return {field.name: Survivor(int(owner), RULES[field.keep])}


def _ranked(order: pl.DataFrame, group: list[Field]) -> dict[str, Survivor]:
    first = order.row(0, named=True)
    others = order.filter(pl.col("text_") != first["text_"])
    # Members that fill other fields of the group may say the same text in all.
    second = (others if others.height else order.slice(1)).row(0, named=True)
    decisive = next((name for name in order_of(group) if first[name] != second[name]), "id")
    survivor = Survivor(int(first["id"]), RULES[decisive])
    return {field.name: survivor for field in group if first[field.name] is not None}
