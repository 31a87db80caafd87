"""A trend in words that need no legend."""

from datetime import date
from math import isfinite

from xrm_lake.hygiene.trend.baseline import FEWEST_WEEKS
from xrm_lake.hygiene.trend.decide import Trend
from xrm_lake.hygiene.trend.flows import MOST_DAYS
from xrm_lake.model.metrics import HygieneMetric


def state_words(state: str, direction: int) -> str:
    """
    What a state is called.

    >>> state_words("watch", 1), state_words("alert", 1), state_words("too few", 0)
    ('may be getting worse', 'getting worse, fast', 'too few records to tell')
    """
    match state:
        case "watch":
            return "may be getting worse" if direction > 0 else "may be getting better"
        case "alert":
            return "getting worse, fast"
        case "worse" | "better":
            return f"getting {state}"
        case "too few":
            return "too few records to tell"
        case "no baseline":
            return "too early to tell"
        case _:
            return "steady"


def sentence(trend: Trend, item: HygieneMetric, *, of_new: bool, part: str = "") -> str:
    """What happened, since when, and how sure it is, in a sentence or two."""
    found = trend.assessment
    words = state_words(trend.state, trend.direction)
    told = words[0].upper() + words[1:]
    if trend.state == "no baseline":
        return f"{told}: {found.weeks} of {FEWEST_WEEKS + 1} weeks that are needed.{_gaps(found.gaps)}"
    if trend.state == "too few":
        return f"{told}: {_unseen(found.detectable)}"
    since = began(trend)
    parts = [
        f"{told}{f' since the week to {since}' if since else ''}: {_rates(trend, item, f'{part} {item.of}'.strip(), of_new=of_new)}"
    ]
    if "C" in trend.rules and found.level:
        sense = "above" if found.level.direction > 0 else "below"
        parts.append(
            f"The share crossed its limit and is {sense} {found.level.limit:.1%} now: {found.level.share:.1%}."
        )
    if trend.state == "watch":
        parts.append("It may be chance; the next weeks will tell.")
    if trend.seasonal:
        parts.append("It is as in the same weeks of last year.")
    if found.passed:
        parts.append("A jump in the last weeks has passed.")
    return " ".join(parts)


def began(trend: Trend) -> date | None:
    """The week in which it began, if something did."""
    if not trend.direction:
        return None
    return trend.assessment.crossed if trend.rules == "C" else trend.assessment.since


def evidence(trend: Trend) -> str:
    """What each rule that fired saw, with its figures."""
    found, told = trend.assessment, []
    if "A" in trend.rules and found.shift:
        told.append(
            f"A: smoothed rate {_share(float(found.shift.smoothed[-1]))}, by chance within {_share(found.shift.rate)}"
            f" ± {_share(float(found.shift.margin[-1]))}"
        )
    if "B" in trend.rules and found.slope:
        steep = f", {found.steepness:+.0%} of the usual rate in 13 weeks" if isfinite(found.steepness) else ""
        told.append(f"B: Mann–Kendall p {_p(found.slope.p)}{steep}")
    if "C" in trend.rules and found.level:
        told.append(
            f"C: {_share(found.level.before)} before, {_share(found.level.share)} now, limit {_share(found.level.limit)}"
        )
    if "D" in trend.rules and found.step:
        told.append(
            f"D: the last 8 weeks {_share(found.step.now)}, {_share(found.step.before)} before, {abs(found.step.errors):.1f} standard errors"
        )
    return "; ".join(told)


def _rates(trend: Trend, item: HygieneMetric, of: str, *, of_new: bool) -> str:
    found = trend.assessment
    if found.now is None or found.baseline is None:
        return ""
    now, span = _share(found.now.value), f"{_share(found.now.low)} to {_share(found.now.high)}"
    before = _share(found.baseline.rate)
    if of_new:
        return f"in the last 4 weeks {now} of {of} ({span}) counted as {item.label.lower()}, {before} before."
    return f"each week {now} of the {of} in order ({span}) became {item.label.lower()}, {before} before."


def _unseen(detectable: float) -> str:
    if not isfinite(detectable):
        return "nothing entered yet."
    return f"a rise by less than {detectable:.0%} would not be found."


def _gaps(gaps: int) -> str:
    if not gaps:
        return ""
    return f" {'A gap' if gaps == 1 else f'{gaps} gaps'} of more than {MOST_DAYS} days between snapshots left out."


def _p(p: float) -> str:
    return "< .0001" if p < 0.0001 else f"= {p:.4f}".replace("0.", ".")


def _share(share: float) -> str:
    """
    A share with two digits that count, or one decimal.

    >>> [_share(each) for each in (0.5, 0.0312, 0.00123, 0.0)]
    ['50%', '3.1%', '0.12%', '0%']
    """
    if share == 0:
        return "0%"
    return f"{share:.{0 if share >= 0.1 else 1 if share >= 0.01 else 2}%}"
