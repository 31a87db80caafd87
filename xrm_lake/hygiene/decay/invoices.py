"""
Reconciliation with a file from outside (D5): does what was won agree with what was invoiced?

The file is imported as a type of its own (`xrm import invoices.csv --new-type invoice`). By month and account:
difference = sum |won - invoiced| / sum invoiced, and matched = invoiced of accounts that are known here / sum invoiced.
"""

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.history.course import amount_field, due_field
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State, state_now
from xrm_lake.store.lake import Lake

AGREEMENT = pl.Schema(
    {
        "month": pl.Date(), "account": pl.String(), "account_id": pl.Int64(), "won": pl.Float64(), "invoiced": pl.Float64(),
        "difference": pl.Float64(),
    }
)  # fmt: skip
_FOR = "for_organisation"
_ACCOUNTS = (
    "account",
    "customer",
    "company",
    "organisation",
    "client",
    "account_name",
    "customer_name",
    "company_name",
)


def compare_invoices(lake: Lake, type: str, *, against: str = "deal", field: str | None = None) -> pl.DataFrame:
    """
    What was won against what was invoiced, by month and account, the largest difference first (frame AGREEMENT).

    `type` is that of the invoices: its first field of money is the amount, its first date the day, and the account is the organisation it
    is linked to, else the text of `field` (or of the first of account, customer, company, organisation, client), compared to names of
    organisations without regard to capitals. `account_id` is null where the account is not known here. The month of what was won is that
    of its close date. Raises UnknownName for a type, InvalidValue for one that lacks a date, an amount or an account.
    """
    state = state_now(lake, lake.clock().date())
    invoice, deal = lake.catalog.type(type), lake.catalog.type(against)
    if not (deal.stage_field and due_field(deal) and amount_field(deal)):
        raise InvalidValue(
            f"{against} has no stages, close date or amount, so nothing of it is won. Nothing was changed."
        )
    invoiced = _invoiced(state, invoice, field)
    won = _won(state, deal)
    both = won.join(invoiced, on=["month", "key"], how="full", coalesce=True, nulls_equal=True)
    return (
        both.with_columns(
            pl.coalesce("account", "account_right").alias("account"),
            pl.coalesce("account_id", "account_id_right").alias("account_id"),
            pl.col("won", "invoiced").fill_null(0.0),
        )
        .with_columns(difference=pl.col("won") - pl.col("invoiced"))
        .sort(pl.col("difference").abs(), "month", "account", descending=[True, False, False])
        .select(list(AGREEMENT))
        .cast(AGREEMENT)
    )


def agreement(compared: pl.DataFrame) -> tuple[float | None, float | None]:
    """
    The difference and the matched share of what `compare_invoices` gives; None where nothing was invoiced.

    >>> from datetime import date
    >>> rows = [(date(2026, 1, 1), "Acme", 1, 90.0, 100.0, -10.0), (date(2026, 1, 1), "Other", None, 0.0, 100.0, -100.0)]
    >>> agreement(pl.DataFrame(rows, schema=AGREEMENT, orient="row"))
    (0.55, 0.5)
    """
    invoiced = float(compared["invoiced"].sum())
    if not invoiced:
        return None, None
    known = float(compared.filter(pl.col("account_id").is_not_null())["invoiced"].sum())
    return float(compared["difference"].abs().sum()) / invoiced, known / invoiced


def _won(state: State, deal: EntityType) -> pl.DataFrame:
    stages = [stage.name for stage in deal.stages if stage.outcome == "won"]
    found = state.query(
        f"""
        select date_trunc('month', r.{quoted(due_field(deal))})::date as month, l.to_golden as account_id,
               sum(r.{quoted(amount_field(deal))})::double as won
        from {state.records(deal.name)} r left join ({_account_of(state)}) l on l.from_golden = r.id
        where r.live and r.{quoted(deal.stage_field)}::varchar in (select unnest($stages::varchar[])) group by all
        """,
        stages=stages,
    ).frame()
    return _named(state, found)


def _invoiced(state: State, invoice: EntityType, field: str | None) -> pl.DataFrame:
    amount = amount_field(invoice) or _first(invoice, ("number", "integer"))
    day, account = _first(invoice, ("date", "datetime")), field or _account(invoice)
    if not (amount and day):
        raise InvalidValue(
            f"{invoice.name} has no date or no amount. Nothing was changed. Its fields: xrm type show {invoice.name}"
        )
    linked = state.query(
        f"select count(*) from {state.link} l join {state.entity} e on e.id = l.from_id"
        f" where l.type = '{_FOR}' and l.ended_at is null and e.type = $type",
        type=invoice.name,
    ).value()
    if not (linked or account):
        raise InvalidValue(
            f"{invoice.name} has no link to an organisation and no field that names one. Nothing was changed. Name it: --field FIELD"
        )
    text = f"r.{quoted(account)}::varchar" if account else "null::varchar"
    found = state.query(
        f"""
        with organisation as (
            select lower(trim(name)) as name, min(id) as id from {state.records("organisation")} where live and name is not null group by 1
        )
        select date_trunc('month', r.{quoted(day)})::date as month, coalesce(l.to_golden, o.id) as account_id,
               if(coalesce(l.to_golden, o.id) is null, trim({text}), null) as account, sum(r.{quoted(amount)})::double as invoiced
        from {state.records(invoice.name)} r
        left join ({_account_of(state)}) l on l.from_golden = r.id
        left join organisation o on o.name = lower(trim({text}))
        where r.live group by all
        """
    ).frame()
    return _named(state, found)


def _account_of(state: State) -> str:
    """A query: the one account of each record that has any; of a merged record each member may have brought the link."""
    return (
        f"select from_golden, min(to_golden) as to_golden from {state.link}"
        f" where type = '{_FOR}' and ended_at is null group by from_golden"
    )


def _named(state: State, found: pl.DataFrame) -> pl.DataFrame:
    """With the name of each account that is known, and a key that two sides agree on."""
    names = state.query(f"select id as account_id, name from {state.records('organisation')}").frame()
    told = found.join(names, on="account_id", how="left", maintain_order="left")
    account = pl.coalesce("name", "account") if "account" in found.columns else pl.col("name")
    return told.with_columns(account=account, key=pl.coalesce(pl.col("account_id").cast(pl.String), account)).drop(
        "name"
    )


def _account(invoice: EntityType) -> str:
    names = {field.name for field in invoice.active_fields}
    return next((name for name in _ACCOUNTS if name in names), "")


def _first(item: EntityType, kinds: tuple[str, ...]) -> str:
    return next((field.name for field in item.active_fields if field.kind in kinds and not field.many), "")
