"""The figures of the pipeline report: one row a record, then sums by stage, owner and month."""

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import quoted
from xrm_lake.reports.page import FEWEST_FOR_A_SCORE
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import caption_sql, table_of

CURRENCY = "currency"
NO_OWNER = "(no owner)"
NO_STAGE = "(no stage)"
NO_MONTH = "(no date)"
OUTCOMES = ("open", "won", "lost")


@dataclass(frozen=True)
class Pipeline:
    """
    The records of a pipeline, one row each.

    Columns: id, stage, known (whether the stage is declared), outcome, probability, position, amount, currency ("" if none is
    given), close_date, moved_on (the last date it bears up to the day), owner_id, owner. `pending` and `unlinked` say of how many
    records a link waits or is missing.
    """

    records: pl.DataFrame
    pending: tuple[tuple[str, int], ...]
    unlinked: tuple[tuple[str, int], ...]

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies that amounts are in, "" for amounts without one; that of the most records first."""
        given = self.records.filter(pl.col("amount").is_not_null()).group_by(CURRENCY).len()
        return tuple(given.sort(["len", CURRENCY], descending=[True, False])[CURRENCY])

    def of(self, currency: str) -> "Pipeline":
        """
        The records of one currency, and with those of the first the ones of a currency that no amount is in.

        So the parts over all currencies hold each record once.
        """
        codes = self.currencies
        rest = pl.col(CURRENCY).is_in(codes).not_() if codes[:1] == (currency,) else pl.lit(False)
        return replace(self, records=self.records.filter((pl.col(CURRENCY) == currency) | rest))


def read_pipeline(lake: Lake, entity_type: EntityType, amount: Field, as_of: date) -> Pipeline:
    """All live records of the type with their stage, amount and owner."""
    currency, close, opened = _column(entity_type, amount.currency_field, "varchar"), *(
        _column(entity_type, name, "date") for name in ("close_date", "opened_on")
    )  # fmt: skip
    owner = (
        f"coalesce({caption_sql(lake.catalog.type('user'), 'u')}, 'user ' || u.id)"
        if lake.catalog.has_type("user")
        else ""
    )
    owners = f"""
        select l.from_golden as id, min(u.id) as owner_id, arg_min({owner}, u.id) as owner
        from link l join {table_of("user")} u on u.id = l.to_golden where l.type = 'owned_by' and l.ended_at is null group by l.from_golden
    """ if owner else "select null::bigint as id, null::bigint as owner_id, null::varchar as owner where false"  # fmt: skip
    records = lake.query(
        f"""
        select r.id, r.{quoted(entity_type.stage_field)} as stage, s.name is not null as known,
               coalesce(s.outcome, 'open') as outcome, s.probability, s.position,
               r.{quoted(amount.name)} as amount, coalesce({currency}, '') as currency, {close} as close_date,
               greatest(if({close} <= $as_of, {close}, null), if({opened} <= $as_of, {opened}, null)) as moved_on, o.owner_id, o.owner
        from {quoted(entity_type.name)} r
        left join stage s on s.type = $type and s.name = r.{quoted(entity_type.stage_field)}
        left join ({owners}) o on o.id = r.id order by r.id
        """,
        type=entity_type.name,
        as_of=as_of,
    ).frame()
    return Pipeline(records, _pending(lake, entity_type), _unlinked(lake, entity_type))


def by_stage(data: Pipeline) -> pl.DataFrame:
    """
    A row for each stage that holds records: open ones in the order of the pipeline, then won and lost.

    `weighted` is the sum of amount times the stage's stated chance to win, of open stages that state one.
    """
    weight = pl.when((pl.col("outcome") == "open") & pl.col("probability").is_not_null()).then(pl.col("probability"))
    weighted = pl.col("amount").cast(pl.Float64) * weight
    return (
        data.records.group_by(pl.col("stage").fill_null(NO_STAGE), "outcome")
        .agg(
            position=pl.col("position").min(),
            records=pl.len(),
            amount=pl.col("amount").sum(),
            mean_amount=pl.col("amount").cast(pl.Float64).mean(),
            weighted=pl.when(weight.is_not_null().any()).then(weighted.sum()),
        )
        .with_columns(share=pl.col("records") / data.records.height)
        .sort(pl.col("outcome").replace_strict(OUTCOMES, range(3)), "position", "stage", nulls_last=True)
        .drop("position")
    )


def by_owner(data: Pipeline) -> pl.DataFrame:
    """A row for each owner: open, won and lost, and the win rate of what is closed, from 30 closed on; most open value first."""
    closed = pl.col("won_records") + pl.col("lost_records")
    return (
        _by_outcome(data, pl.col("owner_id"), pl.col("owner").fill_null(NO_OWNER))
        .with_columns(win_rate=pl.when(closed >= FEWEST_FOR_A_SCORE).then(pl.col("won_records") / closed))
        .sort(["open_amount", "won_amount", "owner", "owner_id"], descending=[True, True, False, False])
    )


def by_month(data: Pipeline) -> pl.DataFrame:
    """A row for each month of closing, oldest first; what has no close date stands last."""
    month = pl.col("close_date").dt.strftime("%Y-%m").fill_null(NO_MONTH).alias("month")
    return _by_outcome(data, month).sort(pl.col("month") == NO_MONTH, "month")


def _by_outcome(data: Pipeline, *by: pl.Expr) -> pl.DataFrame:
    columns = []
    for outcome in OUTCOMES:
        here = pl.col("outcome") == outcome
        columns += [
            here.sum().alias(f"{outcome}_records"),
            pl.col("amount").filter(here).sum().alias(f"{outcome}_amount"),
        ]
    return data.records.group_by(*by).agg(*columns)


def _column(entity_type: EntityType, name: str, duck_type: str) -> str:
    """A field as SQL, or nothing where the type has none of that name that can be read so."""
    kinds = ("date", "datetime") if duck_type == "date" else ("currency", "text", "choice")
    found = any(item.name == name and item.kind in kinds and not item.many for item in entity_type.active_fields)
    return f"r.{quoted(name)}::{duck_type}" if found else f"null::{duck_type}"


def _pending(lake: Lake, entity_type: EntityType) -> tuple[tuple[str, int], ...]:
    rows = lake.query(
        """
        select coalesce(p.to_type, p.type) as what, count(distinct coalesce(e.golden_id, e.id)) as waiting
        from pending_link p join entity e on e.id = p.from_id and e.type = $type and e.deleted_at is null
        where p.resolved_id is null group by 1 order by 2 desc, 1
        """,
        type=entity_type.name,
    ).rows()
    return tuple((_words(lake, str(what)), int(count)) for what, count in rows)


def _unlinked(lake: Lake, entity_type: EntityType) -> tuple[tuple[str, int], ...]:
    """Of each required link but that to the owner, how many records have none and wait for none."""
    rows = lake.query(
        f"""
        with linked as (select distinct type, from_golden as id from link where ended_at is null),
        waiting as (
            select distinct p.type, coalesce(e.golden_id, e.id) as id from pending_link p join entity e on e.id = p.from_id
            where p.resolved_id is null
        )
        select n.name, count(*) from unnest($needed::varchar[]) n(name) cross join {quoted(entity_type.name)} r
        where not exists (from linked l where l.type = n.name and l.id = r.id)
          and not exists (from waiting w where w.type = n.name and w.id = r.id)
        group by n.name order by 2 desc, 1
        """,
        needed=[name for name in entity_type.required_links if name != "owned_by"],
    ).rows()
    ends = {name: lake.catalog.link_type(name) for name, _ in rows}
    return tuple(
        (" or ".join(_words(lake, end) for end in ends[name].to_types) or ends[name].label, int(count))
        for name, count in rows
    )


def _words(lake: Lake, name: str) -> str:
    """What a type is called in a sentence."""
    return lake.catalog.type(name).label.lower() if lake.catalog.has_type(name) else name.replace("_", " ")
