"""Tickets: what customers asked for help with, how urgent it was, and when it was solved."""

from dataclasses import dataclass

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Ints, Mask
from xrm_lake.demo.generate.stamps import DAY, NEVER, WEEKS, Calendar, in_season

PRIORITIES = ("Low", "Medium", "High", "Urgent")
HOURS_TO_SOLVE = (90.0, 48.0, 20.0, 7.0)
NEVER_SOLVED = 0.04


@dataclass(frozen=True)
class Tickets:
    """One entry for each ticket by time: contact and company row, a place in PRIORITIES, closed or NEVER."""

    opened: Ints
    contact: Ints
    company: Ints
    topic: Ints
    priority: Ints
    closed: Ints

    @property
    def is_open(self) -> Mask:
        """Whether each ticket still waits."""
        return np.asarray(self.closed == NEVER, dtype=np.bool_)


def ask_for_help(chance: Chance, calendar: Calendar, entered: Ints, company: Ints, n: int) -> Tickets:
    """`n` tickets of the forty weeks, from contacts that were known at the time."""
    low = np.full(n, calendar.now - WEEKS * 7 * DAY)
    opened = np.sort(in_season(chance, low, np.full(n, calendar.now - DAY)))
    known = np.searchsorted(entered, opened, side="left")
    contact = (chance.shares(n) * np.maximum(known, 1)).astype(np.int64)
    opened = np.maximum(opened, entered[contact] + 60)
    priority = chance.which([30, 45, 19, 6], n)
    hours = np.array(HOURS_TO_SOLVE)[priority] * chance.skewed(n, 1.1)
    closed = opened + (hours * 3600).astype(np.int64) + 300
    closed[(closed >= calendar.now - 3600) | chance.chance(n, NEVER_SOLVED)] = NEVER
    return Tickets(opened, contact, company[contact], chance.whole(0, 10, n), priority, closed)
