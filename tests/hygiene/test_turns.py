"""Turns: each share gets what it was promised, and nothing depends on the order of the rows."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.hygiene.turns import AUTO_ZONE, ORDERS, take_turns

ROWS = st.lists(st.tuples(st.floats(0.5, 1), st.integers(0, 100_000), st.integers(0, 2**63)), min_size=1, max_size=80)


def frame(rows):
    return pl.DataFrame(
        [
            (2 * place, 2 * place + 1, score, score >= AUTO_ZONE, float(stake), draw)
            for place, (score, stake, draw) in enumerate(rows)
        ],
        schema={
            "left_id": pl.Int64,
            "right_id": pl.Int64,
            "score": pl.Float64,
            "sure": pl.Boolean,
            "stake": pl.Float64,
            "draw": pl.UInt64,
        },
        orient="row",
    )


@given(ROWS, st.sampled_from(ORDERS), st.booleans())
def test_every_pair_has_one_turn_whatever_the_order_of_the_rows(rows, order, audit):
    pairs = frame(rows)

    turns = take_turns(pairs, order, audit=audit)

    expected = pairs if order != "audit" else pairs.filter(pl.col("score") >= AUTO_ZONE)
    assert sorted(turns["left_id"]) == sorted(expected["left_id"])
    assert turns.equals(take_turns(pairs.reverse(), order, audit=audit))


@given(ROWS)
def test_what_is_audited_was_drawn_by_lot_from_what_would_be_merged(rows):
    turns = take_turns(frame(rows), "value")

    drawn = turns.filter(why="audit")
    assert drawn.select((pl.col("score") >= AUTO_ZONE).all()).item()
    assert drawn.select((pl.col("draw") % 10 == 0).all()).item()
    assert drawn["draw"].is_sorted()
    assert take_turns(frame(rows), "value", audit=False).filter(why="audit").is_empty()


@given(ROWS)
def test_the_lot_does_not_look_at_what_hangs_on_a_pair(rows):
    pairs = frame(rows)
    worth = pairs.with_columns(stake=pl.col("stake") * 7 + 3)

    drawn = [take_turns(each, "value").filter(why="audit")["left_id"].to_list() for each in (pairs, worth)]

    assert drawn[0] == drawn[1]


def test_of_a_hundred_seventy_are_asked_for_value_twenty_for_information_and_ten_for_the_audit():
    rows = [(0.5 + place / 4000, place, 10 * place + 1) for place in range(1500)]
    certain = [(0.995, 3, place) for place in range(3000)]

    shares = take_turns(frame(rows + certain), "value").head(100)["why"].value_counts()

    assert dict(shares.iter_rows()) == {"value": 70, "information": 20, "audit": 10}


def test_what_is_worth_most_and_likely_is_asked_first():
    turns = take_turns(frame([(0.9, 100, 1), (0.6, 200, 1), (0.95, 10, 1)]), "value")

    assert turns["left_id"].to_list() == [2, 0, 4]


@pytest.mark.parametrize("order", ORDERS)
def test_nothing_to_ask_is_nothing(order):
    assert take_turns(frame([]), order).is_empty()
