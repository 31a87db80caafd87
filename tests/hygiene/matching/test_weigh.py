import numpy as np
import polars as pl
import pytest

from xrm_lake.hygiene.matching.collapse import collapse
from xrm_lake.hygiene.matching.encode import encode
from xrm_lake.hygiene.matching.evidence import explain
from xrm_lake.hygiene.matching.train import train
from xrm_lake.hygiene.matching.weigh import weigh

from .people import MEANING, people


@pytest.fixture(scope="module")
def fitted():
    table = encode(people(200, twins=40), MEANING)
    copies = collapse(table)
    return train(table.take(copies.first), copies.sizes, 7).fitted


@pytest.fixture(scope="module")
def batch(fitted):
    rng = np.random.default_rng(1)
    rows = len(fitted.table)
    random = pl.DataFrame({"left": rng.integers(0, rows, 300), "right": rng.integers(0, rows, 300)})
    twins = pl.DataFrame({"left": range(40), "right": range(200, 240)}, schema=random.schema)
    return pl.concat([random, twins])


def test_a_batch_can_be_cut_anywhere(fitted, batch):
    whole = weigh(batch, fitted)
    parts = pl.concat([weigh(part, fitted) for part in batch.iter_slices(17)])

    assert parts.equals(whole)


def test_the_two_sides_can_be_exchanged(fitted, batch):
    turned = weigh(batch.select(left="right", right="left"), fitted)

    assert turned["log_odds"].to_numpy() == pytest.approx(weigh(batch, fitted)["log_odds"].to_numpy())


def test_the_weights_of_a_twin_speak_for_it(fitted, batch):
    twins = explain(batch.tail(40), fitted)

    sums = twins["evidence"].list.eval(pl.element().struct.field("weight")).list.sum()
    assert (sums > 15).all()
    assert (weigh(batch.tail(40), fitted)["log_odds"] > 5).all()
