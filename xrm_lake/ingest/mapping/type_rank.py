"""Which type a table is of: what its file is called, its id, and the fields it has and lacks."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from xrm_lake.ingest.mapping.columns import plan_columns
from xrm_lake.ingest.mapping.header import file_words
from xrm_lake.ingest.mapping.key_score import says_own_id
from xrm_lake.ingest.mapping.known import Known
from xrm_lake.ingest.mapping.sample import Column, Table
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.model.entity_type import EntityType

# Points that a type needs to be taken without asking, and how far it must be ahead of the next.
PLAUSIBLE, AHEAD = 1.85, 0.15
# From which share of the best type's points on another is a doubt worth a word.
NEAR = 0.7
_LACKING = 1.5
_UNEXPLAINED = 0.4
_SHORTLIST = 8


@dataclass(frozen=True)
class Guess:
    """
    A type that a table may be of; `missing` are the required fields that no column fills.

    `sort` is the type as the rows show it: a role of people and organisations narrowed to one of them.
    """

    sort: EntityType
    points: float
    missing: tuple[str, ...]
    columns: tuple[ColumnPlan, ...]

    @property
    def type(self) -> str:
        """The name of the type."""
        return self.sort.name

    @property
    def score(self) -> float:
        """The points as a score from 0 to 1: 0.6 where it becomes plausible, 0.9 for 4.6 points."""
        return round(1 - math.exp(-max(self.points, 0.0) / 2), 3)


def rank_types(table: Table, vocabulary: Vocabulary) -> list[Guess]:
    """The types that a table may be of, best first; the mapping is by headers and content alone."""
    likely = sorted(vocabulary.catalog.active_types, key=lambda item: -_hunch(table, item, vocabulary))[:_SHORTLIST]
    guesses = [_best_party(table, item, vocabulary) for item in likely]
    ranked = sorted((guess for guess in guesses if guess.points > 0), key=lambda guess: -guess.points)
    return _people_first(ranked, table, vocabulary)


def _people_first(ranked: list[Guess], table: Table, vocabulary: Vocabulary) -> list[Guess]:
    """
    People in the place of colleagues where nearly as much speaks for them, and the table is not called after colleagues.

    A team or an office is soon in a list of anybody; whoever is taken for a colleague by mistake is missed among the people.
    """
    if len(ranked) < 2 or (ranked[0].type, ranked[1].type) != ("user", "person"):
        return ranked
    user, person = ranked[:2]
    called = vocabulary.called(file_words(table.delivery.name), "user")
    if called or person.points < NEAR * user.points:
        return ranked
    return [replace(person, points=user.points), replace(user, points=person.points), *ranked[2:]]


def _foreign(table: Table, placed: Iterable[ColumnPlan], vocabulary: Vocabulary) -> list[Column]:
    """The columns that are fields of other types by their names, and nothing here."""
    taken = {plan.position for plan in placed}
    return [
        column
        for column in table.columns
        if column.position not in taken and column.filled and vocabulary.types_named(column.words)
    ]


def guess_type(table: Table, entity_type: EntityType, vocabulary: Vocabulary) -> Guess:
    """How a table maps to a type that is known."""
    return _best_party(table, entity_type, vocabulary)


def _best_party(table: Table, entity_type: EntityType, vocabulary: Vocabulary) -> Guess:
    """The guess for a type; for a role of people and organisations that of the party which the rows are of."""
    sorts = [_guess(table, item, vocabulary) for item in narrowed(entity_type)]
    return max(sorts, key=lambda guess: guess.points)


def narrowed(entity_type: EntityType) -> list[EntityType]:
    """A role of people and organisations as two roles, one of each; any other type as it is."""
    if entity_type.role_of != "both":
        return [entity_type]
    return [replace(entity_type, role_of="organisation"), replace(entity_type, role_of="person")]


def _guess(table: Table, entity_type: EntityType, vocabulary: Vocabulary) -> Guess:
    plans = plan_columns(table.columns, entity_type, Known(), vocabulary)
    points = _called(table, entity_type, vocabulary) + _identified(table, entity_type, vocabulary)
    filled = {column.position for column in table.columns if not column.content.empty or not column.seen}
    placed = [plan for plan in plans if plan.to in ("field", "key", "link")]
    for plan in placed:
        telling = vocabulary.telling(table.columns[plan.position].words) if plan.to == "field" else 0.25
        points += plan.score * telling * (1.0 if plan.position in filled else 0.3)
    points += 0.6 * len([plan for plan in placed if plan.position in filled]) / max(len(filled), 1)
    points -= min(_UNEXPLAINED * len(_foreign(table, placed, vocabulary)), 2.0)
    called = vocabulary.called(file_words(table.delivery.name), entity_type.name)
    if entity_type.role_of and not called and not _own_fields(entity_type, plans):
        points = 0.6 * points - 1.0
    if entity_type.role_of == "organisation" and _named_once(plans, table):
        points += 1.5
    missing = tuple(_missing(entity_type, plans, vocabulary))
    # Without what the type requires each of the rows would be refused, however well the rest may fit.
    points = min(points - 1.2 * len(missing), _LACKING) if missing else points
    return Guess(entity_type, round(points, 3), missing, tuple(plans))


def _named_once(plans: Iterable[ColumnPlan], table: Table) -> bool:
    """Whether the rows bear names that hardly repeat: a list of firms, not of the people who work there."""
    named = [table.columns[plan.position] for plan in plans if plan.to == "field" and plan.field == "name"]
    return any(column.values.len() >= 0.9 * column.filled and column.filled >= 0.8 * column.seen for column in named)


def _called(table: Table, entity_type: EntityType, vocabulary: Vocabulary) -> float:
    """Points for the name of the file; a custom object (`…__c`) is none of the standard ones."""
    stem = table.delivery.name.rsplit("/", 1)[-1].split(".")[0]
    return 0.0 if stem.endswith("__c") else 1.6 * vocabulary.called(file_words(table.delivery.name), entity_type.name)


def _identified(table: Table, entity_type: EntityType, vocabulary: Vocabulary) -> float:
    """Points for an id or a name of the type's own, and against it for those of another in its place."""
    points = 0.0
    for column in table.columns:
        own = says_own_id(column.words, entity_type, vocabulary)
        if not column.distinct:
            # Many rows of one deal are its history, its items or its people, but not deals.
            points -= 3.0 if own and column.filled > column.values.len() else 0.0
            continue
        if own:
            points = max(points, 1.5)
        subject = vocabulary.subject(column.words)
        named = subject is not None and not subject.attribute
        if named and subject is not None and entity_type.name in subject.types and column.content.share("number") < 0.5:
            points = max(points, 1.0)
        elif column.position == 0 and _id_of_another(column, entity_type, vocabulary):
            points -= 0.8
    return points


