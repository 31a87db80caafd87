"""Two lists matched with each other."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.hygiene.matching.people import MEANING, people
from xrm_lake.hygiene.matching import find_pairs, one_to_one


def test_records_of_one_list_are_never_compared():
    records = people(300, twins=60)
    halves = records.with_columns(side=pl.when(pl.col("id") % 3 == 0).then(pl.lit("here")).otherwise(pl.lit("there")))
    of = dict(halves.select("id", "side").iter_rows())

    found = find_pairs(halves, MEANING, side="side").frame

    assert found.height
    assert all(of[left] != of[right] for left, right in found.select("left_id", "right_id").iter_rows())


def test_a_record_written_alike_in_both_lists_is_found_and_one_written_twice_in_one_is_not():
    records = people(150, twins=0)
    copied = records.head(40).with_columns(id=pl.col("id") + 10_000)
    twice = records.slice(40, 40).with_columns(id=pl.col("id") + 20_000)
    both = pl.concat(
        [
            records.with_columns(side=pl.lit("here")),
            copied.with_columns(side=pl.lit("there")),
            twice.with_columns(side=pl.lit("here")),
        ]
    )

    found = find_pairs(both, MEANING, side="side").frame.filter(pl.col("score") > 0.9)

    assert set(found.select("left_id", "right_id").iter_rows()) == {(id, id + 10_000) for id in records["id"][:40]}


PAIRS = st.lists(st.tuples(st.integers(0, 8), st.integers(10, 18), st.floats(0, 1)), max_size=40)


@given(PAIRS)
def test_each_record_has_one_counterpart_at_most_and_no_better_pair_was_left_out(rows):
    frame = pl.DataFrame(rows, schema={"left_id": pl.Int64, "right_id": pl.Int64, "score": pl.Float64}, orient="row")

    kept = one_to_one(frame)

    assert kept["left_id"].is_unique().all()
    assert kept["right_id"].is_unique().all()
    taken = {id: score for left, right, score in kept.iter_rows() for id in (left, right)}
    for left, right, score in frame.iter_rows():
        assert max(taken.get(left, -1), taken.get(right, -1)) >= score
