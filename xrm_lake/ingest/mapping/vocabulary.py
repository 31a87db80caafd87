"""The vocabulary: what types, fields and links are called, read from `synonyms.toml` and from the catalog itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xrm_lake.ingest.mapping.header import words
from xrm_lake.ingest.mapping.lexicon import lexicon
from xrm_lake.model.additions import MADE
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field, LinkType


@dataclass(frozen=True)
class Subject:
    """A header that begins with what a record is called: the types it may be, and the words behind it."""

    types: tuple[str, ...]
    attribute: str


@dataclass(frozen=True)
class Vocabulary:
    """The words of the types and links that a catalog has."""

    catalog: Catalog
    nouns: Mapping[str, tuple[str, ...]]
    files: Mapping[str, tuple[str, ...]]
    fields: Mapping[tuple[str, str], Mapping[str, float]]
    links: Mapping[str, frozenset[str]]
    only_words: frozenset[str]
    suffixes: Mapping[str, str]
    secret: frozenset[str]
    elsewhere: frozenset[str]

    @cached_property
    def tokens(self) -> frozenset[str]:
        """All single words that occur in what a field is called; another spelling of one is no slip of the pen."""
        return frozenset(token for names in self.fields.values() for name in names for token in name.split())

    def names_of(self, entity_type: EntityType, field: Field) -> Mapping[str, float]:
        """What this field is called, each with how sure that is (0..1); of a role, also what its party's is called."""
        for owner in (entity_type.name, *entity_type.party_types):
            if (owner, field.name) in self.fields:
                return self.fields[owner, field.name]
        return {}

    def fields_of(self, entity_type: EntityType) -> list[Field]:
        """The fields that a row of this type may fill: its own and, for a role, those of its party."""
        owners = (entity_type, *map(self.catalog.type, entity_type.party_types))
        found = {field.name: field for owner in reversed(owners) for field in owner.active_fields}
        return list(found.values())

    def reachable(self, link: LinkType) -> tuple[str, ...]:
        """The types at the far end of a link, with the roles that stand in for them."""
        if link.name not in self._reachable:
            ends = [end for end in link.to_types if self.catalog.has_type(end)]
            roles = [role.name for end in ends for role in self.catalog.roles_of(end)]
            everything = tuple(item.name for item in self.catalog.active_types)
            self._reachable[link.name] = tuple(dict.fromkeys((*ends, *roles))) if link.to_types else everything
        return self._reachable[link.name]

    @cached_property
    def _reachable(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _noun_types(self) -> dict[str, tuple[str, ...]]:
        return _turned(self.nouns)

    @cached_property
    def _file_types(self) -> dict[str, tuple[str, ...]]:
        return _turned({name: (*nouns, *self.files.get(name, ())) for name, nouns in self.nouns.items()})

    def subject(self, text: str) -> Subject | None:
        """
        The thing that words begin with: `opportunity id` is the `id` of a deal; None if there is none.

        The longest noun wins: `sales team` before `sales`.
        """
        if text not in self._subjects:
            self._subjects[text] = self._read_subject(text)
        return self._subjects[text]

    def types_named(self, text: str) -> frozenset[str]:
        """The types that have a field called like this, or like this after their own noun."""
        direct = self._field_types.get(text, frozenset())
        subject = self.subject(text)
        if subject and subject.attribute:
            return direct | {name for name in self._field_types.get(subject.attribute, ()) if name in subject.types}
        return direct

    def telling(self, text: str) -> float:
        """How telling a header is: 1 if only one type has a field of that name, 0.25 if four have."""
        return 1.0 / max(len(self.types_named(text)), 1)

    @cached_property
    def _subjects(self) -> dict[str, Subject | None]:
        return {}

    @cached_property
    def _field_types(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for (type_name, _field), names in self.fields.items():
            for name in names:
                found.setdefault(name, set()).add(type_name)
        return {name: frozenset(types) for name, types in found.items()}

    def _read_subject(self, text: str) -> Subject | None:
        parts = text.split()
        for length in range(min(4, len(parts)), 0, -1):
            types = self._noun_types.get(" ".join(parts[:length]))
            if types:
                return Subject(types, " ".join(parts[length:]))
        return None

    def constants(self, text: str, type_name: str) -> dict[str, str]:
        """Field values that a file's words tell of all its rows: a file of `calls` holds activities of type Call."""
        told = lexicon()["types"].get(type_name, {}).get("constants", {})
        parts = text.split()
        return {
            field: value
            for field, choices in told.items()
            for value, names in choices.items()
            if any(parts[-len(name.split()) :] == name.split() for name in map(words, names))
        }

    def defaults(self, type_name: str) -> dict[str, str]:
        """What required fields get if no column tells."""
        return dict(lexicon()["types"].get(type_name, {}).get("defaults", {}))

    def called(self, text: str, type_name: str) -> float:
        """
        How much of a file's words is a noun of the type: 1 for `deals`, 0.5 for `my deals`, 0.25 for `deals berlin`.

        The last word says what a thing is; the first only what it has to do with.
        """
        parts = text.split()
        for length in range(len(parts), 0, -1):
            if type_name in self._file_types.get(" ".join(parts[-length:]), ()):
                return length / len(parts)
            if type_name in self._file_types.get(" ".join(parts[:length]), ()):
                return 0.5 * length / len(parts)
        return 0.0


def vocabulary(catalog: Catalog) -> Vocabulary:
    """The vocabulary for the types and links in use."""
    told = lexicon()
    nouns = {item.name: _nouns(item, told) for item in catalog.active_types}
    fields = {
        (item.name, field.name): _field_names(item, field, told)
        for item in catalog.active_types
        for field in item.active_fields
    }
    links = {item.name: _link_words(item, told) for item in catalog.link_types if not item.retired}
    return Vocabulary(
        catalog=catalog,
        nouns=nouns,
        files={name: tuple(map(words, body.get("files", ()))) for name, body in told["types"].items()},
        fields=fields,
        links=links,
        only_words=frozenset(name for name, body in told["links"].items() if body.get("only_words"))
        | _of_tables(catalog),
        suffixes={words(ending): what for what, endings in told["suffixes"].items() for ending in endings},
        secret=frozenset(map(words, told["ignored"]["secret"])),
        elsewhere=frozenset(told["ignored"]["elsewhere"]),
    )


def _turned(names: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for owner, given in names.items():
        for name in dict.fromkeys(given):
            found[name] = (*found.get(name, ()), owner)
    return found


def _nouns(item: EntityType, told: Mapping[str, Any]) -> tuple[str, ...]:
    given = told["types"].get(item.name, {}).get("nouns", [])
    return tuple(dict.fromkeys(words(noun) for noun in (item.name, item.label, item.plural, *given)))


def _field_names(item: EntityType, field: Field, told: Mapping[str, Any]) -> Mapping[str, float]:
    own = told["types"].get(item.name, {}).get("fields", {}).get(field.name, [])
    names = {words(name): 0.92 for name in told["common"].get(field.name, [])}
    names |= {words(name): 0.94 for name in own}
    return names | {words(field.label): 1.0, words(field.name): 1.0}


def _link_words(item: LinkType, told: Mapping[str, Any]) -> frozenset[str]:
    given = told["links"].get(item.name, {}).get("words", [])
    role = [item.label.removeprefix("has ")] if item.meaning == MADE else []
    return frozenset(words(word) for word in (item.name, item.label, *given, *role))


def _of_tables(catalog: Catalog) -> frozenset[str]:
    """The link types made for tables of links: no column of a record is one of them."""
    return frozenset(link.name for link in catalog.link_types if link.meaning == MADE and link.cardinality == "many")
