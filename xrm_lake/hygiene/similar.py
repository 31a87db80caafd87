"""
Similar records: what is there already that a record about to be entered, or edited, may be.

It weighs by what the last match run learned and looks up by its index, so it is quick in a large lake. Without one
there is no score to tell, and records are shown that agree exactly in what tells one from another.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from xrm_lake.hygiene.alike import records_alike
from xrm_lake.hygiene.in_words import linked_name, with_known_names
from xrm_lake.hygiene.known import Known, recall
from xrm_lake.hygiene.matching.against import encode_few, tally, weigh_few
from xrm_lake.hygiene.matching.index import limit as most_to_look_up
from xrm_lake.hygiene.matching.keep import Kept
from xrm_lake.hygiene.news import entries_of
from xrm_lake.hygiene.seen import as_seen, read_few, read_records
from xrm_lake.hygiene.subject import UNSAVED, Subject, subject
from xrm_lake.hygiene.touched import recent
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.counters import is_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.matcher import count_few, find_entries, unlisted_partners
from xrm_lake.store.views import caption_sql, table_of

SIMILAR = pl.Schema(
    {"id": pl.Int64(), "caption": pl.String(), "score": pl.Float64(), "reason": pl.String(), "evidence": pl.String()}
)
FOUND = pl.Schema(
    {
        "id": pl.Int64(),
        "score": pl.Float64(),
        "reason": pl.String(),
        "evidence": pl.String(),
        "live_": pl.Boolean(),
        "caption_": pl.String(),
    }
)
_MOST = 200  # candidates that are compared
_RECENT = 100  # records of after the last run that are compared in any case
# Whoever enters records by hand enters some twice, also where no run has found any: one in a hundred.
_TWICE = (0.006, 0.003)


def similar(
    lake: Lake,
    type: str,
    values: Mapping[str, Any],
    *,
    limit: int = 5,
    at_least: float = 0.5,
    without: int | None = None,
) -> pl.DataFrame:
    """
    The records of a type that a record of these values may be, likeliest first; nothing is stored.

    `without` is the record that is being edited: its own values stand where none is given, and it is not its own twin.
    Returns id (of the golden record where there is one), caption, score (0..1, as `match` gives it),
    reason (in words) and evidence (as `match` gives it). Where no match run can be relied on, those that agree in
    an e-mail, a phone, an identifier or the name are given, without a score, and the reason says so.
    Of a role, its party is looked for; of a type whose fields tell no two records apart there are none.
    Raises UnknownName or InvalidValue as `add` does, and UnknownRecord.
    """
    asked = subject(lake, type, values, without)
    if asked is None or not asked.texts:
        return pl.DataFrame(schema=SIMILAR)
    known = recall(lake, asked.entity_type)
    if isinstance(known, str):
        told = pl.format("{}; no score: {}", "reason", pl.lit(known))
        found = records_alike(lake, asked, limit=limit + len(asked.own)).with_columns(reason=told)
    else:
        found = _likely(lake, asked, known, at_least)
    return _shown(lake, asked, found, limit)


def _likely(lake: Lake, asked: Subject, known: Known, at_least: float) -> pl.DataFrame:
    """Stored records with what `_shown` needs of them, likeliest first."""
    entity_type, kept = asked.entity_type, _expecting(known.kept)
    itself, _ = as_seen(lake, entity_type, asked.frame(), [])
    stored = read_few(lake, entity_type, _candidates(lake, asked, known, itself))
    if stored.is_empty():
        return pl.DataFrame(schema=FOUND)
    others, _ = as_seen(lake, entity_type, stored.drop("live_", "caption_"), stored["id"].to_list())
    here = tally(encode_few(pl.concat([itself, others], how="diagonal"), kept.columns))
    own = here.counts(np.flatnonzero(here.table.ids == UNSAVED).astype(np.int32))
    counts = count_few(lake, entity_type.name, own["hash"].to_list()).with_columns(pl.col("rows") + 1)
    pairs = stored.select(left_id=pl.lit(UNSAVED, pl.Int64), right_id="id")
    weighed = weigh_few(pairs, here.fit(kept, counts), kept, at_least=at_least)
    found = with_known_names(weighed, entity_type)
    labels = {field.name: field.label or field.name for field in entity_type.active_fields}
    labels |= {linked_name(entity_type): "Organisation"}
    told = found["evidence"].to_list()
    return found.select(
        pl.col("right_id").alias("id"),
        "score",
        pl.Series("reason", [reason_of(each, labels) for each in told], dtype=pl.String),
        pl.Series("evidence", [json.dumps(each, ensure_ascii=False) for each in told], dtype=pl.String),
    ).join(stored.select("id", "live_", "caption_"), on="id", maintain_order="left")


def _candidates(lake: Lake, asked: Subject, known: Known, itself: pl.DataFrame) -> list[int]:
    """Who shares an entry of the index, and who was entered or edited since it was made."""
    name = asked.entity_type.name
    if known.kept.compares_all:
        found = read_records(lake, asked.entity_type)[0]["id"].to_list()
    else:
        hashes = entries_of(itself, known.kept)["hash"].to_list()
        found = find_entries(lake, name, hashes, most_to_look_up(known.kept.rows))[:_MOST]
    late = [id for id in recent(lake, name, known.matcher.seq, limit=_RECENT + 1) if not is_golden(id)]
    if len(late) >= _RECENT:
        late = [*late[:_RECENT], *records_alike(lake, asked, limit=_RECENT)["id"].to_list()]
    own = set(asked.own)
    # The index has one record for many that were identical: where that is edited, or was since, its pairs tell the others.
    gone = own | (set(found) & set(late))
    copies = unlisted_partners(lake, name, gone)[:_MOST] if gone else []
    return [id for id in dict.fromkeys([*copies, *found, *late]) if id not in own]


def _expecting(kept: Kept) -> Kept:
    """The model of somebody who asks whether a record is there already, which is likelier than for any two records."""
    least = [share * kept.rows for share in _TWICE]
    return replace(kept, expected=[*map(max, kept.expected, least), *kept.expected[len(least) :]])


def reason_of(evidence: list[dict[str, Any]], labels: Mapping[str, str]) -> str:
    """
    What speaks for one record, the heaviest first, in words.

    >>> reason_of([{"field": "email", "level": 1, "label": "exact", "weight": 9.1}], {"email": "E-mail"})
    'same E-mail'
    """
    speaking = sorted((each for each in evidence if each["weight"] > 0), key=lambda each: -each["weight"])
    words = {"exact": "same", "close": "similar", "far": "somewhat similar"}
    told = [
        f"{words.get(each['label'], each['label'])} {labels.get(each['field'], each['field'])}" for each in speaking
    ]
    return ", ".join(told) or "nothing that differs"


def _shown(lake: Lake, asked: Subject, found: pl.DataFrame, limit: int) -> pl.DataFrame:
    """Members of a cluster as their golden record, each once, without those that were judged to be another."""
    merged = found.filter(~pl.col("live_"))["id"].to_list()
    golden = _golden_of(lake, asked.entity_type, merged) if merged else {}
    passed = {*asked.own, *_judged_different(lake, asked.own)}
    rows: dict[int, tuple[Any, ...]] = {}
    for id, score, reason, evidence, live, caption in found.select(FOUND.names()).iter_rows():
        shown, called = (id, caption) if live else golden.get(id, (None, None))
        # A record that was deleted is neither live nor merged.
        if shown is not None and shown not in passed:
            rows.setdefault(shown, (shown, called or f"{asked.entity_type.name} {shown}", score, reason, evidence))
    return pl.DataFrame(list(rows.values())[:limit], schema=SIMILAR, orient="row")


def _golden_of(lake: Lake, entity_type: EntityType, ids: list[int]) -> dict[int, tuple[int, str | None]]:
    """For each merged record the golden one, and what that is called."""
    told = ", ".join(str(id) for id in ids)
    rows = lake.query(
        f"select e.id, g.id, {caption_sql(entity_type, 'g')} from entity e join {table_of(entity_type.name)} g on g.id = e.golden_id"
        f" where e.id in ({told}) and e.deleted_at is null and g.live"
    ).rows()
    return {id: (golden, caption) for id, golden, caption in rows}


def _judged_different(lake: Lake, own: Iterable[int]) -> list[int]:
    """The clusters that somebody said the record being edited is not."""
    told = ", ".join(str(id) for id in own)
    if not told:
        return []
    return lake.query(
        f"""
        with said as (
            select v.left_id, v.right_id, arg_max(v.verdict, v.seq) as verdict
            from verdict v join batch b on b.batch_id = v.decision_id and b.undone_by is null
            where v.left_id in ({told}) or v.right_id in ({told}) group by all
        )
        select coalesce(e.golden_id, e.id) from said s join entity e on e.id = s.left_id or e.id = s.right_id
        where s.verdict = 'different'
        """
    ).column()
