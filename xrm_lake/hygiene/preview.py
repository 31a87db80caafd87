"""Preview: the golden record that a merge would make, with where each of its values comes from."""

from collections.abc import Mapping, Sequence

import polars as pl

from xrm_lake.hygiene.judge import merge_within
from xrm_lake.store.lake import Lake
from xrm_lake.store.provenance import trace
from xrm_lake.store.record_values import spine_of


def preview_merge(lake: Lake, record_ids: Sequence[int], *, keep: Mapping[str, int] | None = None) -> pl.DataFrame:
    """
    What merging these records would give, tried and not kept: columns as `provenance` gives them, arguments as `merge` takes them.

    Raises whatever the merge itself would.
    """
    with lake.write("judge", dry_run=True) as batch:
        member = merge_within(batch, record_ids, keep=keep or {})
        spine = spine_of(batch, member)
        found = trace(batch, batch.catalog.type(spine["type"]), spine["golden_id"])
    return found.with_columns(
        # The batch that pinned is the one that was not kept.
        batch_id=pl.when(pl.col("rule") == "pinned", pl.col("batch_id") == batch.id).then(None).otherwise("batch_id")
    )
