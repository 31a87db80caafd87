"""
Tables that fit no type find a place beside those that do: as more of the same records, as links, or as a type of their own.

All of a delivery is looked at together: what a table is shows in who refers to it, and to whom it refers.
"""

from collections.abc import Sequence
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
from xrm_lake.ingest.mapping.type_rank import PLAUSIBLE
from xrm_lake.ingest.mapping.vocabulary import Vocabulary, vocabulary
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.model.entity_type import EntityType


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
    Find a place for each table; a table that a preset refuses keeps its problem.

    `called` is what the delivery as a whole is called: it tells a new type from one whose name is taken.
    """
    settled = [_taken(identity) for identity in identities]
    tables = [_keyed(identity, words) for identity in settled]
    references = find_references(tables, words)
    parts = extensions(references, tables)
    draft = Draft(words.catalog)
    strangers = [place for place, each in enumerate(settled) if each.problem and not each.role]
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


def _taken(identity: Identity) -> Identity:
    """Of two types that a table may be of about as likely, the better one, rather than none."""
    best = identity.guesses[0] if identity.guesses else None
    if not identity.problem or best is None or best.points < PLAUSIBLE:
        return identity
    doubt = identity.problem
    return replace(
        identity, problem="", type=best.type, sort=best.sort, columns=best.columns, score=best.score, doubt=doubt
    )


def _keyed(identity: Identity, words: Vocabulary) -> Keyed:
    table = identity.table
    called = file_words(table.delivery.name)
    nouns = {called, singular(called), *words.nouns.get(identity.type, ())} - {""}
    key = propose_key(table, frozenset(nouns), words) if identity.problem else _own(identity, words)
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
