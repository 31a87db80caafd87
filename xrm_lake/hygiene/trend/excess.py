"""Excess: how much more entered since a day than would have at the rate before it."""

from datetime import date

import numpy as np

from xrm_lake.hygiene.trend.flows import Flows


def excess(flows: Flows, since: date, usual: float) -> float:
    """
    What entered in the weeks from `since` on, less what the rate of the weeks before lets expect; negative if it was less.

    Of weeks that can be tested. `usual` is the rate where nothing was at risk before, such as that of a source that is new.
    """
    tested = flows.only(flows.tested)
    late = tested.day >= np.datetime64(since, "D")
    before, after = tested.only(~late), tested.only(late)
    at_risk = float(before.at_risk.sum())
    rate = float(before.entered.sum()) / at_risk if at_risk else usual
    return float((after.entered - rate * after.at_risk).sum())
