"""Rule C: has the share of records in the bad state crossed the limit that was set for it, for two weeks?"""

from dataclasses import dataclass

import numpy as np

from xrm_lake.hygiene.trend.baseline import Baseline, binomial
from xrm_lake.hygiene.trend.flows import Flows, Numbers
from xrm_lake.hygiene.trend.shift import WIDTH
from xrm_lake.model.metrics import FEWEST

WEEKS = 2


@dataclass(frozen=True)
class Level:
    """
    Where the share stands: `share` now, `before` in the baseline, and its `limit`.

    `direction` is 1 if it crossed the limit upwards, -1 if downwards, 0 if it stands where it stood; `since` is the place of the
    first week on this side of it.
    """

    share: float
    before: float
    limit: float
    direction: int
    since: int


def level(flows: Flows, baseline_weeks: int, limit: float, before: Baseline) -> Level:
    """
    The share of the last two weeks against its limit and against the baseline; nan and no crossing of fewer than 30 records.

    Crossed means: the baseline lay on the other side, both weeks lie on this one, and the share moved further than it wanders by
    itself: 2.9 sqrt(2 phi s (1 - s) / den). (A share at rest varies like that of phi times fewer records, and two moments of it
    like two draws.) Without the last, a share that rests near its limit would cross it every other month.
    """
    share = np.divide(flows.num, flows.den, out=np.full(len(flows.day), np.nan), where=flows.den >= FEWEST)
    known = np.flatnonzero(~np.isnan(share))
    start = known[known < baseline_weeks]
    last = known[-WEEKS:]
    if not len(start) or len(last) < WEEKS or last[0] < baseline_weeks:
        return Level(float(share[known[-1]]) if len(known) else float("nan"), float("nan"), limit, 0, -1)
    then = float(flows.num[start].sum() / flows.den[start].sum())
    now = float(flows.num[last].sum() / flows.den[last].sum())
    wander = WIDTH * np.sqrt(2 * before.phi * binomial((then + now) / 2) / flows.den[last].mean())
    side = 1 if now > limit else -1
    crossed = (then - limit) * side < 0 and bool(((share[last] - limit) * side > 0).all()) and abs(now - then) > wander
    return Level(float(share[last[-1]]), then, limit, side if crossed else 0, _since(share, limit, side))


def _since(share: Numbers, limit: float, side: int) -> int:
    """The place of the first of the last weeks that all lie on one side."""
    other = np.flatnonzero(~((share - limit) * side > 0) & ~np.isnan(share))
    return int(other[-1]) + 1 if len(other) else 0
