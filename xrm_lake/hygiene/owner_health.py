"""Health by owner: how the records that each looks after stand, for those who may see figures about persons."""

import polars as pl

from xrm_lake.governance.sight import sees_people
from xrm_lake.model.metrics import FEWEST, PROBLEMS
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of

HEALTH = pl.Schema(
    {"owner_id": pl.Int64(), "owner": pl.String(), "records": pl.Int64()} | {name: pl.Float64() for name in PROBLEMS}
)


def owner_health(lake: Lake) -> pl.DataFrame | None:
    """
    Of the records of each owner, the share that has each problem in the last snapshot, the largest owners first (frame HEALTH).

    A share of fewer than 30 records is null. None for a user who may not see figures about persons.
    """
    if not sees_people(lake):
        return None
    rows = lake.query(
        """
        select part::bigint as owner_id, metric, sum(num) as num, sum(den) as den from measure
        where snapshot_id = (select max_by(snapshot_id, (as_of, snapshot_id)) from snapshot) and split = 'owner' and part <> ''
          and list_contains($problems, metric) group by all
        """,
        problems=list(PROBLEMS),
    ).frame()
    shares = rows.with_columns(share=pl.when(pl.col("den") >= FEWEST).then(pl.col("num") / pl.col("den")))
    wide = shares.pivot("metric", index="owner_id", values="share") if rows.height else pl.DataFrame({"owner_id": []})
    sizes = rows.group_by("owner_id").agg(records=pl.col("den").max().cast(pl.Int64))
    ids = sizes["owner_id"].to_list()
    types = dict(lake.query("select id, type from entity where list_contains($ids::bigint[], id)", ids=ids).rows())
    called = captions_of(lake, list(types), list(types.values())) if types else {}
    told = sizes.join(wide.cast({"owner_id": pl.Int64}), on="owner_id", how="left").with_columns(
        owner=pl.Series([called.get(id, str(id)) for id in ids], dtype=pl.String)
    )
    missing = [pl.lit(None, dtype=pl.Float64).alias(name) for name in PROBLEMS if name not in told.columns]
    return (
        told.with_columns(missing)
        .select(list(HEALTH))
        .cast(HEALTH)
        .sort("records", "owner_id", descending=[True, False])
    )
