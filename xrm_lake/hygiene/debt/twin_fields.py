"""Twin fields (G2): two fields of a type that mean the same, by their names, by their values, or because each fills what the other lacks."""

from itertools import combinations

import polars as pl
from rapidfuzz.distance import JaroWinkler

from xrm_lake.hygiene.debt.finding import Finding
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind
from xrm_lake.model.metrics import FEWEST
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

NAMES, AGREE, BY_CHANCE, SPARSE = 0.88, 0.90, 0.50, 0.05
# Values that have a form of their own, so that two sparse fields of a kind are more than two texts.
_FORMED = ("email", "phone", "url", "postcode", "address", "id", "date")


def twin_fields(state: State, item: EntityType, use: pl.DataFrame) -> list[Finding]:
    """
    Pairs of fields of a type that seem to be one, each with the reason that weighs most; of fewer than 30 records none.

    `values`: of 30 or more records that have both, 90 % or more agree (by letters in small), where chance would bring half at the most;
    `names`: Jaro-Winkler of the names, their words in order, is .88 or more, and the kind is the same; `complementary`: both are filled in
    less than 5 %, hardly ever together, and of one kind with a form of its own. Source: quality.md §2.4, G2; chance by Cohen (1960).
    """
    if use.is_empty() or use["records"][0] < FEWEST:
        return []
    fields = [field for field in item.active_fields if not field.many]
    pairs = list(combinations(fields, 2))
    counted = _co_filled(state, item, pairs)
    rows = {row["field"]: row for row in use.iter_rows(named=True)}
    found = []
    for (left, right), (both, same) in zip(pairs, counted, strict=True):
        fills = [rows[each.name]["filled"] for each in (left, right)]
        subject = f"{left.name}, {right.name}"
        if both >= FEWEST and same >= AGREE * both and _chance(state, item, left, right) <= BY_CHANCE:
            words = f"{same:,} of {both:,} records that have both say the same"
            found.append(Finding("G2", "values", item.name, subject, words, same, both))
        elif min(fills) > 0 and left.kind == right.kind and name_similarity(left.name, right.name) >= NAMES:
            found.append(
                Finding("G2", "names", item.name, subject, "their names are nearly the same", both, use["records"][0])
            )
        elif _complete(left, right, fills, both, use["records"][0]):
            words = f"{fills[0]:,} and {fills[1]:,} records have a value, {both:,} have both"
            found.append(Finding("G2", "complementary", item.name, subject, words, both, use["records"][0]))
    return found


def name_similarity(left: str, right: str) -> float:
    """
    How alike two names of fields are, 0 to 1: Jaro-Winkler of their words in order.

    >>> name_similarity("phone_work", "work_phone"), name_similarity("city", "amount") < 0.6
    (1.0, True)
    """
    return float(JaroWinkler.similarity(*(" ".join(sorted(name.split("_"))) for name in (left, right))))


def _complete(left: Field, right: Field, fills: list[int], both: int, records: int) -> bool:
    formed = left.kind == right.kind and (kind(left.kind).match_as in _FORMED or left.kind in _FORMED)
    sparse = all(0 < filled < SPARSE * records for filled in fills)
    return formed and sparse and sum(fills) >= FEWEST and both <= SPARSE * min(fills)


def _co_filled(state: State, item: EntityType, pairs: list[tuple[Field, Field]]) -> list[tuple[int, int]]:
    if not pairs:
        return []
    counts = ", ".join(
        f"count(*) filter (where {_text(left)} is not null and {_text(right)} is not null),"
        f" count(*) filter (where {_text(left)} = {_text(right)})"
        for left, right in pairs
    )
    row = state.query(f"select {counts} from {state.records(item.name)} where live").rows()[0]
    return list(zip(row[::2], row[1::2], strict=True))


def _chance(state: State, item: EntityType, left: Field, right: Field) -> float:
    """How often two fields would agree if neither knew of the other: the sum over values of the product of their shares."""
    value = state.query(
        f"""
        with both_ as (
            select {_text(left)} as l, {_text(right)} as r, count(*) over () as n from {state.records(item.name)} where live and l is not null
            and r is not null
        ), a as (select l as value, count(*) / any_value(n) as p from both_ group by l),
        b as (select r as value, count(*) / any_value(n) as p from both_ group by r)
        select coalesce(sum(a.p * b.p), 0)::double from a join b using (value)
        """
    ).value()
    return float(value)


def _text(field: Field) -> str:
    return f"lower({quoted(field.name)}::varchar)"
