"""What a model gains at once: types, fields of types that are there, and link types."""

from dataclasses import dataclass, replace

from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field, LinkType

# What a link type says of itself that was made for an import.
MADE = "Made for an import"


@dataclass(frozen=True)
class Additions:
    """`fields` go to the type that is named with each; a link type of a known name takes that one's place."""

    types: tuple[EntityType, ...] = ()
    fields: tuple[tuple[str, Field], ...] = ()
    link_types: tuple[LinkType, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.types or self.fields or self.link_types)

    def and_then(self, more: "Additions") -> "Additions":
        """These additions, and then those that were worked out for the catalog with them."""
        return Additions(self.types + more.types, self.fields + more.fields, self.link_types + more.link_types)

    def fields_of(self, type_name: str) -> tuple[Field, ...]:
        """The fields that a type which is there gains, placed behind those that it has."""
        return tuple(field for name, field in self.fields if name == type_name)

    @property
    def changed_types(self) -> list[str]:
        """The types that gain fields."""
        return list(dict.fromkeys(name for name, _ in self.fields))

    def applied_to(self, catalog: Catalog) -> Catalog:
        """The catalog as it is with these additions."""
        names = {link.name for link in self.link_types}
        return Catalog(
            (*(self.grown(item) for item in catalog.types), *self.types),
            (*(link for link in catalog.link_types if link.name not in names), *self.link_types),
        )

    def grown(self, entity_type: EntityType) -> EntityType:
        """A type with the fields that it gains, behind those that it has."""
        last = max((field.position for field in entity_type.fields), default=0)
        gained = tuple(
            replace(field, position=last + place) for place, field in enumerate(self.fields_of(entity_type.name), 1)
        )
        return replace(entity_type, fields=(*entity_type.fields, *gained)) if gained else entity_type


NO_ADDITIONS = Additions()
