"""The rates that the benchmark tells are those of their definitions."""

import polars as pl
import pytest

from benchmarks.duplicates.accuracy import Rates, Truth, best_components, calibration, cluster_rates, pair_rates

TRUTH = Truth.of(pl.DataFrame({"rid": [5, 1, 2, 3, 4], "cluster": [9, 7, 7, 7, 9]}))
PAIRS = pl.DataFrame({"left": [1, 2, 3], "right": [2, 3, 4], "score": [0.99, 0.92, 0.6]})


def test_pairs_are_judged_against_all_true_pairs():
    rates = pair_rates(PAIRS, TRUTH, 0.5)

    assert (rates.right, rates.found, rates.true) == (2, 3, 4)
    assert (rates.precision, rates.recall, rates.f1) == (pytest.approx(2 / 3), 0.5, pytest.approx(4 / 7))


def test_a_cluster_counts_for_all_its_pairs_and_who_is_in_none_stands_alone():
    rates = cluster_rates(pl.DataFrame({"rid": [1, 2, 3], "cluster": [1, 1, 1]}), TRUTH)

    assert rates == Rates(right=3, found=3, true=4)


def test_the_best_threshold_is_found_for_the_peer():
    threshold, rates = best_components(PAIRS, TRUTH)

    assert (threshold, rates.precision, rates.recall) == (0.9, 1.0, 0.75)


def test_calibration_tells_the_share_of_true_pairs_by_score():
    assert calibration(PAIRS, TRUTH).rows() == [
        (0.6, 0.7, 1, 0.6, 0.0),
        (0.9, 0.95, 1, 0.92, 1.0),
        (0.99, 0.995, 1, 0.99, 1.0),
    ]


def test_where_nothing_is_to_be_found_finding_nothing_is_right():
    nothing = Rates(0, 0, 0)

    assert (nothing.precision, nothing.recall, nothing.f1) == (1.0, 1.0, 1.0)
