"""The model as it grows while the tables of an import find their places: what is there, and what they would add."""

from dataclasses import replace

from xrm_lake.ingest.mapping.header import words
from xrm_lake.ingest.mapping.propose import propose_field, with_options
from xrm_lake.ingest.mapping.sample import Column
from xrm_lake.model.additions import Additions
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field, LinkType
from xrm_lake.model.names import slug


class Draft:
    """Gathers additions to a catalog; whoever asks for what was proposed already gets that."""

    def __init__(self, catalog: Catalog) -> None:
        self._before = catalog
        self.catalog = catalog
        self.additions = Additions()

    def add_type(self, entity_type: EntityType) -> None:
        """Propose a type; its name must be free."""
        self._add(Additions(types=(entity_type,)))

    def free_name(self, label: str, prefix: str) -> str:
        """A name for a type of that label; where it is taken, with a word more before it, or a number behind."""
        for text in (label, f"{prefix} {label}", *(f"{label} {number}" for number in range(2, 1000))):
            name = slug(text, "type")
            if not self.catalog.has_type(name):
                return name
        raise RuntimeError("a thousand types of one name")

    def add_link(self, link: LinkType) -> None:
        """Propose a link type, or one in the place of another of its name."""
        self._add(Additions(link_types=(link,)))

    def find_link(self, name: str) -> LinkType | None:
        """The link type of that name, there or proposed."""
        return next((link for link in self.catalog.link_types if link.name == name), None)

    def field_for(self, column: Column, type_name: str, taken: set[str]) -> Field:
        """
        The field for a column that has no place: one that is called like it and is free, else a new one.

        Its name is none of those `taken` by other columns, and is added to them.
        """
        fields = list(self.catalog.fields_for_import(type_name))
        for field in fields:
            if field.name not in taken and words(field.label) == column.words:
                taken.add(field.name)
                return field
        used = {field.name for field in fields} | taken
        proposed = with_options(propose_field(column, 0, used), column)
        # Records that are there do not have it yet.
        field = replace(proposed, level="optional", unique=False)
        taken.add(field.name)
        self._add(Additions(fields=((type_name, field),)))
        return field

    def _add(self, more: Additions) -> None:
        old = self.additions
        links = {link.name: link for link in (*old.link_types, *more.link_types)}
        if more.fields and any(item.name == more.fields[0][0] for item in old.types):
            # A field of a type that is proposed itself is part of the proposal.
            types = tuple(more.grown(item) for item in old.types)
            self.additions = Additions(types, old.fields, tuple(links.values()))
        else:
            self.additions = Additions((*old.types, *more.types), (*old.fields, *more.fields), tuple(links.values()))
        self.catalog = self.additions.applied_to(self._before)
