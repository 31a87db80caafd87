"""The link by which a reference joins its rows: one that the model has, or a new one between the two types."""

from dataclasses import replace

from xrm_lake.ingest.mapping.draft import Draft
from xrm_lake.ingest.mapping.header import singular
from xrm_lake.ingest.mapping.known import Known
from xrm_lake.ingest.mapping.link_score import link_options
from xrm_lake.ingest.mapping.references import Reference
from xrm_lake.ingest.mapping.sample import Column
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.plan import LinkTarget
from xrm_lake.model.additions import MADE
from xrm_lake.model.entity_type import EntityType, LinkType
from xrm_lake.model.names import slug

_LIKELY = 0.6
# What happened is about things, also where the things name what happened.
_ABOUT = "about"


def link_of(
    reference: Reference,
    column: Column,
    ends: tuple[EntityType, tuple[str, ...]],
    draft: Draft,
    *,
    known: Known,
    vocabulary: Vocabulary,
) -> LinkTarget:
    """
    Which link the cells of a referring column are, from a record of the first of `ends` to one of the second.

    A link type that joins them and says what the header says is taken as it is; else a new one goes into the draft.
    """
    entity_type, to_types = ends
    for option in link_options(column, entity_type, known, vocabulary):
        if option.score >= _LIKELY and set(to_types) <= set(option.target.to_types):
            return replace(option.target, to_types=to_types, match_by="id", field="", separator=reference.separator)
    about = draft.find_link(_ABOUT)
    if about and not about.retired and all(_only_about(about, name, entity_type.name) for name in to_types):
        return LinkTarget(_ABOUT, to_types, "id", "in", separator=reference.separator)
    link = _new_link(entity_type, to_types, reference, draft)
    return LinkTarget(link.name, to_types, "id", separator=reference.separator)


def _only_about(about: LinkType, name: str, other: str) -> bool:
    return name in about.from_types and other not in about.from_types and about.joins(name, other)


def _new_link(entity_type: EntityType, to_types: tuple[str, ...], reference: Reference, draft: Draft) -> LinkType:
    role = singular(reference.role) if reference.separator else reference.role
    own = entity_type.label.lower()
    name = slug(f"{entity_type.name} {role or to_types[0]}", "link type")
    there = draft.find_link(name)
    if there is not None and entity_type.name in there.from_types:
        wanting = tuple(item for item in to_types if item not in there.to_types)
        if not wanting:
            return there
        link = replace(there, to_types=(*there.to_types, *wanting))
    else:
        link = LinkType(
            name=name if there is None else slug(f"{name} link", "link type"),
            label=f"has {role}" if role else "belongs to",
            inverse=f"is {role} of" if role else f"has {own}",
            from_types=(entity_type.name,),
            to_types=to_types,
            cardinality="many" if reference.separator else "one",
            meaning=MADE,
        )
    draft.add_link(link)
    return link
