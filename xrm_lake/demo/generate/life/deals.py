"""
Deals as they run: opened, moved from stage to stage, won, lost, or still open today.

A deal goes through the open stages of its pipeline; at each it is lost or moves
on, sometimes jumping a stage. Large deals take longer and are won less often.
"""

from dataclasses import dataclass

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Floats, Ints, Mask, Texts, texts
from xrm_lake.demo.generate.life.drifts import PUSHED, STAGE
from xrm_lake.demo.generate.stamps import DAY, NEVER, Calendar, in_season
from xrm_lake.demo.generate.words import cultures, firm
from xrm_lake.demo.generate.world.organisations import Organisations

OPENED_WITHIN = 52 * 7
JUMPS = 0.06
STUCK = 0.012


@dataclass(frozen=True)
class Pipeline:
    """The stages of one system: open ones in order with the share that moves on and the median days."""

    name: str
    stages: tuple[str, ...]
    moves_on: tuple[float, ...]
    days: tuple[float, ...]
    won: str
    lost: str
    probability: tuple[int, ...]

    @property
    def all_stages(self) -> tuple[str, ...]:
        """The open stages, then won, then lost."""
        return (*self.stages, self.won, self.lost)


HUBSPOT = Pipeline(
    "Sales Pipeline",
    ("Appointment Scheduled", "Qualified To Buy", "Presentation Scheduled", "Decision Maker Bought-In", "Contract Sent"),
    (0.80, 0.84, 0.82, 0.85, 0.76), (9, 11, 14, 12, 9), "Closed Won", "Closed Lost", (20, 40, 60, 80, 90),
)  # fmt: skip
SALESFORCE = Pipeline(
    "Opportunity",
    ("Prospecting", "Qualification", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review"),
    (0.78, 0.80, 0.84, 0.80, 0.74), (10, 12, 14, 13, 11), "Closed Won", "Closed Lost", (10, 20, 40, 65, 80),
)  # fmt: skip


@dataclass(frozen=True)
class Deals:
    """
    One entry for each deal of a system, in the order of opening.

    `company` is a row of the system's companies file; `entered` has a column for
    each stage (open ones, won, lost) with the moment of entry or NEVER; `stage` is
    the last one entered; `pushes` how often the close date was moved; `straight`
    marks deals that the redefining user put into the last open stage at once.
    """

    opened: Ints
    company: Ints
    firm: Ints
    owner: Ints
    product: Ints
    amount: Floats
    currency: Texts
    name: Texts
    entered: Ints
    stage: Ints
    close: Ints
    pushes: Ints
    straight: Mask

    @property
    def changed(self) -> Ints:
        """When each deal last entered a stage."""
        return np.asarray(self.entered.max(axis=1), dtype=np.int64)

    @property
    def closed(self) -> Mask:
        """Whether each deal is won or lost."""
        return np.asarray(self.stage >= self.entered.shape[1] - 2, dtype=np.bool_)


@dataclass(frozen=True)
class Market:
    """Where the deals of a system come from: its company rows, who looks after them, its calendar."""

    calendar: Calendar
    firms: Organisations
    company_firm: Ints
    owner_of_firm: Ints
    redefiner: int


def run_deals(chance: Chance, market: Market, pipeline: Pipeline, n: int) -> Deals:
    """`n` deals of the last 52 weeks, run up to today."""
    calendar = market.calendar
    low = np.full(n, calendar.now - OPENED_WITHIN * DAY)
    opened = np.sort(in_season(chance, low, np.full(n, calendar.now - DAY)))
    company = (chance.shares(n) ** 1.5 * market.company_firm.size).astype(np.int64)
    company = np.argsort(chance.shares(market.company_firm.size), kind="stable")[company]
    firm_no = market.company_firm[company]
    owner = market.owner_of_firm[firm_no]
    product = chance.which([12, 10, 8, 9, 7, 5, 8, 6, 9, 6, 4, 10], n)
    amount = _amounts(chance, product)
    week = calendar.week(opened)
    straight = (owner == market.redefiner) & chance.chance(n, STAGE.level(week))
    entered = _run(chance.stream("stages"), pipeline, opened, amount, straight)
    entered[entered > calendar.now - 3600] = NEVER
    stage = np.asarray(entered.argmax(axis=1), dtype=np.int64)
    pushes = np.minimum(chance.rare(PUSHED.level(week)), 6) if pipeline is SALESFORCE else np.zeros(n, np.int64)
    known = cultures()
    culture = market.firms.culture[firm_no]
    currency = texts([known[c].currency if known[c].currency in ("GBP", "USD") else "EUR" for c in culture.tolist()])
    names = market.firms.bare[firm_no] + " – " + texts(list(firm().products))[product]
    return Deals(
        opened=opened, company=company, firm=firm_no, owner=owner, product=product, amount=amount, currency=currency,
        name=names + ", " + chance.choose(firm().lists["deal_words"], n), entered=entered, stage=stage,
        close=_close(chance, calendar, entered, stage, opened), pushes=pushes, straight=straight,
    )  # fmt: skip


def _amounts(chance: Chance, product: Ints) -> Floats:
    price = np.array(list(firm().products.values()))[product]
    pieces = np.maximum(np.round(chance.skewed(product.size, 0.9) * 2.2), 1.0)
    return np.asarray(np.round(price * pieces * chance.skewed(product.size, 0.12) / 10) * 10, dtype=np.float64)


def _run(chance: Chance, pipeline: Pipeline, opened: Ints, amount: Floats, straight: Mask) -> Ints:
    """The moment each deal enters each stage, without regard to today."""
    n, last = opened.size, len(pipeline.stages) - 1
    slow = (amount / np.median(amount)) ** 0.12
    entered = np.full((n, last + 3), NEVER, dtype=np.int64)
    now, alive, skipping = opened.copy(), np.ones(n, np.bool_), np.zeros(n, np.bool_)
    for place, (moves_on, days) in enumerate(zip(pipeline.moves_on, pipeline.days, strict=True)):
        here = alive & ~skipping & ~(straight & (place > 0) & (place < last))
        entered[here, place] = now[here]
        stays = np.maximum(chance.skewed(n, 0.75) * days * slow * np.where(straight & (place == last), 3.0, 1.0), 1.0)
        hurried = straight & (place < last)
        later = _working_day(now // DAY + np.ceil(stays).astype(np.int64)) * DAY + chance.whole(480, 1050, n) * 60
        now = np.where(here & ~hurried, later, now)
        now = np.where(here & hurried, now + 90, now)
        # A deal that nobody moves on is neither won nor lost: it stays open for good.
        stays[chance.chance(n, STUCK)] = 5000.0
        goes = chance.chance(n, np.where(straight, 0.25, moves_on / slow**0.8)) | hurried
        lost = here & ~goes
        entered[lost, last + 2] = now[lost]
        alive &= goes | ~here
        skipping = chance.chance(n, JUMPS) & (place + 1 < last) & ~skipping & ~straight
    entered[alive, last + 1] = now[alive]
    return entered


def _working_day(day: Ints) -> Ints:
    """The same day, or the Monday after."""
    weekday = (day + 3) % 7
    return day + np.where(weekday > 4, 7 - weekday, 0)


def _close(chance: Chance, calendar: Calendar, entered: Ints, stage: Ints, opened: Ints) -> Ints:
    """The close date: the day it was closed, or a day to come that its owner hopes for."""
    closed = stage >= entered.shape[1] - 2
    hoped = calendar.now + (5 + chance.skewed(opened.size, 0.6) * 35).astype(np.int64) * DAY
    return np.where(closed, entered.max(axis=1), hoped)
