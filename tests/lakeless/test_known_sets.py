"""Sets with known answers, as CSV: guessed kinds find about what the true ones find."""

import json

import polars as pl
import pytest

from xrm_lake import dedupe

SETS = {"febrl3": 0.998, "restaurant": 0.96, "fake_1000": 0.93, "earlychildhood": 0.88}


@pytest.fixture
def known(shared_data, request, tmp_path):
    """The file without its answers, the answers, and the true kinds."""
    folder = shared_data / "er" / request.param
    if not folder.is_dir():
        pytest.skip(f"the set {request.param} is not beside the project")
    truth = pl.read_parquet(folder / "data.parquet")
    truth.drop("rid", "cluster").write_csv(tmp_path / "table.csv")
    return request.param, tmp_path / "table.csv", truth["cluster"], json.loads((folder / "types.json").read_text())


def f1(found: pl.Series, truth: pl.Series) -> float:
    """The harmonic mean of precision and recall of the pairs of rows that are in one cluster."""
    both = pl.DataFrame({"found": found, "truth": truth})
    together, said, true = (
        sum(size * (size - 1) // 2 for size in both.group_by(columns).len()["len"])
        for columns in (["found", "truth"], ["found"], ["truth"])
    )
    return 2 * together / (said + true)


@pytest.mark.parametrize("known", SETS, indirect=True)
def test_guessed_kinds_find_what_the_true_ones_find(known):
    name, file, truth, kinds = known

    guessed, told = (f1(dedupe(file, kinds=given).rows["cluster_id"], truth) for given in (None, kinds))

    assert guessed >= SETS[name]
    assert guessed >= told - 0.01


@pytest.mark.parametrize("known", ["febrl3", "fake_1000"], indirect=True)
def test_without_headers_most_is_found_still(known, tmp_path):
    _, file, truth, _ = known
    (tmp_path / "bare.csv").write_text(file.read_text().partition("\n")[2])

    assert f1(dedupe(tmp_path / "bare.csv").rows["cluster_id"], truth) > 0.85
