"""How likely a column names other records: by what its header says, and by whose ids or names its values are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from xrm_lake.ingest.mapping.content import Content
from xrm_lake.ingest.mapping.known import Known
from xrm_lake.ingest.mapping.sample import Column
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.plan import LinkTarget, MatchBy
from xrm_lake.model.entity_type import EntityType, LinkType

Direction = Literal["out", "in"]
_LOOSE = ("associated ", "primary ", "linked ", "main ", "related ")
_BY_WORD, _BY_NOUN, _INVERSE = 0.93, 0.88, 0.7
_POINTS = 0.8


@dataclass(frozen=True)
class LinkOption:
    """A link that a column may be, and how likely it is (0..1)."""

    target: LinkTarget
    score: float
    reason: str


@dataclass(frozen=True)
class Reading:
    """A header as what it points to and by what (`id`, `name`, `email`, `domain`; empty: it does not say)."""

    text: str
    base: str
    by: str


def read_link(text: str, vocabulary: Vocabulary) -> Reading:
    """
    Part the words of a header into whom and by what: `account id` is the account by its id.
    """
    parts = text.split()
    for length in range(min(3, len(parts) - 1), 0, -1):
        by = vocabulary.suffixes.get(" ".join(parts[-length:]))
        if by:
            return Reading(text, " ".join(parts[:-length]), by)
    return Reading(text, text, "")


@dataclass(frozen=True)
class _Case:
    """One column of one type, with what is known around it."""

    column: Column
    reading: Reading
    entity_type: EntityType
    known: Known
    vocabulary: Vocabulary

    def ids(self, types: tuple[str, ...]) -> float:
        return max((self.known.share_of_ids(self.column, name) or 0.0 for name in types), default=0.0)

    def names(self, types: tuple[str, ...]) -> float:
        return max((self.known.share_of_names(self.column, name) or 0.0 for name in types), default=0.0)


def link_options(column: Column, entity_type: EntityType, known: Known, vocabulary: Vocabulary) -> list[LinkOption]:
    """The links that this column of a type may be, best first."""
    case = _Case(column, read_link(column.words, vocabulary), entity_type, known, vocabulary)
    found: dict[tuple[str, str], LinkOption] = {}
    for candidate in _candidates(case):
        option = _option(candidate, case)
        kept = found.get((candidate.link.name, candidate.direction))
        if option.score > 0 and (kept is None or kept.score < option.score):
            found[candidate.link.name, candidate.direction] = option
    return sorted(found.values(), key=lambda option: -option.score)


class _Candidate(NamedTuple):
    link: LinkType
    types: tuple[str, ...]
    score: float
    direction: Direction = "out"


def _candidates(case: _Case) -> Iterator[_Candidate]:
    vocabulary, entity_type = case.vocabulary, case.entity_type
    bases = _bases(case.reading, entity_type, vocabulary)
    named = tuple(dict.fromkeys(name for base in bases for name in _nouns(base, vocabulary)))
    for place, link in enumerate(links_leaving(entity_type, vocabulary)):
        types = vocabulary.reachable(link)
        agreed = tuple(name for name in types if name in named)
        if bases & vocabulary.links.get(link.name, frozenset()):
            ends = agreed or _usual_ends(link, entity_type, vocabulary)
            yield _Candidate(link, ends, _BY_WORD - 0.005 * place)
        elif link.name not in vocabulary.only_words:
            if agreed:
                direct = set(agreed) & set(link.to_types)
                yield _Candidate(link, agreed, _BY_NOUN - 0.01 * place - (0.0 if direct else 0.05))
            yield from _by_values(link, types, case)
    for link in vocabulary.catalog.links_to(entity_type.name):
        agreed = tuple(name for name in link.from_types if name in named)
        if agreed and link.to_types and link.name not in vocabulary.only_words and entity_type.name not in agreed:
            yield _Candidate(link, agreed, _INVERSE, "in")


def _usual_ends(link: LinkType, entity_type: EntityType, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The types at the far end if the header names none; what has a parent has one of its own type."""
    own = entity_type.party_types or (entity_type.name,)
    if link.name in vocabulary.only_words and (not link.to_types or set(own) & set(link.to_types)):
        return own
    return tuple(link.to_types)


