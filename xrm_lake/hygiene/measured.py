"""All that a snapshot measures of a state, of now or of a day that is past, as one frame."""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from xrm_lake.hygiene.arrivals import SPLIT, split_by_arrival
from xrm_lake.hygiene.details import incompleteness, links_at_fault, patterns
from xrm_lake.hygiene.expected import expected_duplicates
from xrm_lake.hygiene.measures import FIGURES, MEASURES
from xrm_lake.hygiene.problems import measure_problems
from xrm_lake.hygiene.signals import SIGNALS
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.as_of import State
from xrm_lake.store.write import Batch

ALL = "all"


@dataclass(frozen=True)
class Before:
    """
    What a snapshot is compared with: what began after the day `since` is new, what came in after the moment `border` has arrived since.

    `first` are the metrics that have no earlier figure to be compared with, None: all.
    """

    since: date
    border: datetime | None
    first: frozenset[str] | None


def measure(batch: Batch, state: State, types: list[EntityType], looked: pl.DataFrame, before: Before) -> pl.DataFrame:
    """
    The five problems, the decay signals and the details, each by type and over all; a frame MEASURES.

    Reads what `find_faults` leaves behind, and `before_` (see `problems`). `types` have live records.
    """
    problems = measure_problems(batch, state, looked, first=before.first)
    parts = [
        problems,
        *(signal.measure(state, types, before.since) for signal in SIGNALS),
        split_by_arrival(batch, state, problems.filter(pl.col("split") == ""), before.border),
        expected_duplicates(state),
        incompleteness(state),
        links_at_fault(state),
        patterns(state, types),
    ]
    return _with_totals(pl.concat(part.select(MEASURES.names()).cast(MEASURES) for part in parts))


def looked_at(counts: pl.DataFrame) -> pl.DataFrame:
    """How many records the measured checks of each problem and type looked at: problem, type, den."""
    return counts.filter("measured").group_by("problem", "type").agg(den=pl.col("checked").max())


def _with_totals(measures: pl.DataFrame) -> pl.DataFrame:
    # A sum over nothing measured is not nought. Sources and owners are parts of their type only.
    sums = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in FIGURES]
    whole = measures.filter(pl.col("split").is_in(["", SPLIT]))
    totals = whole.group_by("metric", "split", "part", maintain_order=True).agg(*sums).with_columns(scope=pl.lit(ALL))
    return pl.concat([measures, totals.select(measures.columns)])
