"""Flows whose truth is known: weeks of given rates, or of records that fall ill and recover by chance."""

from collections.abc import Sequence

import numpy as np

from xrm_lake.hygiene.trend.flows import Flows

MONDAY = np.datetime64("2026-01-05", "D")


def days(weeks: int) -> np.ndarray:
    return MONDAY + 7 * np.arange(weeks)


def flows(entered: Sequence[float], at_risk: float | Sequence[float] = 1000, *, share: Sequence[float] = ()) -> Flows:
    """Weeks in which so many entered; the share in the bad state is 0.2 unless given, of 1000."""
    came = np.array(entered, dtype=float)
    weeks = len(came)
    shares = np.array(share or [0.2] * weeks)
    exposed = np.broadcast_to(np.array(at_risk, dtype=float), (weeks,)).copy()
    return Flows(days(weeks), came, exposed, shares * 1000, np.full(weeks, 1000.0), exposed > 0)


def drawn(
    records: int,
    weeks: int,
    rng: np.random.Generator,
    *,
    rate: float = 0.02,
    factor: Sequence[float] = (),
    wavers: float = 0.0,
) -> Flows:
    """Records that enter the bad state at a rate per week and leave it at 3 % per week, begun at rest; `factor` by week."""
    bad = int(rng.binomial(records, rate / (rate + 0.03)))
    came, exposed, stock = [], [], []
    for week in range(weeks):
        weather = rng.lognormal(-wavers * wavers / 2, wavers) if wavers else 1.0
        chance = rate * (factor[week] if len(factor) else 1.0) * weather
        exposed.append(records - bad)
        came.append(int(rng.binomial(records - bad, min(chance, 1.0))))
        bad += came[-1] - int(rng.binomial(bad, 0.03))
        stock.append(bad)
    every = np.ones(weeks, dtype=bool)
    figures = (np.array(part, dtype=float) for part in (came, exposed, stock, [records] * weeks))
    return Flows(days(weeks), *figures, every)
