from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.errors import ConflictingVerdict
from xrm_lake.hygiene.matching import cluster_pairs

RECORDS = st.integers(1, 12)
ENDS = st.tuples(RECORDS, RECORDS).filter(lambda ends: ends[0] < ends[1])
GUESSES = st.dictionaries(ENDS, st.floats(0, 1), max_size=40)
VERDICTS = st.sets(ENDS, max_size=8)


def frame(guesses):
    rows = [(left, right, score) for (left, right), score in guesses.items()]
    schema = {"left_id": pl.Int64, "right_id": pl.Int64, "score": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def sets(clusters):
    grouped = clusters.group_by("cluster_id").agg("record_id")
    return {frozenset(records) for records in grouped["record_id"].to_list()}


def connected(pairs):
    groups = [{record} for record in range(1, 13)]
    for left, right in pairs:
        one, other = (next(group for group in groups if end in group) for end in (left, right))
        if one is not other:
            groups.remove(other)
            one |= other
    return groups


@given(GUESSES, VERDICTS, VERDICTS)
def test_verdicts_always_hold(guesses, same, different):
    if any(group >= {*pair} for group in connected(same) for pair in different):
        with pytest.raises(ConflictingVerdict, match="Nothing was changed"):
            cluster_pairs(frame(guesses), same=same, different=different)
        return

    cluster = dict(cluster_pairs(frame(guesses), same=same, different=different).rows())

    for left, right in same:
        assert cluster[left] == cluster[right]
    for left, right in different:
        assert cluster.get(left, left) != cluster.get(right, right)


@given(GUESSES)
def test_a_cluster_is_named_by_its_smallest_record_and_has_two_or_more(guesses):
    clusters = cluster_pairs(frame(guesses))

    assert clusters["record_id"].is_sorted()
    assert clusters["record_id"].is_unique().all()
    for records in sets(clusters):
        assert len(records) > 1
        assert clusters.filter(pl.col("cluster_id") == min(records)).height == len(records)


@given(GUESSES, st.randoms())
def test_the_order_of_pairs_does_not_matter(guesses, random):
    shuffled = list(guesses.items())
    random.shuffle(shuffled)

    assert cluster_pairs(frame(dict(shuffled))).equals(cluster_pairs(frame(guesses)))


@given(GUESSES)
def test_a_cluster_never_joins_what_no_likely_pair_connects(guesses):
    likely = connected([pair for pair, score in guesses.items() if score > 0.8])

    for records in sets(cluster_pairs(frame(guesses))):
        assert any(group >= records for group in likely)


def test_one_pair_between_two_families_does_not_join_them():
    families = [range(1, 6), range(6, 11)]
    guesses = {pair: 0.9999 for family in families for pair in combinations(family, 2)} | {(5, 6): 0.95}

    assert sets(cluster_pairs(frame(guesses))) == {frozenset(family) for family in families}


def test_copies_that_only_the_first_of_them_knows_stay_together():
    guesses = {(1, copy): 0.99 for copy in range(2, 200)}

    assert cluster_pairs(frame(guesses)).height == 199


def test_the_limit_decides_what_speaks_for_a_cluster():
    guesses = frame({(1, 2): 0.7})

    assert cluster_pairs(guesses).is_empty()
    assert cluster_pairs(guesses, at_least=0.6).height == 2


def test_records_judged_the_same_need_no_guess():
    assert cluster_pairs(frame({}), same=[(4, 9), (9, 2)]).rows() == [(2, 2), (4, 2), (9, 2)]


def test_no_pairs_make_no_clusters():
    assert cluster_pairs(frame({})).is_empty()
