"""The columns of a table that holds records of one type: which is the key, which a field, which a link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xrm_lake.ingest.mapping.assign import THRESHOLD, assign
from xrm_lake.ingest.mapping.field_score import by_content, by_header
from xrm_lake.ingest.mapping.key_score import key_score
from xrm_lake.ingest.mapping.known import Known
from xrm_lake.ingest.mapping.link_score import LinkOption, link_options
from xrm_lake.ingest.mapping.sample import Column
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.model.entity_type import EntityType

# Below this a header says nothing, and the content alone may speak.
_SPEAKS = 0.3
_LIKE_A_NAME = 0.55
_ALSO = 0.75


@dataclass(frozen=True)
class Places:
    """What one column may be, with scores: `key`, `field:amount`, or one of its links."""

    column: Column
    scores: Mapping[str, float]
    links: Mapping[str, LinkOption]

    def others(self, chosen: str | None) -> str:
        """The next best place, as `field amount (0.62)`; empty if there is none worth naming."""
        rest = sorted(((score, place) for place, score in self.scores.items() if place != chosen), reverse=True)
        if not rest or rest[0][0] < 0.3:
            return ""
        return f"{self.say(rest[0][1])} ({rest[0][0]:.2f})"

    def say(self, place: str) -> str:
        """A place in words."""
        what, _, name = place.partition(":")
        if what == "link":
            return f"link {self.links[place].target.link_type}"
        return f"{what} {name}".strip()


def plan_columns(
    columns: Sequence[Column],
    entity_type: EntityType,
    known: Known,
    vocabulary: Vocabulary,
    *,
    taken: Sequence[ColumnPlan] = (),
    at_least: float = THRESHOLD,
) -> list[ColumnPlan]:
    """
    A plan for each of the columns, in their order, beside columns whose place is `taken` already.

    What fits nowhere, or less than `at_least`, is kept in `extra`; what must not be kept is ignored.
    """
    used = {column.field for column in taken if column.to == "field"} | {
        "key" for column in taken if column.to == "key"
    }
    places = [_places(column, entity_type, known, vocabulary, used) for column in columns]
    chosen = assign([{place: score for place, score in item.scores.items() if score >= at_least} for item in places])
    plans = [_plan(place, best, vocabulary) for place, best in zip(places, chosen, strict=True)]
    plans = _name_key(plans, places, entity_type)
    plans = _find_caption(plans, columns, entity_type, used)
    return drop_lesser_links([*taken, *plans], vocabulary)[len(taken) :]


def _places(column: Column, entity_type: EntityType, known: Known, vocabulary: Vocabulary, used: set[str]) -> Places:
    fields = [field for field in vocabulary.fields_of(entity_type) if field.name not in used]
    scores = {f"field:{field.name}": by_header(column, entity_type, field, vocabulary) for field in fields}
    if "key" not in used:
        scores["key"] = key_score(column, entity_type, vocabulary)
    links = {
        f"link:{column.position}:{place}": option
        for place, option in enumerate(link_options(column, entity_type, known, vocabulary))
    }
    scores |= {place: option.score for place, option in links.items()}
    if max(scores.values(), default=0.0) < _SPEAKS:
        scores |= {f"field:{field.name}": by_content(column, field, vocabulary) for field in fields}
    return Places(
        column,
        {place: score for place, score in scores.items() if score >= 0.3},
        links,
    )


def _plan(places: Places, chosen: str | None, vocabulary: Vocabulary) -> ColumnPlan:
    column, runner_up = places.column, places.others(chosen)
    plan = ColumnPlan(column.position, column.header, "extra", runner_up=runner_up, score=0.0)
    if column.words in vocabulary.secret:
        return replace(plan, to="ignore", score=1.0, runner_up="", reason="secret")
    if chosen is None:
        return replace(plan, reason="empty" if column.content.empty else "no field of that meaning")
    what, _, name = chosen.partition(":")
    score = round(places.scores[chosen], 3)
    if what == "link":
        option = places.links[chosen]
        return replace(plan, to="link", link=option.target, score=score, reason=option.reason)
    if what == "key":
        return replace(plan, to="key", score=score)
    return replace(plan, to="field", field=name, score=score)


def _name_key(plans: list[ColumnPlan], places: Sequence[Places], entity_type: EntityType) -> list[ColumnPlan]:
    """A key that is also a number of the record's own, such as a customer number, is both."""
    placed = {plan.field for plan in plans if plan.to == "field"}
    numbers = [
        field.name for field in entity_type.active_fields if field.kind == "identifier" and field.name not in placed
    ]
    return [
        replace(plan, field=max(said, key=lambda name: place.scores[f"field:{name}"]))
        if plan.to == "key" and (said := [name for name in numbers if place.scores.get(f"field:{name}", 0.0) >= _ALSO])
        else plan
        for plan, place in zip(plans, places, strict=True)
    ]


def _find_caption(
    plans: list[ColumnPlan], columns: Sequence[Column], entity_type: EntityType, used: set[str]
) -> list[ColumnPlan]:
    """Where no header says what the records are called, the one column of texts that hardly repeat does."""
    placed = used | {plan.field for plan in plans if plan.to == "field"}
    captions = [
        field for field in entity_type.active_fields if field.name in entity_type.caption and field.kind == "text"
    ]
    if len(captions) != 1 or captions[0].name in placed:
        return plans
    likely = [i for i, column in enumerate(columns) if plans[i].to == "extra" and _reads_like_a_name(column)]
    if len(likely) != 1 or len(placed) < 2:
        return plans
    found = replace(
        plans[likely[0]], to="field", field=captions[0].name, score=_LIKE_A_NAME, reason="reads like a name"
    )
    return [found if i == likely[0] else plan for i, plan in enumerate(plans)]


def _reads_like_a_name(column: Column) -> bool:
    content = column.content
    data = max(content.share(shape) for shape in ("email", "url", "date", "number", "phone", "boolean"))
    wordy = content.share("words") > 0.3 and data < 0.2 and 4 <= content.length <= 80
    return wordy and content.distinct >= max(0.8 * column.filled, 3) and column.filled >= 0.8 * column.seen


def drop_lesser_links(plans: Sequence[ColumnPlan], vocabulary: Vocabulary) -> list[ColumnPlan]:
    """
    Where two columns name the same record, keep the better: an id before a key before a name.

    Of a link that can stand only once, one column stays; of others, a name goes if an id is there.
    """
    kept: list[ColumnPlan] = []
    for plan in plans:
        better = next((other for other in plans if other is not plan and _beats(other, plan, vocabulary)), None)
        if better is None:
            kept.append(plan)
            continue
        reason = f"the link {plan.link.link_type if plan.link else ''} comes from {better.header!r}"
        kept.append(replace(plan, to="extra", link=None, reason=reason))
    return kept


_RANK = {"id": 0, "key": 1, "name": 2}


def _beats(other: ColumnPlan, plan: ColumnPlan, vocabulary: Vocabulary) -> bool:
    if plan.to != "link" or other.to != "link" or plan.link is None or other.link is None:
        return False
    mine, theirs = plan.link, other.link
    if mine.link_type != theirs.link_type or mine.direction != theirs.direction or mine.fixed != theirs.fixed:
        return False
    once = vocabulary.catalog.link_type(mine.link_type).cardinality == "one"
    rank, other_rank = _RANK[mine.match_by], _RANK[theirs.match_by]
    if not once:
        return other_rank < rank and set(mine.to_types) == set(theirs.to_types)
    return (other_rank, -other.score, other.position) < (rank, -plan.score, plan.position)
