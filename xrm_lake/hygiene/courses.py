"""The course of each metric: its weeks, and what is told of them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from xrm_lake.errors import UnknownName
from xrm_lake.hygiene.arrivals import NEW, OLDER, SPLIT
from xrm_lake.hygiene.measured import ALL
from xrm_lake.hygiene.odd_weeks import list_odd_weeks
from xrm_lake.hygiene.series import Series, read_series
from xrm_lake.hygiene.trend.assess import Assessment, assess
from xrm_lake.hygiene.trend.combine import combine, level_only
from xrm_lake.hygiene.trend.decide import Trend, decide
from xrm_lake.hygiene.trend.flows import Flows, weekly
from xrm_lake.hygiene.trend.slope import QUARTER_WEEKS
from xrm_lake.hygiene.trend.words import sentence
from xrm_lake.model.metrics import METRICS, PROBLEMS
from xrm_lake.model.metrics import metric as metric_named
from xrm_lake.store.settings import Reader


@dataclass(frozen=True)
class Course:
    """
    A metric of one scope: how it stands (`num` of `den`), its weeks, and what is told of them.

    The weeks are those of `part`: of `new` records, of `older` ones, or of all (empty). `of_new` tells a rate that is a share
    of what was new, not one per week.
    """

    metric: str
    scope: str
    part: str
    num: float
    den: float
    of_new: bool
    flows: Flows
    trend: Trend


def courses(
    reader: Reader, type: str | None = None, *, metric: str | None = None, as_of: date | None = None
) -> list[Course]:
    """
    The courses as of a day, or up to the last snapshot, of all metrics and scopes or of those named.

    A problem is told by its parts, new and older records. Findings must stand among those of all types together, or among those of
    single types: how many are asked for changes nothing. Raises UnknownName.
    """
    if type is not None and type != ALL:
        reader.catalog.type(type)
    names = [item.name for item in METRICS]
    if metric is not None and metric not in names:
        raise UnknownName("metric", metric, names)
    odd = tuple(list_odd_weeks(reader)["day"].to_list())
    found = [each for each in read_series(reader, as_of or date.max, splits=("", SPLIT)) if each.metric in names]
    families = ([each for each in found if (each.scope == ALL) is is_all] for is_all in (True, False))
    told = [course for family in families for course in _told(family, odd)]
    return [each for each in told if type in (None, each.scope) and metric in (None, each.metric)]


def told_of(course: Course) -> str:
    """What is told of a course, in a sentence or two."""
    return sentence(course.trend, metric_named(course.metric), of_new=course.of_new, part=course.part)


def _told(family: list[Series], odd: Collection[date]) -> list[Course]:
    flows = [weekly(each.taken, odd=odd) for each in family]
    assessed = [_assess(each, weeks) for each, weeks in zip(family, flows, strict=True)]
    found = {
        (each.metric, each.scope, each.part): (each, weeks, trend)
        for each, weeks, trend in zip(family, flows, decide(assessed), strict=True)
    }
    return [_course(each, found) for each in family if not each.split]


def _assess(series: Series, weeks: Flows) -> Assessment:
    found = assess(weeks, metric_named(series.metric).limit)
    if series.split:
        # The limit is one for the whole.
        return replace(found, level=None, crossed=None)
    # The flow of a problem is told by its parts.
    return level_only(found) if series.metric in PROBLEMS else found


def _course(series: Series, found: dict[tuple[str, str, str], tuple[Series, Flows, Trend]]) -> Course:
    metric, scope = series.metric, series.scope
    part, trend = "", found[metric, scope, ""][2]
    if metric in PROBLEMS:
        parts = {name: found[metric, scope, name] for name in (NEW, OLDER) if (metric, scope, name) in found}
        entered = {name: float(weeks.entered[-QUARTER_WEEKS:].sum()) for name, (_, weeks, _) in parts.items()}
        part, trend = combine(trend, {name: each[2] for name, each in parts.items()}, entered)
    spoken, weeks, _ = found[metric, scope, part]
    return Course(metric, scope, part, series.num, series.den, spoken.taken.of_new, weeks, trend)
