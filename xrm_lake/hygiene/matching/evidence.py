"""
Why a pair was found: for each field its level of agreement and its weight in bits.

A weight says how much likelier this level is if the two are one than if they are
not, judged against the likeliest other story: a shared street says little when the
pair would otherwise be two colleagues. Each class counts by its share of its side
(same entity, different entities), so the weights of a pair and the prior odds add
up to its score, but for the uncertainty about the class itself.
"""

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Counts, Floats, Levels
from xrm_lake.hygiene.matching.compare import compare
from xrm_lake.hygiene.matching.model import BESIDE, MOVED, SAME, STRANGERS
from xrm_lake.hygiene.matching.weigh import Fitted, class_bits

EVIDENCE: pl.DataType = pl.List(
    pl.Struct({"field": pl.String, "level": pl.Int64, "label": pl.String, "weight": pl.Float64})
)


def explain(pairs: pl.DataFrame, fitted: Fitted) -> pl.DataFrame:
    """
    The pairs with a column evidence: a list with one struct for each field.

    field: its name. level: 0 missing, 1 exact, 2 and up ever further apart.
    label: the same in a word. weight: bits, positive speaks for one entity.
    """
    left = pairs["left"].to_numpy()
    levels = _levels(pairs, fitted)
    weights = _weights(class_bits(fitted, levels, left), fitted.model.prior_bits())
    count = len(fitted.model.fields)
    if not count or not len(pairs):
        return pairs.with_columns(pl.lit([], dtype=EVIDENCE).alias("evidence"))
    long = pl.DataFrame(
        {
            "field": _names(fitted, len(pairs)),
            "level": _steps_apart(fitted, levels).T.ravel(),
            "label": _words(fitted, levels),
            "weight": weights.T.ravel().round(3),
        }
    )
    return pairs.with_columns(long.to_struct("evidence").reshape((len(pairs), count)).arr.to_list().cast(EVIDENCE))


def _levels(pairs: pl.DataFrame, fitted: Fitted) -> Levels:
    """The comparison vectors: those that scoring found, or compared now."""
    if "levels" in pairs.columns:
        return np.ascontiguousarray(pairs["levels"].to_numpy().T)
    return compare(fitted.table, fitted.mailboxes, pairs["left"].to_numpy(), pairs["right"].to_numpy())


def _weights(bits: Floats, prior: Floats) -> Floats:
    """From class x field x pair to field x pair."""
    total = bits.sum(axis=1) + prior[:, None]
    sides = []
    for one, other in ((SAME, MOVED), (BESIDE, STRANGERS)):
        share = np.exp2(total[one] - np.logaddexp2(total[one], total[other]))
        sides.append(share * bits[one] + (1 - share) * bits[other])
    return np.asarray(sides[0] - sides[1])


def _steps_apart(fitted: Fitted, levels: Levels) -> Counts:
    missing = np.array([column.meaning.missing for column in fitted.model.fields])[:, None]
    return np.where(levels == missing, 0, missing - levels.astype(np.int64))


def _words(fitted: Fitted, levels: Levels) -> pl.Series:
    """The labels of all levels, pair by pair: looked up in one list of all fields' labels."""
    labels = [(*column.meaning.labels, "missing") for column in fitted.model.fields]
    first = np.cumsum([0, *(len(words) for words in labels[:-1])])
    places = (levels + first[:, None]).T.ravel()
    return pl.Series([word for words in labels for word in words]).gather(pl.Series(places))


def _names(fitted: Fitted, times: int) -> pl.Series:
    names = pl.Series([column.name for column in fitted.model.fields])
    return names.gather(pl.Series(np.tile(np.arange(len(names)), times)))
