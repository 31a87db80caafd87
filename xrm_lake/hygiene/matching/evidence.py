"""
Why a pair was found: for each field its level of agreement and its weight in bits.

A weight says how much likelier this level is if the two are one than if they are
not, judged against the likeliest other story: a shared street says little when the
pair would otherwise be two colleagues. Each class counts by its share of its side
(same entity, different entities), so the weights of a pair and the prior odds add
up to its score, but for the uncertainty about the class itself.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Counts, Flags, Floats, Levels
from xrm_lake.hygiene.matching.compare import compare
from xrm_lake.hygiene.matching.model import DIFFERENT, SAME_ENTITY
from xrm_lake.hygiene.matching.weigh import Fitted, class_bits

LABELS = pl.Enum(["different", "far", "close", "exact", "missing"])
EVIDENCE: pl.DataType = pl.List(
    pl.Struct({"field": pl.Categorical(), "level": pl.UInt8, "label": LABELS, "weight": pl.Float32})
)
NO_KEY = "compared with all"


class Met(Protocol):
    """What two rows may share: a key, by its name."""

    @property
    def name(self) -> str:
        """What it is called in `brought_by`."""
        ...

    def agree(self, left: Counts, right: Counts) -> Flags:
        """Where the two rows of a pair share it."""
        ...


def explain(pairs: pl.DataFrame, fitted: Fitted, keys: Sequence[Met] = ()) -> pl.DataFrame:
    """
    The pairs with the columns evidence (a list with one struct for each field) and brought_by.

    field: its name. level: 0 missing, 1 exact, 2 and up ever further apart.
    label: the same in a word. weight: bits, positive speaks for one entity.
    brought_by: the first of the keys that the two share.
    """
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    levels = _levels(pairs, fitted)
    count = len(fitted.model.fields)
    if not count or not len(pairs):
        return pairs.with_columns(
            pl.lit([], dtype=EVIDENCE).alias("evidence"),
            pl.lit(None, dtype=pl.Categorical).alias("brought_by"),
        )
    weights = _weights(class_bits(fitted, levels, left), fitted.model.prior_bits())
    long = pl.DataFrame(
        {
            "field": _names(fitted, len(pairs)),
            "level": _steps_apart(fitted, levels).T.ravel(),
            "label": _words(fitted, levels),
            "weight": weights.T.ravel().round(3).astype(np.float32),
        }
    )
    evidence = long.to_struct("evidence").reshape((len(pairs), count)).arr.to_list().cast(EVIDENCE)
    return pairs.with_columns(evidence, _brought_by(left, right, keys))


def _brought_by(left: Counts, right: Counts, keys: Sequence[Met]) -> pl.Series:
    """The name of the first key that both rows of a pair have."""
    of_pair = np.full(len(left), len(keys), dtype=np.uint32)
    open_ = np.arange(len(left))
    for place, key in enumerate(keys):
        shared = key.agree(left[open_], right[open_])
        of_pair[open_[shared]] = place
        open_ = open_[~shared]
    names = pl.Series("brought_by", [*(key.name for key in keys), NO_KEY], dtype=pl.String).cast(pl.Categorical)
    return names.gather(pl.Series(of_pair))


def _levels(pairs: pl.DataFrame, fitted: Fitted) -> Levels:
    """The comparison vectors: those that scoring found, or compared now."""
    if "levels" in pairs.columns:
        return np.ascontiguousarray(pairs["levels"].to_numpy().T)
    return compare(fitted.table, fitted.mailboxes, pairs["left"].to_numpy(), pairs["right"].to_numpy())


def _weights(bits: Floats, prior: Floats) -> Floats:
    """From class x field x pair to field x pair."""
    total = bits.sum(axis=1) + prior[:, None]
    return _told(bits, total, SAME_ENTITY) - _told(bits, total, DIFFERENT)


def _told(bits: Floats, total: Floats, side: slice) -> Floats:
    """What each field says on one side: the mean over its classes, each by its share of the side."""
    shares = np.exp2(total[side] - np.logaddexp2.reduce(total[side], axis=0))
    return np.asarray((shares[:, None, :] * bits[side]).sum(axis=0))


def _steps_apart(fitted: Fitted, levels: Levels) -> Levels:
    missing = np.array([column.meaning.missing for column in fitted.model.fields], dtype=np.uint8)[:, None]
    return np.where(levels == missing, np.uint8(0), missing - levels)


def _words(fitted: Fitted, levels: Levels) -> pl.Series:
    """The labels of all levels, pair by pair."""
    order = LABELS.categories.to_list()
    codes = np.empty(levels.shape, dtype=np.uint8)
    for column, found, code in zip(fitted.model.fields, levels, codes, strict=True):
        code[:] = np.array([order.index(word) for word in (*column.meaning.labels, "missing")], dtype=np.uint8)[found]
    return pl.Series(codes.T.ravel()).cat.to(LABELS)


def _names(fitted: Fitted, times: int) -> pl.Series:
    names = pl.Series([column.name for column in fitted.model.fields], dtype=pl.String).cast(pl.Categorical)
    return names.gather(pl.Series(np.tile(np.arange(len(names), dtype=np.uint32), times)))
