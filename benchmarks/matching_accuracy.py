"""
How well duplicates are found, against known answers, at the default settings.

    python benchmarks/matching_accuracy.py [DATASET ...] [--data DIR]

A data set is a folder with data.parquet (rid, cluster, columns) and types.json
(column: meaning), or a .parquet file with the columns of crm_50k. Prints pairs at
a score of at least 0.9 and the clusters, both against all true pairs, and the
wall time of both steps. Measure the time on an idle machine.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching import cluster_pairs, find_pairs

DATA = Path(__file__).parents[1] / "../shared/data/er"
DATASETS = ("febrl1", "febrl3", "historical_50k", "crm_50k", "fake_1000", "restaurant", "earlychildhood")
Ids = np.ndarray[tuple[int], np.dtype[np.int64]]


def main() -> None:
    """Measure each data set named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datasets", nargs="*", default=DATASETS)
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    print(f"{'dataset':<16}{'rows':>8}  {'pairs ≥ .9:  P':>14}{'R':>8}{'F1':>8}  {'cluster F1':>10}  {'seconds':>8}")
    for name in arguments.datasets:
        rows, pairs, clusters, seconds = measure(*load(name, arguments.data))
        print(
            f"{Path(name).stem:<16}{rows:>8}  {pairs[0]:>14.4f}{pairs[1]:>8.4f}{pairs[2]:>8.4f}"
            f"  {clusters[2]:>10.4f}  {seconds:>8.2f}",
            flush=True,
        )


def load(name: str, folder: Path) -> tuple[pl.DataFrame, dict[str, str]]:
    """The records with their true cluster, in order of rid, and the meaning of the columns."""
    alone = name.endswith(".parquet")
    data = Path(name) if alone else folder / name / "data.parquet"
    types = folder / ("crm_50k" if alone else name) / "types.json"
    return pl.read_parquet(data).sort("rid"), json.loads(types.read_text())


def measure(
    truth: pl.DataFrame, meaning: dict[str, str]
) -> tuple[int, tuple[float, float, float], tuple[float, float, float], float]:
    """Rows; precision, recall and F1 of pairs and of clusters; seconds."""
    records = truth.select(pl.col("rid").alias("id"), *(pl.col(column).cast(pl.String) for column in meaning))
    started = time.perf_counter()
    found = find_pairs(records, meaning).frame
    clusters = cluster_pairs(found)
    seconds = time.perf_counter() - started
    entity = truth["cluster"].to_numpy().astype(np.int64)
    place = {id: row for row, id in enumerate(truth["rid"].to_list())}
    likely = found.filter(pl.col("score") >= 0.9)
    left = entity[[place[id] for id in likely["left_id"].to_list()]]
    right = entity[[place[id] for id in likely["right_id"].to_list()]]
    label = np.arange(len(entity))
    label[[place[id] for id in clusters["record_id"].to_list()]] = len(entity) + clusters["cluster_id"].to_numpy()
    together = count_pairs(label * (int(entity.max()) + 1) + entity)
    return (
        len(entity),
        rates(int((left == right).sum()), likely.height, count_pairs(entity)),
        rates(together, count_pairs(label), count_pairs(entity)),
        seconds,
    )


def count_pairs(labels: Ids) -> int:
    """How many pairs share a label."""
    sizes = np.unique(labels, return_counts=True)[1]
    return int((sizes * (sizes - 1) // 2).sum())


def rates(right: int, found: int, true: int) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    return right / max(found, 1), right / max(true, 1), 2 * right / max(found + true, 1)


if __name__ == "__main__":
    main()
