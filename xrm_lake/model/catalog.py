"""All types and link types of a lake at one moment, by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from xrm_lake.errors import UnknownName
from xrm_lake.model.entity_type import EntityType, Field, LinkType


@dataclass(frozen=True)
class Catalog:
    """The declarations that hold now; a new one is made when the model changes."""

    types: tuple[EntityType, ...]
    link_types: tuple[LinkType, ...]

    @cached_property
    def _types(self) -> dict[str, EntityType]:
        return {item.name: item for item in self.types}

    @cached_property
    def _link_types(self) -> dict[str, LinkType]:
        return {item.name: item for item in self.link_types}

    @cached_property
    def active_types(self) -> tuple[EntityType, ...]:
        """The types in use, in their order."""
        return tuple(item for item in self.types if not item.retired)

    def type(self, name: str) -> EntityType:
        """The type of that name. Raises UnknownName with near names."""
        found = self._types.get(name)
        if found is None:
            raise UnknownName("type", name, self._types)
        return found

    def has_type(self, name: str) -> bool:
        """Whether there is a type of that name, retired or not."""
        return name in self._types

    def field(self, type_name: str, name: str) -> Field:
        """The field of that type. Raises UnknownName with near names."""
        fields = {item.name: item for item in self.type(type_name).fields}
        if name not in fields:
            raise UnknownName(f"field of {type_name}", name, fields)
        return fields[name]

    def link_type(self, name: str) -> LinkType:
        """The link type of that name. Raises UnknownName with near names."""
        found = self._link_types.get(name)
        if found is None:
            raise UnknownName("link type", name, self._link_types)
        return found

    def has_link_type(self, name: str) -> bool:
        """Whether there is a link type of that name."""
        return name in self._link_types

    def links_from(self, type_name: str) -> tuple[LinkType, ...]:
        """The link types in use that may leave a record of this type."""
        return tuple(
            item
            for item in self.link_types
            if not item.retired and (not item.from_types or type_name in item.from_types)
        )

    def links_to(self, type_name: str) -> tuple[LinkType, ...]:
        """The link types in use that may arrive at a record of this type."""
        return tuple(
            item for item in self.link_types if not item.retired and (not item.to_types or type_name in item.to_types)
        )

    def roles_of(self, party_type: str) -> tuple[EntityType, ...]:
        """The roles in use that a party of this type may have."""
        return tuple(item for item in self.active_types if party_type in item.party_types)

    def fields_for_import(self, type_name: str) -> Iterable[Field]:
        """The fields that a row of this type may fill: its own and, for a role, those of its party."""
        own = self.type(type_name).active_fields
        yield from own
        taken = {item.name for item in own}
        for party in self.type(type_name).party_types:
            for item in self.type(party).active_fields:
                if item.name not in taken:
                    taken.add(item.name)
                    yield item
