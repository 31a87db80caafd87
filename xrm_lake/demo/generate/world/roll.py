"""The roll of the whole data: how large each file is, and who stands in it."""

from dataclasses import dataclass

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Floats, Ints
from xrm_lake.demo.generate.life.drifts import DUPLICATES
from xrm_lake.demo.generate.stamps import DAY, Calendar, in_season
from xrm_lake.demo.generate.world.cast import Cast, cast
from xrm_lake.demo.generate.world.groups import Groups
from xrm_lake.demo.generate.world.people import PRIVATE

ROWS = {
    "hub companies": 1500, "sf accounts": 1400, "suppliers": 500, "old customers": 600,
    "hub contacts": 9000, "sf contacts": 7300, "sf leads": 1200, "trade fair": 900, "rep contacts": 500,
    "hub deals": 3000, "sf deals": 2850, "rep deals": 150,
    "hub activities": 32_000, "sf activities": 28_000, "hub tickets": 1300, "sf tickets": 1700,
    "sf members": 5000,
}  # fmt: skip
OUTSIDERS = 700
RECENT = 0.42
YEARS_BACK = 4


@dataclass(frozen=True)
class Roll:
    """
    The casts of all files by name, and when their rows were entered.

    `firms` is the number of true firms; `firm_of` the firm of each true person.
    """

    rows: dict[str, int]
    entered: dict[str, Ints]
    casts: dict[str, Cast]
    firms: int
    firm_of: Ints


def call_roll(chance: Chance, calendar: Calendar, scale: float) -> Roll:
    """Decide, for every file, who stands in it; nobody has a name yet."""
    rows = {name: max(round(count * scale), 6) for name, count in ROWS.items()}
    entered = {
        name: _entered(chance.stream(f"entered {name}"), calendar, rows[name])
        for name in ("hub companies", "sf accounts", "hub contacts", "sf contacts", "sf leads")
    }
    casts: dict[str, Cast] = {}
    firms = _cast_firms(chance.stream("firms"), rows, casts)
    outsiders = firms + np.arange(max(round(OUTSIDERS * scale), 3))
    people = _People(chance.stream("people"), casts, outsiders)
    people.in_crm("hub contacts", "hub companies", DUPLICATES.level(calendar.week(entered["hub contacts"])), 0.0)
    people.in_crm("sf contacts", "sf accounts", np.full(rows["sf contacts"], 0.035), 0.17)
    people.met("sf leads", rows["sf leads"], repeats=0.04, share=0.2)
    people.met("trade fair", rows["trade fair"], repeats=0.02, share=0.45)
    people.met("rep contacts", rows["rep contacts"], repeats=0.03, share=0.6, among="sf contacts")
    people.one_each("supplier contacts", "suppliers", share=0.0)
    people.one_each("old contacts", "old customers", share=0.6)
    return Roll(rows, entered, casts, int(outsiders[-1]) + 1, people.firm_of)


def _entered(chance: Chance, calendar: Calendar, n: int) -> Ints:
    """When rows were entered, in rising order: four in ten within the forty weeks, the others before."""
    recent = chance.chance(n, RECENT)
    low = np.where(recent, calendar.start, calendar.start - YEARS_BACK * 365 * DAY)
    high = np.where(recent, calendar.now - DAY, calendar.start)
    return np.sort(in_season(chance, low, high))


def _cast_firms(chance: Chance, rows: dict[str, int], casts: dict[str, Cast]) -> int:
    known, upto = np.empty(0, dtype=np.int64), 0
    plan = (("hub companies", 0.045, 0.0), ("sf accounts", 0.05, 0.26), ("suppliers", 0.03, 0.12))
    for name, repeats, share in (*plan, ("old customers", 0.03, 0.5)):
        made = cast(
            chance.stream(name), np.full(rows[name], repeats), known=known, share=share, first=upto
        )  # fmt: skip
        casts[name], upto = made, made.upto
        known = np.union1d(known, made.who)
    return upto


class _People:
    """The roll of people as it grows, file by file."""

    def __init__(self, chance: Chance, casts: dict[str, Cast], outsiders: Ints) -> None:
        self._chance, self._casts, self._outsiders = chance, casts, outsiders
        self.firm_of = np.empty(0, dtype=np.int64)

    def in_crm(self, name: str, firms: str, repeats: Floats, share: float) -> None:
        """People of the firms of the same system; known ones only if their firm is in it too."""
        there = np.unique(self._casts[firms].who)
        chance = self._chance.stream(name)
        known = np.flatnonzero(np.isin(self.firm_of, there))
        made = cast(chance, repeats, known=known, share=share, first=self.firm_of.size)
        size = made.fresh.size
        firm = _larger_more(chance, there, size)
        self._add(name, made, np.where(chance.chance(size, 0.05), PRIVATE, firm))

    def met(self, name: str, rows: int, *, repeats: float, share: float, among: str | None = None) -> None:
        """People met outside: some known, some of known firms, most of firms that stand in no other file."""
        chance = self._chance.stream(name)
        known = np.unique(self._casts[among].who) if among else np.arange(self.firm_of.size)
        made = cast(chance, np.full(rows, repeats), known=known, share=share, first=self.firm_of.size)
        size = made.fresh.size
        inside = _larger_more(chance, np.unique(self.firm_of[self.firm_of >= 0]), size)
        outside = self._outsiders[chance.whole(0, self._outsiders.size, size)]
        self._add(name, made, np.where(chance.chance(size, 0.35), inside, outside))

    def one_each(self, name: str, firms: str, *, share: float) -> None:
        """One person for each firm of the file, known with the probability `share` if the firm is."""
        chance, firm = self._chance.stream(name), self._casts[firms]
        there, row, where = np.unique(firm.who, return_index=True, return_inverse=True)
        colleague = Groups(self.firm_of).one(chance, there)
        colleague[~chance.chance(there.size, share)] = -1
        fresh = np.flatnonzero(colleague < 0)
        who = colleague.copy()
        who[fresh] = self.firm_of.size + np.arange(fresh.size)
        known = (colleague >= 0)[where] & ~firm.repeat
        made = Cast(who[where], firm.repeat, known, row[fresh].astype(np.int64), self.firm_of.size + fresh.size)
        self._add(name, made, there[fresh])

    def _add(self, name: str, made: Cast, firm: Ints) -> None:
        self._casts[name] = made
        self.firm_of = np.append(self.firm_of, firm)


def _larger_more(chance: Chance, firms: Ints, n: int) -> Ints:
    """`n` of the firms; the first of them have many people, the last few."""
    place = (chance.shares(n) ** 1.7 * firms.size).astype(np.int64)
    mixed = firms[np.argsort(chance.shares(firms.size), kind="stable")]
    return mixed[place]
