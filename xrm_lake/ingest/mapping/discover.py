"""
Tables that fit no type find a place beside those that do: as more of the same records, as links, or as a type of their own.

All of a delivery is looked at together: what a table is shows in who refers to it, and to whom it refers.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.ingest.mapping.draft import Draft
from xrm_lake.ingest.mapping.header import file_words, singular
from xrm_lake.ingest.mapping.header import words as in_words
from xrm_lake.ingest.mapping.identify import Identity
from xrm_lake.ingest.mapping.known import Known
from xrm_lake.ingest.mapping.new_junction import Join, find_join, propose_junction
from xrm_lake.ingest.mapping.new_links import link_of
from xrm_lake.ingest.mapping.new_type import propose_key, settle_type
from xrm_lake.ingest.mapping.own_key import own_key
from xrm_lake.ingest.mapping.references import Keyed, Reference, extensions, find_references
from xrm_lake.ingest.mapping.sample import Table
from xrm_lake.ingest.mapping.type_rank import PLAUSIBLE
from xrm_lake.ingest.mapping.vocabulary import Vocabulary, vocabulary
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.model.entity_type import EntityType

# From how much of its name a table is called after a type, and which share of its columns must have a place in one else.
CALLED, _MOST_PLACED = 0.5, 0.6


@dataclass(frozen=True)
class Discovery:
    """The tables with a place each, in the order given, what refers to what among them, and the model that they ask for."""

    identities: list[Identity]
    tables: list[Keyed]
    references: list[Reference]
    parts: dict[int, Reference]
    draft: Draft
    known: Known


def discover(identities: Sequence[Identity], words: Vocabulary, *, called: str) -> Discovery:
    """
    Find a place for each table; what a preset refuses, because no type is there for it, gets one.

    `called` is what the delivery as a whole is called: it tells a new type from one whose name is taken.
    """
    settled = _alike([_doubted(_taken(_heard(identity), words), words) for identity in identities])
    tables = [_keyed(identity, words) for identity in settled]
    references = find_references(tables, words)
    if any(each.problem for each in settled):
        tables, references = _rekeyed(settled, tables, references, words)
    parts = extensions(references, tables)
    draft = Draft(words.catalog)
    strangers = [place for place, each in enumerate(settled) if each.problem]
    joins = {place: join for place in strangers if (join := find_join(place, tables, references))}
    types = {place: each.type for place, each in enumerate(settled) if each.type}
    new: dict[int, EntityType] = {}
    for place in strangers:
        if place in joins or place in parts:
            continue
        mine = [each for each in references if each.table == place]
        proposed = settle_type(tables[place], mine, draft, called)
        new[place], types[place] = proposed, proposed.name
    for place in (place for place in strangers if place in parts):
        types[place] = types.get(parts[place].to, "")
    known = Known(_ids(tables, types))
    found = Discovery(settled, tables, references, parts, draft, known)
    return _settle(found, new, joins, types)


def _settle(found: Discovery, new: dict[int, EntityType], joins: dict[int, Join], types: dict[int, str]) -> Discovery:
    words = vocabulary(found.draft.catalog)
    for place, identity in enumerate(found.identities):
        if not identity.problem:
            continue
        if place in joins:
            join = joins[place]
            ends = (types[join.begin.to], types[join.end.to])
            junction = propose_junction(join, found.tables[place], ends, found.draft)
            found.identities[place] = replace(
                identity, problem="", junction=junction, columns=junction.columns, score=junction.score
            )
        elif types.get(place):
            entity_type = new.get(place) or found.draft.catalog.type(types[place])
            columns = tuple(_columns(place, entity_type, found, types, words))
            found.identities[place] = replace(
                identity, problem="", type=entity_type.name, sort=None, columns=columns, settled=True, score=0.6,
                runner_up=identity.guess,
            )  # fmt: skip
    return found


def _columns(
    place: int, entity_type: EntityType, found: Discovery, types: dict[int, str], words: Vocabulary
) -> list[ColumnPlan]:
    """The columns of a table that is of a proposed type, or says more of the records of another table."""
    keyed, refers = found.tables[place], {each.column: each for each in found.references if each.table == place}
    plans, taken = [], set[str]()
    for column in keyed.table.columns:
        plan = ColumnPlan(column.position, column.header, "extra", score=0.0)
        reference = refers.get(column.position)
        if column.words in words.secret:
            plan = replace(plan, to="ignore", score=1.0, reason="secret")
        elif column.content.empty:
            plan = replace(plan, reason="empty")
        elif column.position == keyed.key:
            field = next((item.name for item in entity_type.fields if in_words(item.label) == column.words), "")
            plan = replace(plan, to="key", field="" if place in found.parts else field, score=0.95)
        elif reference is not None and types.get(reference.to):
            ends = (entity_type, _to_types(reference, types))
            link = link_of(reference, column, ends, found.draft, known=found.known, vocabulary=words)
            reason = f"{reference.share:.0%} of its values are ids known here"
            plan = replace(plan, to="link", link=link, score=reference.score, reason=reason)
        else:
            field = found.draft.field_for(column, entity_type.name, taken).name
            plan = replace(plan, to="field", field=field, score=0.9)
        plans.append(plan)
    return plans


def _to_types(reference: Reference, types: dict[int, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(types[to] for to in (reference.to, *reference.also) if types.get(to)))


def _heard(identity: Identity) -> Identity:
    """A table that a preset knows and refuses, as one of no known type."""
    return replace(identity, role=None) if identity.role and identity.problem else identity


def _alike(identities: list[Identity]) -> list[Identity]:
    """Of tables that are called the same and not surely of a type, as one file a month, none has another type than the others."""
    strange = {file_words(each.table.delivery.name) for each in identities if each.problem}
    return [
        replace(each, problem=each.doubt, type="", sort=None, columns=(), doubt="")
        if each.doubt and file_words(each.table.delivery.name) in strange
        else each
        for each in identities
    ]


def _taken(identity: Identity, words: Vocabulary) -> Identity:
    """Of several types that a table may be of, the one that it is called after; else the likeliest, rather than none."""
    likely = [guess for guess in identity.guesses if guess.points >= PLAUSIBLE]
    if not likely or identity.role or identity.junction:
        return identity
    text = file_words(identity.table.delivery.name)
    best = next((guess for guess in likely if words.called(text, guess.type) >= CALLED), likely[0])
    if best.type == identity.type:
        return identity
    doubt = identity.problem if best is likely[0] else ""
    return replace(
        identity, problem="", type=best.type, sort=best.sort, columns=best.columns, score=best.score, doubt=doubt
    )


def _doubted(identity: Identity, words: Vocabulary) -> Identity:
    """
    A table whose type was told by its columns alone, as a stranger where its name or its columns speak against it.

    A `product family` is no product, and where most columns have no place in a type, the rows are likely no records of it.
    """
    if not identity.type or not identity.guesses:
        return identity
    table = identity.table
    called = words.called(file_words(table.delivery.name), identity.type)
    filled = {column.position for column in table.columns if not column.content.empty}
    placed = {column.position for column in identity.columns if column.to in ("key", "field", "link")}
    thin = called < CALLED and len(placed & filled) < _MOST_PLACED * len(filled)
    nameless = called < CALLED and _nameless(identity, words)
    if not thin and not nameless and not _compound(table, identity.type, words):
        return identity
    problem = f"it looks most like {identity.guess}, but is called otherwise"
    return replace(identity, problem=problem, type="", sort=None, columns=(), doubt="")


def _nameless(identity: Identity, words: Vocabulary) -> bool:
    """Whether a column that the type requires is there, but never filled."""
    required = {field.name for field in words.catalog.fields_for_import(identity.type) if field.is_required}
    return any(
        plan.field in required and identity.table.columns[plan.position].content.empty
        for plan in identity.columns
        if plan.to == "field"
    )


def _compound(table: Table, type_name: str, words: Vocabulary) -> bool:
    """Whether a table is called a thing of that type's, as `product family` or `contact type` are."""
    parts = file_words(table.delivery.name).split()
    nouns = words.nouns.get(type_name, ())
    if len(parts) < 2 or words.called(" ".join(parts), type_name) >= CALLED:
        return False
    return parts[0] in nouns and singular(parts[0]) == parts[0] and f"{parts[0]}s" in nouns


