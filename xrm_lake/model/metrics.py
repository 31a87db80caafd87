"""
The metrics of hygiene: what each is called and asks, and which shares are good and bad.

Each is a share x = num / den of records in a bad state, as snapshots count them:

    duplicate      younger records of pairs that matching holds for one (probability 0.95 or more, Fellegi & Sunter 1969) and that
                   nobody has answered, and records that share a value which must be unique / live records of matched types
    incomplete     records without a required value, or without more than half of the expected ones; a value that only
                   stands for having none (`n/a`, `Other`) is none / live records
    malformed      records with a value that its field's kind or list does not accept / live records
    stale          open records whose last sign of life (a meeting or an edit) is longer ago than their type allows / open records
    unlinked       records that lack a required link, or whose link leads to a deleted record / live records
    inactive       parties whose last meeting is longer ago than their type allows / parties that began by the day
    placeholder    choice values that stand for having none / choice values, of records that began since the snapshot before
    new_duplicate  records that joined an older one / records that began since the snapshot before

The score of a share is linear between two anchors: 100 (bad - x) / (bad - good), within 0 and 100. The anchors are
conventions, not laws of nature, and are declared here and nowhere else.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class HygieneMetric:
    """
    One thing that is measured in every snapshot, as a share of records in a bad state.

    A share of `good` or less scores 100, of `bad` or more 0; `weight` is its part in the overall score. `of` and `of_one` say
    what is looked at, and `meaning` which of these are counted.
    """

    name: str
    label: str
    sort: Literal["problem", "signal"]
    meaning: str
    good: float
    bad: float
    weight: float = 1.0
    of: str = "records"
    of_one: str = "record"
    # Raised whenever the rule changes: flows and trends start anew then.
    version: int = 1

    @property
    def limit(self) -> float:
        """The share that is too much: half way between good and bad, where the score is 50."""
        return (self.good + self.bad) / 2


METRICS: tuple[HygieneMetric, ...] = (
    HygieneMetric("duplicate", "Duplicates", "problem", "those that are probably there already", 0.01, 0.10),
    HygieneMetric(
        "incomplete", "Incomplete", "problem", "those that lack what is needed or most of what is expected", 0.05, 0.40
    ),
    HygieneMetric("malformed", "Badly formatted", "problem", "those with a value that its field does not accept", 0.01, 0.15),
    HygieneMetric(
        "stale", "Stale", "problem", "those without a sign of life for longer than their type allows", 0.15, 0.60,
        of="open records", of_one="open record",
    ),
    HygieneMetric("unlinked", "Unlinked", "problem", "those that lack a link that they need", 0.02, 0.20),
    HygieneMetric(
        "inactive", "Inactive", "signal", "those whom nobody met for longer than their type allows", 0.15, 0.60,
        of="people and organisations", of_one="person or organisation",
    ),
    HygieneMetric(
        "placeholder", "“Other” and undefined", "signal", "those that say nothing", 0.05, 0.40,
        of="values chosen in new records", of_one="value chosen in a new record",
    ),
    HygieneMetric(
        "new_duplicate", "New duplicates", "signal", "those that were there already", 0.01, 0.08,
        of="new records", of_one="new record",
    ),
)  # fmt: skip

PROBLEMS = tuple(item.name for item in METRICS if item.sort == "problem")


@dataclass(frozen=True)
class Detail:
    """What a snapshot measures beside the metrics, to tell more of them; it has no score."""

    name: str
    meaning: str
    version: int = 1


DETAILS = (
    Detail("duplicate_low", "records one too many by pairs of 0.95 or more / live records of matched types"),
    Detail("duplicate_expected", "records one too many that the probabilities of open pairs let expect / live records of matched types"),
    Detail("duplicate_high", "records one too many by pairs of 0.5 or more / live records of matched types"),
    Detail("incompleteness", "missing share of required (weight 3) and expected fields (weight 1), summed / live records"),
    Detail("dangling", "links that lead to a deleted record / links"),
    Detail("contradictory", "records with two links where one is allowed / records with such a link"),
    Detail("odd_pattern", "values written otherwise than 95 % / values, of fields without a rule"),
    Detail("pattern_entropy", "entropy of the ways in which values are written, in bits / its maximum"),
)  # fmt: skip


def version_of(name: str) -> int:
    """The version of the rule by which a metric or a detail is measured now."""
    return {item.name: item.version for item in METRICS}.get(name) or {item.name: item.version for item in DETAILS}[
        name
    ]


# No score is shown of fewer records: it would say more about chance than about the data.
FEWEST = 30


def metric(name: str) -> HygieneMetric:
    """The metric of that name."""
    return next(item for item in METRICS if item.name == name)


def score(item: HygieneMetric, num: float, den: float) -> float | None:
    """
    The score, 0 (bad) to 100 (good), of a share; None of fewer than 30 records.

    Of so few, the share is no better known than to some 17 points either way (Wilson 1927, 95 %, at one half).

    >>> score(metric("duplicate"), 55, 1000), score(metric("duplicate"), 0, 29)
    (50.0, None)
    """
    if den < FEWEST:
        return None
    return round(100 * min(1.0, max(0.0, (item.bad - num / den) / (item.bad - item.good))), 1)


def overall(scores: dict[str, float | None]) -> float | None:
    """
    One score of many: their weighted mean, but at most 25 above the worst, so that a fatal problem is not averaged away.

    >>> overall({"duplicate": 100.0, "malformed": 100.0, "unlinked": 10.0}), overall({"stale": None})
    (35.0, None)
    """
    known = {name: value for name, value in scores.items() if value is not None}
    if not known:
        return None
    weights = {name: metric(name).weight for name in known}
    mean = sum(weights[name] * value for name, value in known.items()) / sum(weights.values())
    return round(min(mean, min(known.values()) + 25), 1)
