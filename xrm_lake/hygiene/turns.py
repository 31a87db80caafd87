"""Turns: in which order pairs are asked, and which share each was drawn for. Pure: a frame of pairs in, the same in order out."""

from typing import Literal

import polars as pl

Order = Literal["score", "value", "information", "audit"]
ORDERS: tuple[Order, ...] = ("score", "value", "information", "audit")
VALUE_SHARE, INFORMATION_SHARE, AUDIT_SHARE = 0.7, 0.2, 0.1
# Of so many pairs that are sure, the lot sets one aside for the audit.
SET_ASIDE_OF = round(1 / AUDIT_SHARE)
# No pair of a lower score is sure, so none is merged without a person; what is audited is drawn from those that are sure.
AUTO_ZONE = 0.99

_IDS = ("left_id", "right_id")


def take_turns(pairs: pl.DataFrame, order: Order, *, audit: bool = True) -> pl.DataFrame:
    """
    The pairs (left_id, right_id, score, sure, stake, and draw: a number by lot) in an order, each with `why` it is asked.

    By `value`, seven of ten are asked for score x stake, two because their score is closest to one half, and one in the order of the
    lot, of a tenth of the pairs that are sure, which the lot has set aside for nothing else; with `audit` false none.

    >>> pairs = pl.DataFrame({"left_id": [1, 3, 5], "right_id": [2, 4, 6], "score": [0.9, 0.5, 1.0], "sure": [False, False, True]})
    >>> pairs = pairs.with_columns(stake=pl.Series([7, 1, 9]), draw=pl.Series([4, 5, 10]))
    >>> take_turns(pairs, "value").select("left_id", "why").rows()
    [(1, 'value'), (3, 'value'), (5, 'audit')]
    """
    match order:
        case "score":
            return pairs.sort("score", *_IDS, descending=[True, False, False]).with_columns(why=pl.lit(None, pl.String))
        case "information":
            return pairs.sort(_doubt(), *_IDS).with_columns(why=pl.lit("information"))
        case "audit":
            zone = pairs.filter("sure")
            return zone.sort(~_set_aside(), "draw", *_IDS).with_columns(why=pl.lit("audit"))
    return _mixed(pairs, audit)


def _mixed(pairs: pl.DataFrame, audit: bool) -> pl.DataFrame:
    drawn = _set_aside() if audit else pl.lit(False)
    lot = pairs.filter(drawn).sort("draw", *_IDS)
    rest = pairs.filter(~drawn).sort(
        pl.col("score") * pl.col("stake"), "score", *_IDS, descending=[True, True, False, False]
    )
    by_value, by_doubt = _place() / VALUE_SHARE, _doubt().rank("ordinal") / INFORMATION_SHARE
    told = [
        rest.with_columns(
            turn=pl.min_horizontal(by_value, by_doubt),
            why=pl.when(by_doubt < by_value).then(pl.lit("information")).otherwise(pl.lit("value")),
        ),
        lot.with_columns(turn=_place() / AUDIT_SHARE, why=pl.lit("audit")),
    ]
    return pl.concat(told).sort("turn", *_IDS).drop("turn")


def _set_aside() -> pl.Expr:
    return pl.col("sure") & (pl.col("draw") % SET_ASIDE_OF == 0)


def _doubt() -> pl.Expr:
    return (pl.col("score") - 0.5).abs()


def _place() -> pl.Expr:
    return pl.int_range(1, pl.len() + 1)
