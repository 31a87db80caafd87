"""What the search for duplicates gives back."""

from dataclasses import dataclass

import polars as pl

from xrm_lake.hygiene.matching.arrays import Counts
from xrm_lake.hygiene.matching.collapse import Copies
from xrm_lake.hygiene.matching.evidence import EVIDENCE
from xrm_lake.hygiene.matching.keys import Key
from xrm_lake.hygiene.matching.weigh import Fitted

PAIRS = pl.Schema(
    {
        "left_id": pl.Int64(),
        "right_id": pl.Int64(),
        "score": pl.Float64(),
        "sure": pl.Boolean(),
        "evidence": EVIDENCE,
        "brought_by": pl.Categorical(),
        "sentence": pl.Categorical(),
    }
)


@dataclass(frozen=True)
class Fit:
    """
    How the model came about.

    rows: records looked at; distinct_rows: after identical ones were put together
    and empty ones left out; candidate_pairs: pairs that were scored;
    expected_matches: pairs of one entity that the model expects; keys: what
    candidates had to share, best first (empty: all pairs were compared, or none);
    fallback: why the model was not, or not fully, learned from the data, else None;
    with a reason nothing should merge by itself.
    """

    rows: int
    distinct_rows: int = 0
    candidate_pairs: int = 0
    expected_matches: float = 0.0
    keys: tuple[str, ...] = ()
    fallback: str | None = None


@dataclass(frozen=True)
class Learned:
    """
    What a run learned, to match later records by (see keep.py).

    fitted: the model over the distinct rows; keys: what candidates had to share;
    copies: which rows each distinct row stands for; ids: the record of each row.
    """

    fitted: Fitted
    keys: tuple[Key, ...]
    copies: Copies
    ids: Counts


@dataclass(frozen=True)
class Pairs:
    """
    Pairs of records that may be one, best first, and how they were found.

    `frame` has left_id, right_id (left < right), score (0..1, the probability that
    both are one entity), sure (whether it may be offered for merging without a person:
    see sure.py), evidence (for each field: level, label, weight in bits),
    brought_by (the key that made them candidates) and sentence (the levels in words).
    `learned` is None where no column tells one record from another.
    """

    frame: pl.DataFrame
    fit: Fit
    learned: Learned | None = None
