"""
What is known of a type's duplicates: what its last full match run learned, as long as it may be believed.

It may not when the fields that tell records apart are others now, when the engine is another, or when
the index is not what was written; then there is a reason, and the answer has to come another way.
"""

import json
from dataclasses import dataclass, replace
from functools import lru_cache

import polars as pl

from xrm_lake.hygiene.matching import Pairs
from xrm_lake.hygiene.matching.against import COUNTS, Tally
from xrm_lake.hygiene.matching.index import choose_keys, index
from xrm_lake.hygiene.matching.keep import Kept, engine, keep
from xrm_lake.hygiene.seen import organisation_links, what_tells
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.lake import Lake
from xrm_lake.store.matcher import COUNTED, Matcher, forget_matcher, is_whole, keep_matcher, read_matcher
from xrm_lake.store.write import Batch


@dataclass(frozen=True)
class Known:
    """What the store keeps, and the model that it holds."""

    matcher: Matcher
    kept: Kept
    judged: int = 0  # the last batch whose verdicts were seen

    def with_kept(self, kept: Kept) -> "Known":
        """The same with other totals."""
        told = json.loads(self.matcher.model) | {"kept": kept.to_json()}
        return replace(self, matcher=replace(self.matcher, model=json.dumps(told, ensure_ascii=False)), kept=kept)

    def having_seen(self, judged: int) -> "Known":
        """The same, with the verdicts of all batches up to this one seen."""
        told = json.loads(self.matcher.model) | {"judged": judged}
        return replace(self, matcher=replace(self.matcher, model=json.dumps(told, ensure_ascii=False)), judged=judged)


@dataclass(frozen=True)
class Lesson:
    """What a full run learned of a type, ready to be written; `model` is None if nothing told any two records apart."""

    model: str | None
    records: int
    last_id: int
    seq: int
    index: pl.DataFrame
    counts: pl.DataFrame

    def write(self, batch: Batch, type_name: str) -> None:
        """Keep it in place of what was kept of this type."""
        if self.model is None:
            forget_matcher(batch, type_name)
            return
        matcher = Matcher(
            type_name, batch.id, batch.at, self.model, self.records, 0, self.index.height, self.last_id, self.seq
        )
        keep_matcher(batch, matcher, self.index, self.counts)


def learn(lake: Lake, entity_type: EntityType, found: Pairs, *, seq: int, judged: int) -> Lesson:
    """What a full run learned; `seq` is the last change before it read its records, `judged` the last batch."""
    learned = found.learned
    if learned is None:
        return Lesson(None, 0, 0, seq, pl.DataFrame(), pl.DataFrame(schema=COUNTS))
    keys = choose_keys(learned, found.frame)
    kept = keep(learned, keys, found.fit.fallback)
    model = {"fields": signature(lake, entity_type), "kept": kept.to_json(), "judged": judged}
    return Lesson(
        json.dumps(model, ensure_ascii=False),
        found.fit.rows,
        int(learned.ids[-1]) if len(learned.ids) else 0,
        seq,
        index(learned, keys),
        Tally(learned.fitted.table, learned.fitted.mailboxes).counts(least=COUNTED),
    )


def recall(lake: Lake, entity_type: EntityType) -> Known | str:
    """What is known of this type, or in words why nothing is."""
    matcher = read_matcher(lake, entity_type.name)
    if matcher is None:
        return "no match run has been made yet"
    try:
        fields, kept, judged = _read(matcher.model)
    except (ValueError, TypeError, KeyError):
        return "what the last match run learned cannot be read"
    if fields != signature(lake, entity_type):
        return "the fields have changed since the last match run"
    if kept.engine != engine():
        return "the last match run was made by another version"
    if not is_whole(lake, matcher):
        return "the index of the last match run is not complete"
    return Known(matcher, kept, judged)


@lru_cache(maxsize=4)
def _read(model: str) -> tuple[dict[str, str], Kept, int]:
    """Read once, as the warning before a record is made asks for it again and again. Raises what `recall` catches."""
    told = json.loads(model)
    return told["fields"], Kept.from_json(told["kept"]), int(told.get("judged", 0))


def signature(lake: Lake, entity_type: EntityType) -> dict[str, str]:
    """What matching sees of a type: its fields with their kinds, and the links to organisations."""
    kinds = {field.name: field.kind for field in entity_type.active_fields}
    fields = {name: f"{kinds[name]} {meaning}" for name, meaning in sorted(what_tells(entity_type).items())}
    return fields | {f"link {name}": "" for name in organisation_links(lake, entity_type)}
