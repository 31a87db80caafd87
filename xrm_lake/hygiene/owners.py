"""Owners: who looks after a record, by its own link or by that of its open business."""

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.hygiene.stakes import pipelines
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.names import OWNED_BY
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of


def list_owners(lake: Lake) -> pl.DataFrame:
    """Who owns records: id, caption (what they are called), records (how many link to them), in the order of their names."""
    found = lake.query(
        """
        select e.id, e.type, count(*) as records from link l join entity e on e.id = l.to_golden and e.deleted_at is null
        where l.type = $owned_by and l.ended_at is null group by e.id, e.type
        """,
        owned_by=OWNED_BY,
    ).frame()
    captions = captions_of(lake, found["id"], found["type"])
    named = found.with_columns(caption=pl.Series([captions[id] for id in found["id"]], dtype=pl.String))
    return named.select("id", "caption", "records").sort("caption", "id")


def owner_id(lake: Lake, owner: int | str) -> int:
    """The id of an owner by id or name. Raises InvalidValue for one who owns nothing, or whose name two have."""
    owners = list_owners(lake)
    wanted = str(owner).strip()
    by_id = wanted.isdigit()
    matches = pl.col("id") == int(wanted) if by_id else pl.col("caption").str.to_lowercase() == wanted.lower()
    found = owners.filter(matches)
    if found.height != 1:
        who = (
            f"Record {wanted} owns nothing"
            if by_id
            else f"{found.height or 'None'} of the owners of records are called that"
        )
        raise InvalidValue(f"{who}; there are {owners.height} owners. Name one by the id of their record.")
    return int(found["id"][0])


def owned_sql(catalog: Catalog) -> str:
    """A query: the id of every record that `$owner` owns, or that is joined to a deal or other business of theirs."""
    business = ", ".join(f"'{kind.name}'" for kind, _ in pipelines(catalog)) or "''"
    return f"""
        with own as (select from_golden as id from link where type = '{OWNED_BY}' and to_golden = $owner and ended_at is null),
        business as (select o.id from own o join entity e on e.id = o.id and e.type in ({business}))
        select id from own
        union select to_golden from link where ended_at is null and from_golden in (select id from business)
        union select from_golden from link where ended_at is null and to_golden in (select id from business)
    """
