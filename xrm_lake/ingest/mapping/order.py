"""The order in which to load files: what is linked to comes before what names it."""

from collections.abc import Mapping, Sequence

from xrm_lake.ingest.plan import FilePlan


def in_order(plans: Sequence[FilePlan], after: Mapping[int, int] | None = None) -> list[FilePlan]:
    """
    The plans so that link targets come first; tables of links come last.

    Where files name each other, the one that names fewer others comes first; else the given order stays. `after` says of a
    plan (by its `id`) which other must come before it: the one whose records it says more of.
    """
    left = list(plans)
    done: list[FilePlan] = []
    after = after or {}
    while left:
        there = {id(plan) for plan in left}
        waiting = {id(plan): (after.get(id(plan)) in there, _waits_for(plan, left)) for plan in left}
        best = min(left, key=lambda plan: (plan.shape == "links", waiting[id(plan)]))
        done.append(best)
        left = [plan for plan in left if plan is not best]
    return done


def _waits_for(plan: FilePlan, others: Sequence[FilePlan]) -> int:
    """How many of the other plans hold records that this one names."""
    named = {name for column in plan.columns if column.link for name in column.link.to_types}
    return sum(
        other is not plan and other.shape == "records" and other.type in named and other.type != plan.type
        for other in others
    )
