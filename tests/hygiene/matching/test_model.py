import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.hygiene.matching.compare import distinct_vectors
from xrm_lake.hygiene.matching.encode import encode
from xrm_lake.hygiene.matching.model import fit, prior

MEANING = {"mail": "email", "born": "date", "name": "person_name", "town": "city"}
CHANCES = (
    np.array([0.9998, 1e-4, 8e-5, 2e-5]),
    np.array([0.987, 0.01, 0.002, 8e-4, 2e-4]),
    np.array([0.95, 0.03, 0.01, 5e-3, 5e-3]),
    np.array([0.8, 0.1, 0.1]),
)
MATCHES = (
    np.array([0.1, 0.05, 0.15, 0.7]),
    np.array([0.05, 0.03, 0.02, 0.1, 0.8]),
    np.array([0.05, 0.05, 0.05, 0.15, 0.7]),
    np.array([0.2, 0.1, 0.7]),
)
ROWS = 2_000


def start():
    records = pl.DataFrame(
        {"id": [1, 2], "mail": ["a@b", "c@d"], "born": ["1", "2"], "name": ["x", "y"], "town": ["u", "v"]}
    )
    return prior(encode(records, MEANING).fields, CHANCES, ROWS)


def simulate(matches):
    rng = np.random.default_rng(3)
    strangers = 50_000

    def draw(rates, count):
        return np.array([rng.choice(len(rate), count, p=rate / rate.sum()) for rate in rates])

    levels = np.hstack([draw(MATCHES, matches), draw(CHANCES, strangers)]).astype(np.uint8)
    weights = np.append(np.ones(matches), np.full(strangers, (ROWS * (ROWS - 1) / 2 - matches) / strangers))
    vectors, where = distinct_vectors(levels)
    return vectors, np.bincount(where, weights=weights)


@pytest.mark.parametrize("matches", [100, 1_000, 4_000])
def test_the_number_of_matches_is_recovered(matches):
    model = fit(start(), *simulate(matches))

    assert model.matches == pytest.approx(matches, rel=0.2)


def test_the_rates_of_matches_are_recovered():
    model = fit(start(), *simulate(4_000))

    for learned, true in zip(model.same[:3], MATCHES[:3], strict=True):
        assert learned == pytest.approx(true, abs=0.05)


def test_without_matches_hardly_any_are_expected():
    assert fit(start(), *simulate(0)).matches < 0.01 * ROWS


def test_every_rate_stays_a_probability():
    for rates in fit(start(), *simulate(500)).classes:
        for rate in rates:
            assert rate.sum() == pytest.approx(1)
            assert (rate > 0).all()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=30))
def test_distinct_vectors_lead_back_to_every_pair(pairs):
    levels = np.array(pairs, dtype=np.uint8).T

    vectors, where = distinct_vectors(levels)

    assert (vectors[:, where] == levels).all()
    assert len({tuple(column) for column in vectors.T}) == vectors.shape[1]


def test_fewer_matches_change_the_prior_and_no_rate():
    model = fit(start(), *simulate(1_000))
    sober = model.with_fewer_matches(0.25)

    assert sober.matches == pytest.approx(model.matches / 4, abs=1)
    assert all(a is b for a, b in zip(sober.same, model.same, strict=True))
