"""Years at rest: some that were lived in a lake, and many that are drawn by what is known of those."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.year.calendar import sunday
from benchmarks.year.law import WEEKS
from benchmarks.year.live import live
from benchmarks.year.told import WORSE, worse
from xrm_lake.hygiene.arrivals import SPLIT
from xrm_lake.hygiene.series import Series, read_series
from xrm_lake.hygiene.trend.assess import assess
from xrm_lake.hygiene.trend.decide import decide
from xrm_lake.hygiene.trend.flows import Flows, weekly
from xrm_lake.model.metrics import PROBLEMS

FIRST = 14
NO_LIMIT = 2.0
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Rest:
    """A year that was lived: the flows of each metric, type and part, and which metrics and types were ever told to get worse."""

    flows: dict[Key, Flows]
    raised: frozenset[tuple[str, ...]]


def lived(seed: int) -> Rest:
    """Live a year without a drift, asked each week."""
    raised: set[tuple[str, ...]] = set()
    flows: dict[Key, Flows] = {}
    with tempfile.TemporaryDirectory() as folder:
        for week, lake in live(Path(folder) / "rest.xrm", seed=seed):
            if week >= FIRST:
                raised |= set(worse(lake).select("metric", "scope", "part").iter_rows())
            if week == WEEKS - 1:
                told = read_series(lake, sunday(week), splits=("", SPLIT))
                flows = {(each.metric, each.scope, each.part): weekly(each.taken) for each in told if _speaks(each)}
    return Rest(flows, frozenset(raised))


def _speaks(series: Series) -> bool:
    # The flow of a problem is told by its parts; single types, not their sum, are what the law is of.
    return series.scope != "all" and (series.metric not in PROBLEMS or bool(series.split))


def pooled(years: Sequence[Rest]) -> dict[Key, tuple[Flows, float]]:
    """The law of each flow: a year's weeks with those at risk, and the rate over all years; of flows in which anything ever entered."""
    law = {}
    for key, flows in years[0].flows.items():
        both = [each.flows[key] for each in years if key in each.flows]
        entered = sum(float(each.entered[each.tested].sum()) for each in both)
        if entered:
            law[key] = (flows, entered / sum(float(each.at_risk[each.tested].sum()) for each in both))
    return law


def drawn(law: dict[Key, tuple[Flows, float]], rng: np.random.Generator) -> dict[Key, Flows]:
    """One more year of each flow by its law."""
    year = {}
    for key, (flows, rate) in law.items():
        entered = rng.binomial(np.nan_to_num(flows.at_risk).astype(int), rate).astype(float)
        year[key] = replace(flows, entered=np.where(flows.tested, entered, flows.entered))
    return year


def alerts(years: Sequence[dict[Key, Flows]]) -> Counter[Key]:
    """In how many years each flow was ever told to get worse, asked each week and judged together."""
    found: Counter[Key] = Counter()
    for year in years:
        raised = set()
        for week in range(FIRST, WEEKS + 1):
            told = decide([assess(each.only(slice(0, week)), NO_LIMIT) for each in year.values()])
            raised |= {key for key, trend in zip(year, told, strict=True) if trend.state in WORSE}
        found.update(raised)
    return found
