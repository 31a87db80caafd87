"""The columns that a known type has no place for: what names records of other tables becomes a link, the rest new fields."""

from collections.abc import Sequence
from dataclasses import replace

from xrm_lake.ingest.mapping.columns import drop_lesser_links
from xrm_lake.ingest.mapping.discover import Discovery
from xrm_lake.ingest.mapping.new_links import link_of
from xrm_lake.ingest.mapping.overrides import AS_TOLD
from xrm_lake.ingest.mapping.references import Reference
from xrm_lake.ingest.mapping.sample import Column
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.plan import ColumnPlan

# A field that is surer than this stays one, even if its values are keys of another table.
_SURE = 0.9


def complete(place: int, plans: Sequence[ColumnPlan], found: Discovery, vocabulary: Vocabulary) -> list[ColumnPlan]:
    """
    The plans of a table of a type that is there with a place for each column that has values.

    What the model lacks for that goes into the draft; a table that is of a proposed type, or of links, has all places already.
    """
    identity = found.identities[place]
    if not identity.type or identity.settled:
        return list(plans)
    entity_type = identity.sort or vocabulary.catalog.type(identity.type)
    table, types = found.tables[place].table, [each.type for each in found.identities]
    refers = {each.column: each for each in found.references if each.table == place}
    taken = {plan.field for plan in plans if plan.to in ("field", "key") and plan.field}
    done: list[ColumnPlan] = []
    for plan in plans:
        column = table.columns[plan.position]
        reference = refers.get(plan.position)
        to_types = _to_types(reference, types) if reference else ()
        if reference and to_types and _gives_way(plan, reference, to_types, found):
            ends = (entity_type, to_types)
            link = link_of(reference, column, ends, found.draft, known=found.known, vocabulary=vocabulary)
            reason = f"{reference.share:.0%} of its values are ids known here"
            plan = replace(plan, to="link", field="", link=link, score=reference.score, reason=reason)
        done.append(plan)
    settled = drop_lesser_links(done, vocabulary)
    return [
        _as_field(plan, table.columns[plan.position], entity_type.name, found, taken) if _homeless(plan) else plan
        for plan in settled
    ]


def _to_types(reference: Reference, types: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(types[to] for to in (reference.to, *reference.also) if types[to]))


def _gives_way(plan: ColumnPlan, reference: Reference, to_types: tuple[str, ...], found: Discovery) -> bool:
    """Whether a column is better a reference than what it was taken for."""
    if plan.reason == AS_TOLD or plan.to in ("key", "ignore", "end", "link_field"):
        return False
    if plan.to == "extra":
        # What a preset keeps aside it does so knowingly, unless the table referred to is one that it does not know.
        return plan.score == 0.0 or found.identities[reference.to].role is None
    if plan.to == "link":
        if found.identities[reference.table].role and plan.score >= _SURE:
            # What a preset knows of its own columns, no likeness of ids overrules.
            return False
        return plan.link is not None and not set(to_types) <= set(plan.link.to_types)
    told = reference.share >= _SURE and found.tables[reference.to].key_is_general
    return plan.score < _SURE or told


def _homeless(plan: ColumnPlan) -> bool:
    return plan.to == "extra" and plan.score == 0.0 and plan.reason != AS_TOLD and plan.link is None


def _as_field(plan: ColumnPlan, column: Column, type_name: str, found: Discovery, taken: set[str]) -> ColumnPlan:
    if column.content.empty:
        return plan
    field = found.draft.field_for(column, type_name, taken)
    return replace(plan, to="field", field=field.name, score=0.6, reason=f"a field for it, of the kind {field.kind}")
