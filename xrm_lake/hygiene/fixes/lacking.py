"""Records that lack a link of a type, and what a rule finds for them."""

from collections.abc import Iterable

import polars as pl

from xrm_lake.model.entity_type import EntityType, Field, LinkType
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import table_of

# What a rule finds: to_id is the record that is pointed to.
FOUND = pl.Schema(
    {
        "rule": pl.String(), "standing": pl.Int64(), "to_type": pl.String(), "to_id": pl.Int64(), "basis_field": pl.String(),
        "basis": pl.String(), "reason": pl.String(), "score": pl.Float64(),
    }
)  # fmt: skip


def lacking(lake: Lake, entity_type: EntityType, link: LinkType, fields: Iterable[Field]) -> pl.DataFrame:
    """Live records without a standing link of a type, and for which none waits: standing (their id) and these fields."""
    columns = "".join(f", r.{quoted(field.name)}" for field in fields)
    return lake.query(
        f"""
        select r.id as standing{columns} from {table_of(entity_type.name)} r
        anti join (select from_golden from link where type = $link and ended_at is null) l on l.from_golden = r.id
        anti join (
            select coalesce(e.golden_id, e.id) as id from pending_link p join entity e on e.id = p.from_id
            where p.type = $link and p.resolved_id is null and p.direction is distinct from 'in'
        ) w on w.id = r.id
        where r.live order by r.id
        """,
        link=link.name,
    ).frame()
