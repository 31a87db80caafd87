"""
Pairs to log-odds: one pure function over a batch of pairs.

It needs nothing but the batch and what was fitted, so batches may be scored in
any order, on any thread or machine, with the same result.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Floats, Levels, Rows
from xrm_lake.hygiene.matching.compare import Mailboxes, compare
from xrm_lake.hygiene.matching.encode import Table
from xrm_lake.hygiene.matching.frequency import frequency_bits
from xrm_lake.hygiene.matching.model import BESIDE, MOVED, SAME, STRANGERS, Model


@dataclass(frozen=True)
class Fitted:
    """All that scoring needs: the encoded rows, their mailboxes, the model, and if rare values count more."""

    table: Table
    mailboxes: Mailboxes
    model: Model
    by_rarity: bool = True


def weigh(batch: pl.DataFrame, fitted: Fitted) -> pl.DataFrame:
    """
    How likely each pair is one entity.

    Takes left, right (rows of the table) and returns them with log_odds (bits:
    0 is even odds, 10 is 1024 to 1 for the same).
    """
    left, right = batch["left"].to_numpy(), batch["right"].to_numpy()
    levels = compare(fitted.table, fitted.mailboxes, left, right)
    classes = class_bits(fitted, levels, left).sum(axis=1) + fitted.model.prior_bits()[:, None]
    return batch.select("left", "right").with_columns(pl.Series("log_odds", log_odds(classes)))


def class_bits(fitted: Fitted, levels: Levels, left: Rows) -> Floats:
    """The bits of each field under each class (class x field x pair), rare values included."""
    model = fitted.model
    bits = model.field_bits(levels)
    if fitted.by_rarity:
        extra = frequency_bits(fitted.table, fitted.mailboxes, model.strangers, levels, left)
        context = np.array([column.role == "context" for column in model.fields])
        bits[SAME] += extra
        bits[MOVED][~context] += extra[~context]
        bits[BESIDE][context] += extra[context]
    return bits


def log_odds(classes: Floats) -> Floats:
    """Same entity against different entities, from the joint bits of the four classes."""
    return np.asarray(np.logaddexp2(classes[SAME], classes[MOVED]) - np.logaddexp2(classes[BESIDE], classes[STRANGERS]))


def probability(bits: Floats) -> Floats:
    """
    Log-odds in bits as a probability.

    >>> probability(np.array([0.0, 1.0, -1.0])).round(3).tolist()
    [0.5, 0.667, 0.333]
    """
    return np.asarray(1 / (1 + np.exp2(-np.clip(bits, -50, 50))))
