"""A pair is dropped half-way only if nothing that is still to be compared could save it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hygiene.matching.people import MEANING, people
from xrm_lake.hygiene.matching.block import all_pairs
from xrm_lake.hygiene.matching.encode import encode
from xrm_lake.hygiene.matching.train import train
from xrm_lake.hygiene.matching.weigh import weigh


@pytest.fixture(scope="module")
def fitted():
    table = encode(people(150, twins=40), MEANING)
    return train(table, np.ones(len(table), dtype=np.int32), 7).fitted


@pytest.fixture(scope="module")
def pairs(fitted):
    packed, rows = all_pairs(len(fitted.table)), len(fitted.table)
    return pl.DataFrame({"left": packed // rows, "right": packed % rows})


@given(st.floats(-40, 40))
def test_dropping_early_leaves_out_just_what_scores_less(fitted, pairs, limit):
    everything = weigh(pairs, fitted)

    assert weigh(pairs, fitted, at_least=limit).equals(everything.filter(pl.col("log_odds") >= limit))
