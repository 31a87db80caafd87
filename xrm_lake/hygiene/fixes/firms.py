"""Which organisation a domain means: one that has it as its domain, its bare web site or its mail address, if no other has."""

import polars as pl

from xrm_lake.hygiene.fixes.repair import is_free_mail
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.kinds import kind
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import caption_sql, table_of

FIRMS = pl.Schema({"domain": pl.String(), "type": pl.String(), "id": pl.Int64(), "name": pl.String()})


def is_firm(entity_type: EntityType) -> bool:
    """Whether records of a type are organisations: they have the name of a firm, and a domain or a web site of their own."""
    kinds = {field.kind for field in entity_type.active_fields}
    return "company_name" in kinds and bool(kinds & {"domain", "url"}) and not kinds & {"full_name", "family_name"}


def firms(lake: Lake, catalog: Catalog) -> pl.DataFrame:
    """Each domain that means exactly one live organisation (schema FIRMS); those of free mail mean none."""
    parts = [pl.DataFrame(schema=FIRMS)]
    for item in catalog.active_types:
        if item.role_of is None and is_firm(item):
            parts += _of_type(lake, item)
    told = pl.concat(parts).drop_nulls("domain").unique(["domain", "type", "id"], maintain_order=True)
    alone = told.filter(pl.len().over("domain") == 1)
    return alone.filter(~is_free_mail(alone["domain"])).sort("domain")


def _of_type(lake: Lake, item: EntityType) -> list[pl.DataFrame]:
    parts = []
    for field in item.active_fields:
        if field.kind not in ("domain", "url", "email") or field.many:
            continue
        rows = lake.query(
            f"select {quoted(field.name)} as domain, $type as type, r.id, {caption_sql(item, 'r')} as name"
            f" from {table_of(item.name)} r where r.live and {quoted(field.name)} is not null order by r.id",
            type=item.name,
        ).frame().cast(FIRMS)  # fmt: skip
        # A page below a site may be that of a portal.
        bare = ~pl.col("domain").str.contains(r"://[^/]+/.") if field.kind == "url" else pl.lit(True)
        parts.append(rows.filter(bare).with_columns(domain=domains_of(rows.filter(bare)["domain"])))
    return parts


def domains_of(values: pl.Series) -> pl.Series:
    """The domain of each mail or web address; null where there is none."""
    read = kind("domain").clean(values)
    return read.to_frame("v").select(
        pl.when(kind("domain").is_valid(read).fill_null(False)).then("v").alias(values.name)
    ).to_series()  # fmt: skip


def firm_of(domains: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """
    The rows of `domains` (with a column domain) whose domain, or the one above it, means an organisation; joined with FIRMS.

    Adds exact: whether it is the domain itself.
    """
    told = known.select("domain", to_type="type", to_id="id", to_name="name")
    exact = domains.join(told, on="domain", how="inner", maintain_order="left").with_columns(exact=True)
    above = domains.join(told, on="domain", how="anti", maintain_order="left").with_columns(
        above=pl.col("domain").str.replace(r"^[^.]+\.", "")
    )
    found = above.filter(pl.col("above").str.contains(".", literal=True)).join(
        told, left_on="above", right_on="domain", how="inner", maintain_order="left"
    )
    return pl.concat([exact, found.drop("above").with_columns(exact=False)])
