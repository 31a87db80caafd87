"""Sets with known answers; left out where they are not at hand."""

import json
from itertools import combinations

import polars as pl
import pytest

from xrm_lake.hygiene.matching import cluster_pairs, find_pairs


@pytest.mark.parametrize(("name", "least"), [("febrl1", 0.998), ("restaurant", 0.95), ("fake_1000", 0.93)])
def test_clusters_agree_with_the_known_entities(shared_data, name, least):
    folder = shared_data / "er" / name
    truth = pl.read_parquet(folder / "data.parquet")
    meaning = json.loads((folder / "types.json").read_text())

    found = cluster_pairs(find_pairs(truth.rename({"rid": "id"}).cast({"id": pl.Int64}), meaning).frame)

    same = _pairs(truth.select("cluster", record="rid"))
    guessed = _pairs(found.select(cluster="cluster_id", record="record_id"))
    assert 2 * len(same & guessed) / (len(same) + len(guessed)) >= least


def _pairs(grouped):
    groups = grouped.group_by("cluster").agg(pl.col("record").sort())["record"].to_list()
    return {pair for group in groups for pair in combinations(group, 2)}
