"""Deals that go through their stages on days that a test says."""

from datetime import datetime

from xrm_lake.store.as_of import state_now
from xrm_lake.store.lake import Lake
from xrm_lake.store.links import link_records
from xrm_lake.store.records import add_record, set_record


def at(clock, day, hour=12, minute=0):
    """Let it be that day of 2026, given as (month, day)."""
    clock.now = datetime(2026, *day, hour, minute)  # noqa: DTZ001 (naive UTC throughout)


def deal(lake: Lake, clock, stages, *, owner: int | None = None, **values) -> int:
    """A deal that was opened in the first of these (day, stage), and moved on by a person on each of the others."""
    (day, stage), *others = stages
    at(clock, day)
    id = add_record(lake, "deal", {"name": "A deal", "stage": stage} | values)
    if owner is not None:
        link_records(lake, id, "owned_by", owner)
    for day, stage in others:
        at(clock, day)
        set_record(lake, id, {"stage": stage})
    return id


def state(lake: Lake):
    """The lake as it is now."""
    return state_now(lake, lake.clock().date())


def figure(figures, measure, split="", part=""):
    """The one figure of that measure and part."""
    (found,) = [each for each in figures if (each.measure, each.split, each.part) == (measure, split, part)]
    return found
