"""Trust: how far each source is believed where its records and those of others, merged, say different things."""

from math import isfinite

import polars as pl

from xrm_lake.errors import InvalidValue, UnknownName
from xrm_lake.store.freshness import FRESHNESS, freshness
from xrm_lake.store.golden import TRUST, rebuild_golden, source_trust
from xrm_lake.store.lake import Lake
from xrm_lake.store.settings import set_setting

SOURCES = pl.Schema(
    {
        "source": pl.String(), "trust": pl.Float64(), "types": pl.String(), "records": pl.Int64(), "merged": pl.Int64(),
        **FRESHNESS,
    }
)  # fmt: skip


def list_sources(lake: Lake) -> pl.DataFrame:
    """
    Where the records come from, by name.

    Returns source, trust (0 is usual; of values that differ, the one from the source of higher trust survives a merge), types,
    records (that stand), merged (how many of them are members of golden records), and how fresh it is, as `freshness` tells:
    last_import (UTC, null for none), deliveries, every_days, rhythm (declared or learned), due_at, late and error_rate.
    """
    trust = source_trust(lake)
    found = lake.query(
        """
        select e.source, string_agg(distinct e.type, ', ' order by e.type) as types, count(*) as records,
               count(e.golden_id) as merged
        from entity e where e.source is not null and e.source <> 'golden' and e.deleted_at is null
        group by e.source order by e.source
        """
    ).frame()
    told = pl.Series("trust", [trust.get(name, 0.0) for name in found["source"]], dtype=pl.Float64)
    fresh = found.with_columns(told).join(freshness(lake), on="source", how="left", maintain_order="left")
    return fresh.select(list(SOURCES)).cast(SOURCES)


def refuse_unknown_source(lake: Lake, name: str) -> None:
    """Raise UnknownName, with near names, for a source that no record comes from."""
    known = list_sources(lake)["source"].to_list()
    if name not in known:
        raise UnknownName("source", name, known)


def trust_source(lake: Lake, name: str, trust: float, *, by: str | None = None) -> int:
    """
    Say how far a source is trusted, and let all golden records with a member from it be derived anew; gives the batch.

    0 is usual, higher wins over lower. Raises UnknownName for a source that no record comes from, InvalidValue for what is no number.
    """
    if not isfinite(trust):
        raise InvalidValue("Trust is a number: 0 is usual, higher wins over lower. Nothing was changed.")
    refuse_unknown_source(lake, name)
    with lake.write("model", by=by, source=name) as batch:
        batch.totals["note"] = f"trust of source {name}: {trust:g}"
        set_setting(batch, TRUST + name, repr(float(trust)) if trust else None)
        merged = batch.query(
            "select id from entity where source = $name and golden_id is not null order by id", name=name
        ).column()
        rebuild_golden(batch, merged)
        return batch.id
