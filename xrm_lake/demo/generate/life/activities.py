"""Activities: whom the users called, wrote to and met, and about which deal. Some people are never touched again."""

from dataclasses import dataclass

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Ints, Mask
from xrm_lake.demo.generate.life.deals import Deals
from xrm_lake.demo.generate.stamps import DAY, NEVER, Calendar, in_season
from xrm_lake.demo.generate.world.groups import Groups

KINDS = ("call", "mail", "meeting", "task", "note")
ASLEEP = 0.3
MEMORY = 420 * DAY


@dataclass(frozen=True)
class Activities:
    """
    One entry for each activity, by time.

    `contact`, `company`, `deal` are rows of the system's files (-1: none), `kind` a
    place in KINDS, `owner` a user.
    """

    when: Ints
    kind: Ints
    contact: Ints
    company: Ints
    deal: Ints
    owner: Ints

    def last_seen(self, rows: Ints, count: int) -> Ints:
        """The last activity of each of `count` records, `rows` being the record of each activity."""
        seen = np.full(count, NEVER, dtype=np.int64)
        linked = rows >= 0
        np.maximum.at(seen, rows[linked], self.when[linked])
        return seen


@dataclass(frozen=True)
class Touchable:
    """The contact rows of a system: when entered, their company row and owner, and whether given up."""

    calendar: Calendar
    entered: Ints
    company: Ints
    owner: Ints
    given_up: Mask
    given_up_on: int


def live(chance: Chance, people: Touchable, deals: Deals, n: int, mix: tuple[float, ...]) -> Activities:
    """`n` activities: who is awake is touched up to today, who sleeps was touched long ago."""
    until = _until(chance, people)
    since = np.minimum(np.maximum(people.entered, until - MEMORY), until - DAY)
    weight = chance.skewed(people.entered.size, 1.1) * np.where(people.company >= 0, 1.0, 0.35)
    weight = weight * np.clip((until - since) / MEMORY, 0.02, 1.0) ** 0.8
    weight[people.given_up & (people.entered >= people.given_up_on)] = 0.0
    contact = chance.which(weight, n)
    when = in_season(chance, since[contact], until[contact])
    when = np.maximum(when, people.entered[contact] + 60)
    order = np.argsort(when, kind="stable")
    contact, when = contact[order], when[order]
    company = people.company[contact]
    deal = Groups(deals.company).one(chance, company)
    about = (
        (deal >= 0)
        & (when >= deals.opened[deal])
        & (when <= np.where(deals.closed, deals.changed, people.calendar.now)[deal])
    )
    deal = np.where(about & chance.chance(n, 0.8), deal, -1)
    kind = chance.which(mix, n)
    return Activities(when, kind, contact, company, deal, people.owner[contact])


def _until(chance: Chance, people: Touchable) -> Ints:
    """When each contact was touched for the last time at the latest."""
    n, now = people.entered.size, people.calendar.now
    long_ago = now - chance.whole(190, 900, n) * DAY
    asleep = chance.chance(n, ASLEEP) & (long_ago > people.entered + 2 * DAY)
    until = np.where(asleep, long_ago, now - DAY)
    stopped = people.given_up & (people.entered < people.given_up_on)
    return np.where(stopped, np.minimum(until, people.given_up_on), until)
