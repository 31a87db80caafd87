"""What of the proposed additions to the model a plan needs after somebody has overruled it: the rest is not made."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from xrm_lake.ingest.plan import FilePlan, Planned
from xrm_lake.model.additions import Additions
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field


def needed(planned: Planned, catalog: Catalog) -> Planned:
    """
    The planned import without the types, fields and link types that no column goes to any more.

    `catalog` is the lake's own. A type that is made keeps the fields that it is called by.
    """
    additions = planned.additions
    if not additions:
        return planned
    grown = additions.applied_to(catalog)
    links = tuple(link for link in additions.link_types if link.name in _links(planned.plans))
    named = {name for link in links for name in (*link.from_types, *link.to_types)} & _ends(planned.plans)
    types = tuple(
        replace(item, fields=_kept(item, _fields(planned.plans, item, grown)))
        for item in additions.types
        if item.name in named | {plan.type for plan in planned.plans}
    )
    fields = tuple(
        (name, field)
        for name, field in additions.fields
        if field.name in _fields(planned.plans, grown.type(name), grown)
        or any(
            other.currency_field == field.name and other.name in _fields(planned.plans, grown.type(name), grown)
            for other in additions.fields_of(name)
        )
    )
    # A link type speaks only of types that will be there.
    there = {item.name for item in (*catalog.types, *types)}
    links = tuple(
        replace(
            link,
            from_types=tuple(each for each in link.from_types if each in there),
            to_types=tuple(each for each in link.to_types if each in there),
        )
        for link in links
    )
    return replace(planned, additions=Additions(types, fields, links))


def joined(one: Additions, other: Additions) -> Additions:
    """Both additions as one; what both make is made once."""
    known_types, known_links = {item.name for item in one.types}, {link.name for link in one.link_types}
    known_fields = {(name, field.name) for name, field in one.fields}
    return Additions(
        (*one.types, *(item for item in other.types if item.name not in known_types)),
        (*one.fields, *((name, field) for name, field in other.fields if (name, field.name) not in known_fields)),
        (*one.link_types, *(link for link in other.link_types if link.name not in known_links)),
    )


def _links(plans: Iterable[FilePlan]) -> set[str]:
    own = {plan.link_type for plan in plans if plan.link_type}
    return own | {column.link.link_type for plan in plans for column in plan.columns if column.link}


def _ends(plans: Iterable[FilePlan]) -> set[str]:
    return {name for plan in plans for column in plan.columns if column.link for name in column.link.to_types}


def _fields(plans: Sequence[FilePlan], entity_type: EntityType, catalog: Catalog) -> set[str]:
    """The fields of a type that columns go to, or that others are found by; those of its roles count as its own."""
    own = {entity_type.name} | {item.name for item in catalog.types if entity_type.name in item.party_types}
    filled = {
        name
        for plan in plans
        if plan.type in own
        for name in (
            *(column.field for column in plan.columns),
            *(name.removesuffix("~") for name in plan.match_on),
            *(field for field, _ in plan.constants),
        )
    }
    sought = {
        column.link.field
        for plan in plans
        for column in plan.columns
        if column.link and entity_type.name in column.link.to_types
    }
    return (filled | sought) - {""}


def _kept(entity_type: EntityType, filled: set[str]) -> tuple[Field, ...]:
    wanted = filled | set(entity_type.caption) | {entity_type.stage_field}
    money = {field.currency_field for field in entity_type.fields if field.name in wanted}
    return tuple(field for field in entity_type.fields if field.name in wanted | money)
