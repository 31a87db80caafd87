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

from xrm_lake.hygiene.matching.arrays import Floats, Levels
from xrm_lake.hygiene.matching.compare import compare
from xrm_lake.hygiene.matching.model import BESIDE, MOVED, SAME, STRANGERS
from xrm_lake.hygiene.matching.weigh import Fitted, class_bits

EVIDENCE = pl.List(
    pl.Struct({"field": pl.String, "level": pl.Int64, "label": pl.String, "weight": pl.Float64})
)


def explain(pairs: pl.DataFrame, fitted: Fitted) -> pl.DataFrame:
    """
    The pairs with a column evidence: a list with one struct for each field.

    field: its name. level: 0 missing, 1 exact, 2 and up ever further apart.
    label: the same in a word. weight: bits, positive speaks for one entity.
    """
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    levels = compare(fitted.table, fitted.mailboxes, left, right)
    weights = _weights(class_bits(fitted, levels, left), fitted.model.prior_bits())
    structs = [
        pl.DataFrame(_field(column.meaning.labels, found, bits)).select(
            pl.struct(pl.lit(column.name).alias("field"), "level", "label", "weight").alias(f"e{i}")
        )
        for i, (column, found, bits) in enumerate(zip(fitted.model.fields, levels, weights, strict=True))
    ]
    together = pl.concat([pairs, *structs], how="horizontal")
    columns = [f"e{i}" for i in range(len(structs))]
    return together.with_columns(pl.concat_list(columns).cast(EVIDENCE).alias("evidence")).drop(columns)


def _weights(bits: Floats, prior: Floats) -> Floats:
    """From class x field x pair to field x pair."""
    total = bits.sum(axis=1) + prior[:, None]
    sides = []
    for one, other in ((SAME, MOVED), (BESIDE, STRANGERS)):
        share = np.exp2(total[one] - np.logaddexp2(total[one], total[other]))
        sides.append(share * bits[one] + (1 - share) * bits[other])
    return np.asarray(sides[0] - sides[1])


def _field(labels: tuple[str, ...], found: Levels, bits: Floats) -> dict[str, pl.Series]:
    missing = len(labels)
    level = np.where(found == missing, 0, missing - found.astype(np.int64))
    words = pl.Series([*labels, "missing"]).gather(pl.Series(found.astype(np.int64)))
    return {"level": pl.Series(level), "label": words, "weight": pl.Series(bits.round(3))}
