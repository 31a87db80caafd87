"""
Pairs to log-odds: one pure function over a batch of pairs.

It needs nothing but the batch and what was fitted, so batches may be scored in
any order, on any thread or machine, with the same result.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Flags, Floats, Levels, Rows
from xrm_lake.hygiene.matching.compare import Mailboxes, compare_equal, compare_open, settle
from xrm_lake.hygiene.matching.encode import Table
from xrm_lake.hygiene.matching.frequency import Rarity, rarities
from xrm_lake.hygiene.matching.model import DIFFERENT, MOVED, SAME, Model
from xrm_lake.hygiene.matching.outlook import Outlook, sharers

_ROUNDING = 0.001  # bits that a probability may lose on its way to log-odds and back

# What is compared when: what is cheap first, the texts of several words last.
_NAMES, _LAST = 1, 3
_STAGE = {
    "person_name": _NAMES, "phone": _NAMES, "address": 2,
    "person_full_name": _LAST, "company_name": _LAST, "free_text": _LAST,
}  # fmt: skip


@dataclass(frozen=True)
class Fitted:
    """All that scoring needs: the encoded rows, their mailboxes, the model, and if rare values count more."""

    table: Table
    mailboxes: Mailboxes
    model: Model
    by_rarity: bool = True

    @cached_property
    def rarities(self) -> tuple[Rarity, ...]:
        """What each value adds."""
        return rarities(self.table, self.mailboxes, self.model.strangers) if self.by_rarity else ()

    @cached_property
    def outlook(self) -> Outlook:
        """What half-compared pairs can come to."""
        return Outlook(self.model, self.rarities, self.mailboxes)

    @cached_property
    def stages(self) -> tuple[tuple[int, ...], ...]:
        """The fields in the order in which they are compared."""
        found: list[list[int]] = [[] for _ in range(_LAST + 1)]
        for i, column in enumerate(self.table.fields):
            found[_STAGE.get(column.meaning.name, 0)].append(i)
        return tuple(map(tuple, found))


def weigh(batch: pl.DataFrame, fitted: Fitted, *, at_least: float = -np.inf) -> pl.DataFrame:
    """
    How likely each pair is one entity.

    Takes left, right (rows of the table) and returns them with log_odds (bits: 0 is even odds, 10 is 1024 to 1 for
    the same) and levels (an array, one for each of `table.fields`). Pairs of fewer bits than `at_least` are left out,
    most of them before their costly fields are compared.
    """
    left, right = batch["left"].to_numpy(), batch["right"].to_numpy()
    vectors = compare_equal(fitted.table, left, right)
    outlook = fitted.outlook
    for i, fields in enumerate(fitted.stages):
        if at_least > -np.inf and i > _NAMES:
            left, right, vectors = _those(outlook.best(vectors, left) >= at_least, left, right, vectors)
        compare_open(fitted.table, vectors, left, right, fields)
        if i == _NAMES:
            settle(fitted.table, fitted.mailboxes, vectors, left, right)
    bits = outlook.log_odds(vectors, left)
    left, right, vectors = _those(bits >= at_least, left, right, vectors)
    return pl.DataFrame({"left": left, "right": right}, schema=batch.select("left", "right").schema).with_columns(
        pl.Series("log_odds", bits[bits >= at_least]),
        pl.Series("levels", np.ascontiguousarray(vectors.T), dtype=pl.Array(pl.UInt8, len(vectors))),
    )


def likely(batch: pl.DataFrame, fitted: Fitted, *, at_least: float) -> pl.DataFrame:
    """The pairs of a batch that score `at_least` (0..1): as `weigh` gives them, with their score."""
    found = weigh(batch, fitted, at_least=log_odds_of(min(at_least, 1.0)) - _ROUNDING)
    scored = found.with_columns(pl.Series("score", probability(found["log_odds"].to_numpy())))
    return scored.filter(pl.col("score") >= at_least)


def _those(which: Flags, left: Rows, right: Rows, vectors: Levels) -> tuple[Rows, Rows, Levels]:
    if which.all():
        return left, right, vectors
    return left[which], right[which], vectors[:, which]


def class_bits(fitted: Fitted, levels: Levels, left: Rows) -> Floats:
    """The bits of each field under each class (class x field x pair), rare values included."""
    model = fitted.model
    bits = model.field_bits(levels)
    shared = sharers(model)
    for rarity in fitted.rarities:
        extra, i = rarity.of(levels, left), rarity.field
        bits[shared[i], i] += extra
    return bits


def log_odds(classes: Floats) -> Floats:
    """Same entity against different entities, from the joint bits of the classes."""
    same = np.logaddexp2(classes[SAME], classes[MOVED])
    return np.asarray(same - np.logaddexp2.reduce(classes[DIFFERENT], axis=0))


def probability(bits: Floats) -> Floats:
    """
    Log-odds in bits as a probability.

    >>> probability(np.array([0.0, 1.0, -1.0])).round(3).tolist()
    [0.5, 0.667, 0.333]
    """
    return np.asarray(1 / (1 + np.exp2(-np.clip(bits, -50, 50))))


def log_odds_of(probability: float) -> float:
    """
    A probability as log-odds in bits.

    >>> log_odds_of(0.5), log_odds_of(0.0)
    (0.0, -inf)
    """
    with np.errstate(divide="ignore"):
        return float(np.log2(probability) - np.log2(1 - probability))
