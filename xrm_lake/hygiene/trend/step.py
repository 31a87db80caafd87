"""Rule D: has the rate risen or fallen at once, and stayed there? It sees within weeks what rule B sees within months."""

from dataclasses import dataclass
from math import erfc, sqrt

from xrm_lake.hygiene.trend.baseline import binomial
from xrm_lake.hygiene.trend.flows import Flows

WEEKS = 8
FEWEST_BEFORE = 13
FAR = 4.0


@dataclass(frozen=True)
class Step:
    """The rate of the last eight weeks, that of the weeks before, and how many standard errors lie between."""

    now: float
    before: float
    errors: float

    @property
    def p(self) -> float:
        """The probability, two-sided, of lying as far apart by chance."""
        return erfc(abs(self.errors) / sqrt(2))


def step(flows: Flows) -> Step | None:
    """
    Two rates of a quasi-binomial model: the last eight weeks, and all before (13 at least, else None).

    The dispersion is that of the weeks about the rate of their own part (n - 2 degrees of freedom, 1 at least), so that a single
    week that sticks out counts as wavering, not as a step. It is estimated, hence the limit of four standard errors.
    """
    if len(flows.day) < FEWEST_BEFORE + WEEKS:
        return None
    older, newer = flows.only(slice(None, -WEEKS)), flows.only(slice(-WEEKS, None))
    then, now = (float(part.entered.sum() / part.at_risk.sum()) for part in (older, newer))
    drawn = binomial(float(flows.entered.sum() / flows.at_risk.sum()))
    if drawn == 0:
        return Step(now, then, 0.0)
    squares = sum(float((part.at_risk * (part.rate - rate) ** 2).sum()) for part, rate in ((older, then), (newer, now)))
    phi = max(1.0, squares / drawn / (len(flows.day) - 2))
    spread = sqrt(phi * drawn * (1 / older.at_risk.sum() + 1 / newer.at_risk.sum()))
    return Step(now, then, (now - then) / spread)
