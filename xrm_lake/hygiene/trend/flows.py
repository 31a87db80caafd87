"""Weekly flows: what entered a bad state each week, made of snapshots that may lie closer together or further apart."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Days = NDArray[np.datetime64]

WEEK = 7
FEWEST_DAYS = 4
MOST_DAYS = 16


@dataclass(frozen=True)
class Snapshots:
    """
    What was measured of one metric, one element for each snapshot, oldest first: the figures as of `day`, which tell the flow since `began`.

    `entered` and `at_risk` are nan where a snapshot had none to compare with. `of_new` tells a metric that looks at new
    records only: its rate is a share of these; of any other it is a rate per week, which a longer wait makes no higher.
    """

    began: Days
    day: Days
    num: Numbers
    den: Numbers
    at_risk: Numbers
    entered: Numbers
    of_new: bool = False


@dataclass(frozen=True)
class Flows:
    """
    One element for each week, oldest first: its last `day`, what `entered`, and the record-weeks `at_risk` that it could come from.

    `num` of `den` is the share in the bad state at the end of the week, or among what was new in it. `tested` is false for weeks
    that were flagged as odd, and for those with nothing at risk. `gaps` counts the stretches too long to be told as weeks.
    """

    day: Days
    entered: Numbers
    at_risk: Numbers
    num: Numbers
    den: Numbers
    tested: NDArray[np.bool_]
    gaps: int = 0

    @property
    def rate(self) -> Numbers:
        """Of those that could, the share that entered in a week; nan where nothing could."""
        rates: Numbers = np.full(len(self.day), np.nan)
        np.divide(self.entered, self.at_risk, out=rates, where=self.at_risk > 0)
        return rates

    def only(self, which: NDArray[np.bool_] | slice) -> "Flows":
        """Some of these weeks."""
        return Flows(
            self.day[which], self.entered[which], self.at_risk[which], self.num[which], self.den[which], self.tested[which], self.gaps
        )  # fmt: skip


def weekly(taken: Snapshots, *, odd: Collection[date] = ()) -> Flows:
    """
    Snapshots as weeks: those closer together are added up, each flow weighs by the days that it covers.

    A stretch of 4 to 16 days between snapshots is told as a week, at its rate for 7 days. A longer one is a gap: what entered and
    left within it was seen by nobody; one shorter than 4 days at the end is a week that is not over. Neither is tested.
    Weeks that hold an `odd` day, such as a holiday, keep their share but are not tested.
    """
    marked = np.array(sorted(odd), dtype="datetime64[D]")
    rows: list[tuple[float, float, float, float, bool]] = []
    days: list[np.datetime64] = []
    gaps = 0
    for part in _groups(taken):
        spans = _spans(taken, part)
        if not FEWEST_DAYS <= spans.sum() <= MOST_DAYS:
            gaps += bool(spans.sum() > MOST_DAYS)
            continue
        first, last = part.start, part.stop - 1
        weight = np.ones(len(spans)) if taken.of_new else spans / WEEK
        entered, at_risk = float(taken.entered[part].sum()), float((taken.at_risk[part] * weight).sum())
        share = (entered, at_risk) if taken.of_new else (taken.num[last], taken.den[last])
        is_odd = bool(((marked > taken.began[first]) & (marked <= taken.day[last])).any())
        days.append(taken.day[last])
        rows.append((entered, at_risk, *share, at_risk > 0 and not is_odd))
    figures = np.array(rows, dtype=np.float64).reshape(len(rows), 5).T
    entered_, at_risk_, num, den, tested = figures
    return Flows(np.array(days, dtype="datetime64[D]"), entered_, at_risk_, num, den, tested.astype(np.bool_), gaps)


def _groups(taken: Snapshots) -> list[slice]:
    """The places of the snapshots that make up each week: as many as come closest to seven days, none of them missing between."""
    groups: list[slice] = []
    days, is_open = 0.0, False
    for place in range(len(taken.day)):
        if np.isnan(taken.entered[place]) or np.isnan(taken.at_risk[place]):
            is_open = False
            continue
        span = float(_spans(taken, slice(place, place + 1))[0])
        follows = is_open and taken.began[place] == taken.day[place - 1]
        if follows and days < WEEK and days + span - WEEK <= WEEK - days:
            groups[-1] = slice(groups[-1].start, place + 1)
            days += span
        else:
            groups.append(slice(place, place + 1))
            days = span
        is_open = True
    return groups


def _spans(taken: Snapshots, part: slice) -> Numbers:
    """The days that each of these flows covers."""
    return (taken.day[part] - taken.began[part]).astype(np.float64)
