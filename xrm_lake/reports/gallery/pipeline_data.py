"""The figures of the pipeline report: one row a record, then sums by stage, owner and month."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import caption_sql

CURRENCY = "currency"
NO_OWNER = "(no owner)"
NO_STAGE = "(no stage)"
NO_MONTH = "(no date)"


@dataclass(frozen=True)
class Pipeline:
    """
    The records of a pipeline, one row each: id, stage, outcome, probability, amount, currency, close_date, moved_on, owner.

    `only_currency` is the code all amounts are in ("" if none is said), None if there are several. `pending` and
    `unlinked` say of how many records a link waits or is missing.
    """

    records: pl.DataFrame
    stages: pl.DataFrame
    only_currency: str | None
    pending: tuple[tuple[str, int], ...]
    unlinked: tuple[tuple[str, int], ...]


def read_pipeline(lake: Lake, entity_type: EntityType, amount: Field, as_of: date) -> Pipeline:
    """All live records of the type with their stage, amount and owner."""
    names = {field.name for field in entity_type.active_fields}
    currency = f"r.{quoted(amount.currency_field)}" if amount.currency_field in names else "null::varchar"
    close = "r.close_date" if "close_date" in names else "null::date"
    opened = "r.opened_on" if "opened_on" in names else "null::date"
    owners = f"""
        select l.from_golden as id, min({caption_sql(lake.catalog.type("user"), "u")}) as owner
        from link l join rec_user u on u.id = l.to_golden where l.type = 'owned_by' and l.ended_at is null group by l.from_golden
    """ if lake.catalog.has_type("user") else "select null::bigint as id, null::varchar as owner where false"  # fmt: skip
    records = lake.query(
        f"""
        select r.id, r.{quoted(entity_type.stage_field)} as stage, coalesce(s.outcome, 'open') as outcome, s.probability, s.position,
               r.{quoted(amount.name)} as amount, coalesce({currency}, '') as currency, {close}::date as close_date,
               greatest({close}::date, {opened}::date) as moved_on, o.owner
        from {quoted(entity_type.name)} r
        left join stage s on s.type = $type and s.name = r.{quoted(entity_type.stage_field)}
        left join ({owners}) o on o.id = r.id order by r.id
        """,
        type=entity_type.name,
    ).frame().with_columns(pl.col("moved_on").cast(pl.Date))  # fmt: skip
    records = records.with_columns(moved_on=pl.when(pl.col("moved_on") <= as_of).then(pl.col("moved_on")))
    codes = records.filter(pl.col("amount").is_not_null())[CURRENCY].unique().to_list()
    stages = pl.DataFrame({"stage": [stage.name for stage in entity_type.stages]}, schema={"stage": pl.String})
    return Pipeline(
        records=records,
        stages=stages,
        only_currency=codes[0] if len(codes) == 1 else ("" if not codes else None),
        pending=_pending(lake, entity_type),
        unlinked=_unlinked(lake, entity_type),
    )


def by_stage(data: Pipeline) -> pl.DataFrame:
    """A row for each stage that holds records, in the order of the pipeline."""
    total = data.records.height
    return (
        data.records.group_by(pl.col("stage").fill_null(NO_STAGE), "outcome", *_currency(data))
        .agg(
            position=pl.col("position").min(),
            records=pl.len(),
            amount=pl.col("amount").sum(),
            mean_amount=pl.col("amount").cast(pl.Float64).mean(),
            weighted=(pl.col("amount").cast(pl.Float64) * pl.col("probability")).sum(),
        )
        .with_columns(share=pl.col("records") / total)
        .sort("position", "stage", *_currency(data), nulls_last=True)
        .drop("position")
    )


def by_owner(data: Pipeline) -> pl.DataFrame:
    """A row for each owner: open, won and lost, and the win rate of what is closed; most open value first."""
    return (
        _by_outcome(data, pl.col("owner").fill_null(NO_OWNER))
        .with_columns(
            win_rate=pl.when(pl.col("won_records") + pl.col("lost_records") > 0).then(
                pl.col("won_records") / (pl.col("won_records") + pl.col("lost_records"))
            )
        )
        .sort(["open_amount", "won_amount", "owner"], descending=[True, True, False])
    )


def by_month(data: Pipeline) -> pl.DataFrame:
    """A row for each month of closing, oldest first; what has no close date stands last."""
    month = pl.col("close_date").dt.strftime("%Y-%m").fill_null(NO_MONTH).alias("month")
    return _by_outcome(data, month).sort(pl.col("month") == NO_MONTH, "month", *_currency(data))


def _by_outcome(data: Pipeline, by: pl.Expr) -> pl.DataFrame:
    columns = []
    for outcome in ("open", "won", "lost"):
        here = pl.col("outcome") == outcome
        columns += [
            here.sum().alias(f"{outcome}_records"),
            pl.col("amount").filter(here).sum().alias(f"{outcome}_amount"),
        ]
    return data.records.group_by(by, *_currency(data)).agg(*columns)


def _currency(data: Pipeline) -> list[str]:
    return [CURRENCY] if data.only_currency is None else []


def _pending(lake: Lake, entity_type: EntityType) -> tuple[tuple[str, int], ...]:
    rows = lake.query(
        """
        select coalesce(p.to_type, p.type) as what, count(distinct p.from_id) as waiting
        from pending_link p join entity e on e.id = p.from_id and e.type = $type and e.deleted_at is null
        where p.resolved_id is null group by 1 order by 2 desc, 1
        """,
        type=entity_type.name,
    ).rows()
    return tuple((str(what), int(count)) for what, count in rows)


def _unlinked(lake: Lake, entity_type: EntityType) -> tuple[tuple[str, int], ...]:
    found = []
    for name in entity_type.required_links:
        if name == "owned_by":
            continue
        count = lake.query(
            f"""
            select count(*) from {quoted(entity_type.name)} r
            where r.id not in (select from_golden from link where type = $link_type and ended_at is null)
              and r.id not in (select from_id from pending_link where type = $link_type and resolved_id is null)
            """,
            link_type=name,
        ).value()
        if count:
            link_type = lake.catalog.link_type(name)
            found.append((" or ".join(link_type.to_types) or link_type.label, int(count)))
    return tuple(found)
