"""How likely a column holds a field: its header proposes, its values agree or object."""

from difflib import SequenceMatcher
from functools import lru_cache

from xrm_lake.ingest.mapping.content import Content, fit
from xrm_lake.ingest.mapping.lexicon import lexicon, word_set
from xrm_lake.ingest.mapping.sample import Column
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.model.entity_type import EntityType, Field

# Kinds whose values are recognised without any header.
_TELLING = {"email": 0.62, "country": 0.66, "url": 0.6, "phone": 0.58}
# What a caption must be for a column named like the record, such as `account`, to be taken for it.
_NAMES = ("text", "company_name", "full_name")


def by_header(column: Column, entity_type: EntityType, field: Field, vocabulary: Vocabulary) -> float:
    """
    From 0 (surely not) to 1 (surely): whether the header says that the column is this field, and the values agree.

    Of two columns alike in both, the better filled one scores a little higher.
    """
    said = header_score(column.words, entity_type, field, vocabulary)
    if not said:
        return 0.0
    suits = fit(field.kind, column.content)
    if field.name == "founded" and not _years(column.content):
        suits *= 0.3
    filled = column.filled / column.seen if column.seen else 0.0
    return said * (0.35 + 0.65 * min(suits / 0.7, 1.0)) * (0.94 + 0.06 * filled)


def by_content(column: Column, field: Field, vocabulary: Vocabulary) -> float:
    """Whether the values alone, of a column whose header says nothing, are those of this field."""
    if vocabulary.elsewhere & set(column.words.split()):
        return 0.0
    suits = fit(field.kind, column.content)
    return _TELLING.get(field.kind, 0.0) * suits if suits >= 0.9 and column.content.distinct >= 2 else 0.0


def header_score(text: str, entity_type: EntityType, field: Field, vocabulary: Vocabulary) -> float:
    """How much a header (in words) says that it is this field: 1 for its very name, 0 for no relation."""
    names = vocabulary.names_of(entity_type, field)
    if text in names:
        return names[text]
    own = {entity_type.name, *entity_type.party_types}
    subject = vocabulary.subject(text)
    if subject is not None and own & set(subject.types):
        if subject.attribute in names:
            return 0.95 * names[subject.attribute]
        if not subject.attribute:
            return 0.9 if _is_caption(entity_type, field, vocabulary) else 0.0
        text = subject.attribute
    elif subject is not None and subject.attribute:
        # The phone of a person's company is, at best, better than none.
        return 0.45 if subject.attribute in names and subject.attribute not in word_set("bare") else 0.0
    if vocabulary.elsewhere & set(text.split()):
        return 0.0
    slip = not set(text.split()) <= vocabulary.tokens
    return max((_part_score(text, name, slip) for name in names), default=0.0)


@lru_cache(maxsize=200_000)
def _part_score(text: str, name: str, slip: bool) -> float:
    """How near a header comes to a field's name: by ending with it, or by a slip of the pen."""
    if name not in word_set("bare") and text.endswith(" " + name):
        before = text.removesuffix(" " + name)
        if _is_lesser(before):
            return 0.4
        return 0.62 + 0.2 * len(name.split()) / len(text.split())
    if name not in word_set("bare") and text.startswith(name + " "):
        return 0.52
    near = slip and min(len(text), len(name)) >= 5 and abs(len(text) - len(name)) <= 2
    if near and (text[0] == name[0] or text[-1] == name[-1]):
        alike = SequenceMatcher(None, text, name).ratio()
        return 0.75 if alike >= 0.86 else 0.0
    return 0.0


@lru_cache(maxsize=20_000)
def _is_lesser(before: str) -> bool:
    """Whether the words before a field's name make it another, as `last` does an amount."""
    modifiers = lexicon()["modifiers"]["words"]
    return any(before == word or before.endswith(" " + word) or before.startswith(word + " ") for word in modifiers)


def _is_caption(entity_type: EntityType, field: Field, vocabulary: Vocabulary) -> bool:
    catalog = vocabulary.catalog
    captions = {name for owner in (entity_type, *map(catalog.type, entity_type.party_types)) for name in owner.caption}
    return field.name in captions and field.kind in _NAMES


def _years(content: Content) -> bool:
    return content.empty or (content.share("integer") > 0.8 and 3.5 < content.length < 4.5)
