"""Review: what a person needs to see to judge a pair, with what would become of it if it were merged."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from xrm_lake.hygiene.guards import GUARDS, guards_of_each
from xrm_lake.hygiene.in_words import linked_name, sentence_of
from xrm_lake.hygiene.open_pairs import ANSWERED, OPEN_PAIRS
from xrm_lake.hygiene.queue import ALL, Slice, draw_queue, open_of
from xrm_lake.hygiene.turns import Order
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.preview import preview_golden
from xrm_lake.store.search import captions_of
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import table_of

_ENDS = {"left_id": pl.Int64, "right_id": pl.Int64}


@dataclass(frozen=True)
class Side:
    """One record of a pair as it stands: a golden record stands for all its members. `values` are texts by field."""

    id: int
    caption: str
    source: str
    members: int
    links: int
    values: dict[str, str | None]


@dataclass(frozen=True)
class Pair:
    """
    Two records that may be one.

    `evidence` has field, label and weight (bits; positive speaks for one record), heaviest first, and `sentence` says it. `result` are the
    values that survivorship would give the golden record, as texts by field. `why` is what the queue drew it for (`value`, `information`,
    `audit`, or None), `stake` what hangs on it, of open_amount, activities and links. `guards` are what speaks for a
    closer look: guard (its name), title and reason.
    """

    left_id: int
    right_id: int
    score: float
    evidence: tuple[dict[str, Any], ...]
    sentence: str
    left: Side
    right: Side
    result: dict[str, str | None]
    why: str | None = None
    stake: dict[str, float] = field(default_factory=dict)
    guards: tuple[dict[str, str], ...] = ()


def pairs_to_review(
    lake: Lake,
    type: str,
    *,
    limit: int = 8,
    order: Order = "value",
    within: Slice = ALL,
    without: Iterable[tuple[int, int]] = (),
    queue: pl.DataFrame | None = None,
) -> list[Pair]:
    """
    The next pairs of a type that nobody has judged yet, each with all that is needed to judge it, as the queue orders them.

    `queue` is what `draw_queue` gave, if it was kept; else it is drawn. Raises as `queue_pairs` does.
    """
    skipped = set(without)
    drawn = draw_queue(lake, type, order=order, within=within) if queue is None else queue
    found = open_of(lake, type, drawn, limit=limit + len(skipped))
    rows = [row for row in found.iter_rows(named=True) if (row["left_id"], row["right_id"]) not in skipped][:limit]
    return detail_pairs(lake, type, rows)


def waiting_pairs(lake: Lake, *, at_least: float = 0.5) -> dict[str, int]:
    """How many pairs nobody has judged yet, by type, one for any two clusters; a type without any is not named."""
    return dict(
        lake.query(
            f"select type, count(distinct (one, other)) from ({OPEN_PAIRS}) where score >= $at_least group by type",
            at_least=at_least,
        ).rows()
    )


def is_open(lake: Lake, left_id: int, right_id: int) -> bool:
    """Whether a pair still waits for an answer: the two are not merged, and nobody judged them since what counted last changed."""
    return bool(
        lake.query(
            f"""
            with ends as (
                select min(coalesce(golden_id, id)) as one, max(coalesce(golden_id, id)) as other
                from entity where id in ($left_id, $right_id)
            )
            select e.one <> e.other and not exists (from ({ANSWERED}) a where a.one = e.one and a.other = e.other) from ends e
            """,
            left_id=left_id,
            right_id=right_id,
        ).value()
    )


def detail_pairs(lake: Lake, type: str, rows: Sequence[dict[str, Any]]) -> list[Pair]:
    """Rows of the queue, as `open_of` gives them, each with all that is needed to judge it."""
    entity_type = lake.catalog.type(type)
    standing = standing_of(lake, [row[end] for row in rows for end in ("left_id", "right_id")])
    sides = sides_of(lake, entity_type, sorted(set(standing.values())))
    results = preview_golden(lake, entity_type, [(row["left_id"], row["right_id"]) for row in rows])
    pairs = pl.DataFrame([(row["left_id"], row["right_id"]) for row in rows], schema=_ENDS, orient="row")
    guards = guards_by_pair(guards_of_each(lake, entity_type.name, pairs))
    return [
        Pair(
            left_id=row["left_id"],
            right_id=row["right_id"],
            score=row["score"],
            evidence=evidence_of(entity_type, row["evidence"]),
            sentence=sentence_of(row["evidence"]),
            left=sides[standing[row["left_id"]]],
            right=sides[standing[row["right_id"]]],
            result=result,
            why=row["why"],
            stake={name: row[name] for name in ("stake", "open_amount", "activities", "links")},
            guards=guards.get((row["left_id"], row["right_id"]), ()),
        )
        for row, result in zip(rows, results, strict=True)
    ]


def guards_by_pair(found: pl.DataFrame) -> dict[tuple[int, int], tuple[dict[str, str], ...]]:
    """What `guards_of` found as guard, title and reason, by pair."""
    told: dict[tuple[int, int], tuple[dict[str, str], ...]] = {}
    for left, right, guard, reason in found.iter_rows():
        told[left, right] = (*told.get((left, right), ()), {"guard": guard, "title": GUARDS[guard], "reason": reason})
    return told


def evidence_of(entity_type: EntityType, text: str | None) -> tuple[dict[str, Any], ...]:
    """The evidence of a match as field (its label), label and weight, heaviest first; what is missing on a side is left out."""
    labels = {field.name: field.label for field in entity_type.fields} | {linked_name(entity_type): "Organisation"}
    told = [
        {"field": labels.get(item["field"], item["field"]), "label": item["label"], "weight": item["weight"]}
        for item in json.loads(text or "[]")
        if item["level"]
    ]
    return tuple(sorted(told, key=lambda item: -abs(item["weight"])))


def versions_of(lake: Lake, type: str, ids: Iterable[int]) -> dict[int, tuple[int, datetime]]:
    """What stands for each of these records, and when it was last changed: as long as both are the same, so is its side."""
    rows = lake.query(
        f"""
        select e.id, r.id, r.updated_at from entity e join {table_of(lake.catalog.type(type).name)} r on r.id = coalesce(e.golden_id, e.id)
        where list_contains($ids, e.id)
        """,
        ids=sorted(set(ids)),
    ).rows()
    return {id: (standing, changed) for id, standing, changed in rows}


def standing_of(lake: Lake, ids: list[int]) -> dict[int, int]:
    """Each record's golden record, or itself."""
    return dict(
        lake.query("select id, coalesce(golden_id, id) from entity where list_contains($ids, id)", ids=ids).rows()
    )


def sides_of(lake: Lake, entity_type: EntityType, ids: list[int]) -> dict[int, Side]:
    """These records as a person sees them, by id."""
    if not ids:
        return {}
    columns = ", ".join(
        f"{text_of(field, 'r.' + quoted(field.name))} as {quoted(field.name)}" for field in entity_type.active_fields
    )
    rows = lake.query(
        f"""
        select r.id as id_, coalesce(e.source, '') as source_,
               (select count(*) from entity m where m.golden_id = r.id and m.deleted_at is null) as members_,
               (select count(*) from link l where (l.from_golden = r.id or l.to_golden = r.id) and l.ended_at is null) as links_,
               {columns}
        from {table_of(entity_type.name)} r join entity e on e.id = r.id where list_contains($ids, r.id)
        """,
        ids=ids,
    ).dicts()
    captions = captions_of(lake, ids, [entity_type.name] * len(ids))
    return {row["id_"]: _side(row, captions[row["id_"]], entity_type) for row in rows}


def _side(row: dict[str, Any], caption: str, entity_type: EntityType) -> Side:
    values = {field.name: row[field.name] for field in entity_type.active_fields}
    return Side(row["id_"], caption, row["source_"], row["members_"], row["links_"], values)