def links_leaving(entity_type: EntityType, vocabulary: Vocabulary) -> list[LinkType]:
    """The link types that may leave a record of this type or its party: required ones first, then the narrower."""
    catalog = vocabulary.catalog
    found = {
        link.name: link
        for name in (entity_type.name, *entity_type.party_types)
        for link in catalog.links_from(name)
        # A role is joined to its party by what its row is, never by a column.
        if link.name != "role_of"
    }

    def order(link: LinkType) -> tuple[bool, bool, bool]:
        return link.name not in entity_type.required_links, not link.from_types, not link.to_types

    return sorted(found.values(), key=order)


def _bases(reading: Reading, entity_type: EntityType, vocabulary: Vocabulary) -> frozenset[str]:
    """What the header may say of whom: as it stands, without its ending, without the record's own noun before it."""
    found = {reading.text, reading.base}
    for text in tuple(found):
        subject = vocabulary.subject(text)
        if subject and subject.attribute and entity_type.name in subject.types:
            found.add(subject.attribute)
        found |= {text.removeprefix(start) for start in _LOOSE if text.startswith(start)}
    return frozenset(found)


def _nouns(base: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    subject = vocabulary.subject(base)
    return subject.types if subject and not subject.attribute else ()


def _by_values(link: LinkType, types: tuple[str, ...], case: _Case) -> Iterator[_Candidate]:
    """A link that only the values tell: nearly all of them are ids or names of one type."""
    content = case.column.content
    if content.distinct < 3 or not link.to_types or content.share("number") > 0.5 or content.share("boolean") > 0.5:
        return
    for name in types:
        share = max(case.ids((name,)), case.names((name,)))
        if share >= _POINTS:
            yield _Candidate(link, (name,), 0.5 + 0.3 * share)


def _option(candidate: _Candidate, case: _Case) -> LinkOption:
    link, types, column = candidate.link, candidate.types, case.column
    by, by_field = _match_by(types, case)
    share = {"id": case.ids(types), "name": case.names(types)}.get(by, 0.0)
    score = min(candidate.score + 0.06 * share, 0.99) * _plausible(column, by)
    if case.entity_type.name in types and column.distinct and link.name not in case.vocabulary.only_words:
        # What stands once in every row and is of the row's own type is the record itself.
        score *= 0.6
    separator = ";" if by == "id" and column.content.share("list") > 0.02 else ""
    reason = f"{share:.0%} of its values are {by}s known here" if share else "by its header"
    target = LinkTarget(link.name, types, by, candidate.direction, by_field, separator)
    return LinkOption(target, round(score, 3), reason)


def _match_by(types: tuple[str, ...], case: _Case) -> tuple[MatchBy, str]:
    content, by = case.column.content, case.reading.by
    ids, names = case.ids(types), case.names(types)
    if content.share("email") > 0.8 and _have_field(types, "email", case.vocabulary):
        return "key", "email"
    if by == "domain" and _have_field(types, "domain", case.vocabulary):
        return "key", "domain"
    # Under a header that says `id`, some names among ids are mistakes.
    if names >= (_POINTS if by == "id" else 0.3) and names >= ids:
        return "name", ""
    if ids >= 0.3 or by == "id":
        return "id", ""
    looks_like_id = content.id_like or content.share("integer") > 0.8 or _coded(content)
    return ("id", "") if by != "name" and looks_like_id else ("name", "")


def _coded(content: Content) -> bool:
    return content.one_token and content.share("digit") > 0.95


def _have_field(types: tuple[str, ...], name: str, vocabulary: Vocabulary) -> bool:
    catalog = vocabulary.catalog
    return bool(types) and all(
        any(field.name == name for field in catalog.fields_for_import(type_name)) for type_name in types
    )


def _plausible(column: Column, by: str) -> float:
    """Dates, amounts, yes and no are nobody's name."""
    content = column.content
    if content.empty:
        return 0.8
    if content.share("date") > 0.5 or content.share("boolean") > 0.5:
        return 0.2
    if by == "name" and content.share("number") > 0.5:
        return 0.3
    return 0.5 if by == "name" and content.length > 80 else 1.0
