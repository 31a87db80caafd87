"""One run of ours, in a process of its own: from the file to clusters, as it comes."""

import polars as pl

from benchmarks.duplicates.stopwatch import Stopwatch, request, tell
from xrm_lake.hygiene.matching import cluster_pairs, find_pairs


def main() -> None:
    """Find the pairs and the clusters; leave pairs.parquet (left, right, score, sure) and clusters.parquet (rid, cluster)."""
    asked = request()
    meaning, out, at_least = asked["meaning"], str(asked["out"]), asked["at_least"]
    watch = Stopwatch()
    records = pl.read_parquet(asked["data"], columns=["rid", *meaning]).sort("rid")
    records = records.select(pl.col("rid").alias("id"), *(pl.col(column).cast(pl.String) for column in meaning))
    found = find_pairs(records, meaning) if at_least is None else find_pairs(records, meaning, at_least=at_least)
    clusters = cluster_pairs(found.frame)
    cost = watch.stop()
    found.frame.select(left="left_id", right="right_id", score="score", sure="sure").write_parquet(
        f"{out}/pairs.parquet"
    )
    clusters.select(rid="record_id", cluster="cluster_id").write_parquet(f"{out}/clusters.parquet")
    tell(out, cost, candidates=found.fit.candidate_pairs, fallback=found.fit.fallback, keys=list(found.fit.keys))


if __name__ == "__main__":
    main()
