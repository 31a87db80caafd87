"""Phone numbers without a calling code, read as dialled in the country of their record, or in that of most numbers of the field."""

import polars as pl

from xrm_lake.hygiene.fixes.proposal import PROPOSALS, proposals
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import table_of

_HERE, _MOSTLY = 0.9, 0.7


def phone_fixes(lake: Lake, entity_type: EntityType) -> pl.DataFrame:
    """Numbers that are none as they stand, in full (schema PROPOSALS)."""
    country = next((each for each in entity_type.active_fields if each.kind == "country" and not each.many), None)
    phones = [each for each in entity_type.active_fields if each.kind == "phone" and not each.many]
    return proposals(*(_of_field(lake, entity_type, field, country) for field in phones))


def _of_field(lake: Lake, entity_type: EntityType, field: Field, country: Field | None) -> pl.DataFrame:
    where = f"r.{quoted(country.name)}" if country else "null::varchar"
    rows = lake.query(
        f"""
        select r.id as entity_id, r.{quoted(field.name)} as old, {where} as basis
        from {table_of(entity_type.name)} r join entity e on e.id = r.id
        where e.deleted_at is null and e.source is distinct from 'golden' and r.{quoted(field.name)} is not null order by r.id
        """
    ).frame()
    sort = kind("phone")
    distinct = rows["old"].unique()
    wrong = distinct.filter(~sort.is_valid(distinct).fill_null(True))
    odd = rows.filter(pl.col("old").is_in(wrong.implode()))
    if odd.is_empty():
        return pl.DataFrame(schema=PROPOSALS)
    mostly = str(sort.infer(distinct).get("region") or "")
    asked = odd.select("old", "basis").unique(maintain_order=True)
    known = asked["basis"].drop_nulls().unique()
    countries = known.filter(kind("country").is_valid(known).fill_null(False)).to_list()
    parts = [_read(asked.filter(pl.col("basis") == each), each, _HERE) for each in sorted(countries)]
    if mostly:
        parts.append(_read(asked.filter(pl.col("basis").is_null()), mostly, _MOSTLY))
    read = pl.concat([pl.DataFrame(schema=_READ), *parts])
    basis_field = pl.when(pl.col("basis").is_not_null()).then(pl.lit(country.name if country else None))
    return odd.join(read, on=["old", "basis"], how="inner", nulls_equal=True, maintain_order="left").select(
        "entity_id", "old", "new", "basis", "reason", "score", rule=pl.lit("phone"), type=pl.lit(entity_type.name),
        field=pl.lit(field.name), basis_field=basis_field,
    ).select(list(PROPOSALS)).cast(PROPOSALS)  # fmt: skip


_READ = pl.Schema(
    {"old": pl.String(), "basis": pl.String(), "new": pl.String(), "reason": pl.String(), "score": pl.Float64()}
)


def _read(asked: pl.DataFrame, region: str, score: float) -> pl.DataFrame:
    sort = kind("phone")
    new = sort.clean(asked["old"], {"region": region})
    why = "the country of the record" if score == _HERE else "as most numbers of the field are"
    told = asked.with_columns(new=new, reason=pl.lit(f"a number of {region}, {why}"), score=pl.lit(score))
    return (
        told.filter(sort.is_valid(new).fill_null(False) & (pl.col("new") != pl.col("old")))
        .select(list(_READ))
        .cast(_READ)
    )
