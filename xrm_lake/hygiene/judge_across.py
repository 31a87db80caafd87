"""Judging records of two types: they stay two, and what they are to each other is said by a link and remembered as a verdict."""

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.store.ties import set_tie
from xrm_lake.store.torn import refuse_torn
from xrm_lake.store.verdicts import ACROSS, add_verdicts
from xrm_lake.store.write import Batch


def judge_across(batch: Batch, pairs: pl.DataFrame, *, reason: str = "") -> None:
    """
    Answer pairs of two types within a batch: verdict, and the link that follows from it; the last answer takes the former's place.

    `pairs` has left_id < right_id, left_type, right_type and verdict, all the same. Raises InvalidValue for an answer on one type or a role,
    ConflictingVerdict if a record would be one with two that were judged different.
    """
    if pairs.is_empty():
        return
    answer = str(pairs["verdict"][0])
    for left, right, left_type, right_type in pairs.select(
        "left_id", "right_id", "left_type", "right_type"
    ).iter_rows():
        _check(batch, (left, left_type), (right, right_type), answer)
    set_tie(batch, pairs, answer)
    add_verdicts(batch, pairs, reason=reason)
    # To put aside and to ask again part nothing and join nothing: they are the way out.
    if answer not in ("unsure", "open"):
        refuse_torn(batch, pairs)


def _check(batch: Batch, left: tuple[int, str], right: tuple[int, str], answer: str) -> None:
    if answer not in ACROSS:
        raise InvalidValue(
            f"Records {left[0]} and {right[0]} are of two types, {left[1]} and {right[1]}, and cannot be one. Nothing was changed."
            f" Of two types say one of {', '.join(ACROSS)}. Two roles of one person are merged by merging their persons."
        )
    for id, type_name in (left, right):
        if batch.catalog.type(type_name).role_of is not None:
            raise InvalidValue(
                f"Record {id} is a role ({type_name}). Nothing was changed. Judge its party instead: all its roles go with it."
            )
