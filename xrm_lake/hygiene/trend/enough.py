"""Enough records? What could not have been found must not be called steady."""

from math import inf, sqrt

from xrm_lake.hygiene.trend.baseline import Baseline, binomial
from xrm_lake.hygiene.trend.flows import Flows

LARGEST_UNSEEN = 0.5
_WEEKS = 13
# One in a hundred two-sided, found four times of five: 2.576 + 0.842. A test by ranks needs a tenth more records (Pitman: 3 / pi).
_SUREST = (2.576 + 0.842) * 1.047


def detectable_rise(before: Baseline, after: Flows) -> float:
    """
    The least rise, as a part of the baseline's rate, that would be found four times of five; endless if nothing ever entered.

    By the variance of two rates of a quasi-binomial model, the baseline's and that of the weeks after it or of 13 weeks to come.
    A rate that is higher by now than in the baseline is counted as it is now: a rise from nothing can be seen.

    >>> import numpy as np
    >>> none = Flows(*(np.zeros(0),) * 5, np.zeros(0, dtype=bool))
    >>> round(detectable_rise(Baseline(0.02, 1.0, 300 * 13, 13), none), 2)
    0.57
    """
    recent = after.only(slice(-_WEEKS, None))
    at_risk, entered = float(recent.at_risk.sum()), float(recent.entered.sum())
    rate = max(before.rate, entered / at_risk if at_risk else 0.0)
    if rate == 0:
        return inf
    to_come = before.at_risk / before.weeks * _WEEKS
    spread = before.phi * binomial(rate) * (1 / before.at_risk + 1 / max(float(after.at_risk.sum()), to_come))
    return _SUREST * sqrt(spread) / rate