def _id_of_another(column: Column, entity_type: EntityType, vocabulary: Vocabulary) -> bool:
    others = [item for item in vocabulary.catalog.active_types if item.name != entity_type.name]
    return not says_own_id(column.words, entity_type, vocabulary) and any(
        says_own_id(column.words, other, vocabulary) for other in others if other.role_of is None
    )


def _missing(entity_type: EntityType, plans: Iterable[ColumnPlan], vocabulary: Vocabulary) -> list[str]:
    """The required fields that no column fills; given and family name make a full name."""
    have = {plan.field for plan in plans if plan.to == "field"} | set(vocabulary.defaults(entity_type.name))
    catalog = vocabulary.catalog
    if have & {"given_name", "family_name"}:
        have |= {field.name for field in catalog.fields_for_import(entity_type.name) if field.kind == "full_name"}
    needed = [field.name for field in entity_type.active_fields if field.is_required]
    parties = [catalog.type(party) for party in entity_type.party_types]
    lacking = [
        [field.name for field in party.active_fields if field.is_required and field.name not in have]
        for party in parties
    ]
    return [name for name in needed if name not in have] + min(lacking, key=len, default=[])


def _own_fields(entity_type: EntityType, plans: Iterable[ColumnPlan]) -> bool:
    own = {field.name for field in entity_type.active_fields} - {"status", "since", "until", "source"}
    return any(plan.to == "field" and plan.field in own for plan in plans)


def _hunch(table: Table, entity_type: EntityType, vocabulary: Vocabulary) -> float:
    """A quick estimate: how many headers are exactly what the type calls its fields."""
    exact = sum(
        vocabulary.telling(c.words) for c in table.columns if entity_type.name in vocabulary.types_named(c.words)
    )
    return exact + _called(table, entity_type, vocabulary) + _identified(table, entity_type, vocabulary)