def _rekeyed(
    identities: Sequence[Identity], tables: Sequence[Keyed], references: list[Reference], words: Vocabulary
) -> tuple[list[Keyed], list[Reference]]:
    """The tables without a type once more, where what was taken for the key names the rows of another table."""
    foreign: dict[int, set[int]] = {}
    for each in find_references([replace(table, key=None) if identities[place].problem else table
                                 for place, table in enumerate(tables)], words):  # fmt: skip
        if each.to != each.table:
            foreign.setdefault(each.table, set()).add(each.column)
    parts = extensions(references, tables)
    again = [
        place
        for place, table in enumerate(tables)
        if identities[place].problem and place not in parts and table.key in foreign.get(place, ())
    ]
    if not again:
        return list(tables), references
    changed = [
        _keyed(identities[place], words, without=foreign[place]) if place in again else table
        for place, table in enumerate(tables)
    ]
    return changed, find_references(changed, words)


def _keyed(identity: Identity, words: Vocabulary, *, without: Container[int] = ()) -> Keyed:
    table = identity.table
    called = file_words(table.delivery.name)
    nouns = {called, singular(called), *words.nouns.get(identity.type, ())} - {""}
    key = propose_key(table, frozenset(nouns), words, without=without) if identity.problem else _own(identity, words)
    return Keyed(table, key, table.texts(key) if key is not None else None, frozenset(nouns))


def _own(identity: Identity, words: Vocabulary) -> int | None:
    if not identity.type:
        return None
    positions, _ = own_key(identity.table, identity.columns, identity.type, words.catalog)
    return positions[0] if len(positions) == 1 else None


def _ids(tables: Sequence[Keyed], types: dict[int, str]) -> dict[str, tuple[pl.Series, ...]]:
    ids: dict[str, tuple[pl.Series, ...]] = {}
    for place, name in types.items():
        keys = tables[place].keys
        if name and keys is not None:
            ids[name] = (*ids.get(name, ()), keys)
    return ids
