"""The open value that hangs on records: the amounts of the open records of pipelines that they are, or are linked to."""

from dataclasses import dataclass

from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.settings import Reader
from xrm_lake.store.views import table_of


@dataclass(frozen=True)
class OpenValue:
    """
    The open value that hangs on records, in one currency: that of the most open records with an amount.

    `touched` is a query: id, open_id and amount for each record and each open record of a pipeline that it is or is linked
    to, once. `others` counts the open records in other currencies, which are not in it.
    """

    currency: str
    others: int
    touched: str


NOTHING = "select null::bigint as id, null::bigint as open_id, null::double as amount where false"


def open_value(reader: Reader, catalog: Catalog) -> OpenValue:
    """The open value of all pipelines of a lake."""
    parts = [_open_records(item) for item in catalog.active_types if item.stage_field]
    opened = " union all ".join(part for part in parts if part)
    if not opened:
        return OpenValue("", 0, NOTHING)
    counts = reader.query(
        f"select currency, count(*) as n from ({opened}) group by currency order by n desc, currency"
    ).rows()
    if not counts:
        return OpenValue("", 0, NOTHING)
    currency = counts[0][0]
    literal = "'" + currency.replace("'", "''") + "'"
    touched = f"""
        with opened as (select id, amount from ({opened}) where currency = {literal})
        select id, id as open_id, amount from opened
        union all
        select distinct l.to_golden, o.id, o.amount from link l join opened o on o.id = l.from_golden
        where l.ended_at is null and l.type <> 'owned_by' and l.to_golden <> o.id
    """
    return OpenValue(currency, sum(count for _, count in counts[1:]), touched)


def _open_records(item: EntityType) -> str:
    """A query: id, amount and currency ("" if none is given) of the open records of a pipeline; "" for a type that is none."""
    money = next((field for field in item.active_fields if field.kind == "money" and not field.many), None)
    if money is None:
        return ""
    has_currency = any(field.name == money.currency_field for field in item.active_fields)
    currency = f"coalesce(r.{quoted(money.currency_field)}, '')" if has_currency else "''"
    return (
        f"select r.id, r.{quoted(money.name)}::double as amount, {currency} as currency from {table_of(item.name)} r"
        f" join stage s on s.type = '{item.name}' and s.name = r.{quoted(item.stage_field)} and s.outcome = 'open'"
        f" where r.live and r.{quoted(money.name)} is not null"
    )
