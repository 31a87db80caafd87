"""What the last check found, as a manager asks for it: what to do first, and which records are worst."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of

ACTIONS, WORST = 10, 20

DO = {
    "required_missing": "Fill in", "expected_missing": "Complete", "placeholder": "Say more in", "malformed": "Correct",
    "not_allowed": "Choose a value for", "not_unique": "Tell apart by", "probable_duplicate": "Review the duplicates",
    "stale": "Get in touch, or close", "dangling_link": "Mend the links",
}  # fmt: skip
WRONG = {
    "probable_duplicate": "probably double",
    "stale": "no sign of life",
    "dangling_link": "link to a deleted record",
}


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


def open_value(lake: Lake) -> OpenValue:
    """The open value of all pipelines of a lake."""
    parts = [_open_records(item) for item in lake.catalog.active_types if item.stage_field]
    opened = " union all ".join(part for part in parts if part)
    if not opened:
        return OpenValue(
            "", 0, "select null::bigint as id, null::bigint as open_id, null::double as amount where false"
        )
    counts = lake.query(
        f"select currency, count(*) as n from ({opened}) group by currency order by n desc, currency"
    ).rows()
    currency = counts[0][0] if counts else ""
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
        f"select r.id, r.{quoted(money.name)}::double as amount, {currency} as currency from {quoted(item.name)} r"
        f" join stage s on s.type = '{item.name}' and s.name = r.{quoted(item.stage_field)} and s.outcome = 'open'"
        f" where r.{quoted(money.name)} is not null"
    )


def actions(lake: Lake, value: OpenValue) -> pl.DataFrame:
    """
    What to do first: errors before warnings, then the larger share of its type, then the more open value touched.

    Returns action, url, type, found, share (0..1) and at_risk: the open value that the records at fault touch, each open
    record counted once.
    """
    rows = lake.query(
        f"""
        with touched as ({value.touched}),
        risk as (
            select check_name, type, field, sum(amount) as amount from (
                select distinct i.check_name, i.type, i.field, t.open_id, t.amount from issue i join touched t on t.id = i.entity_id
            ) group by all
        )
        select c.check_name, c.type, c.field, c.severity, c.problem, c.found, c.found / c.checked as share, r.amount as at_risk
        from issue_count c left join risk r
          on r.check_name = c.check_name and r.type = c.type and r.field is not distinct from c.field
        where c.found > 0
        order by c.severity, if(c.severity = 'error', share, 0) desc, at_risk desc nulls last, c.found desc,
                 c.type, c.check_name, c.field limit $most
        """,
        most=ACTIONS,
    ).frame()
    plurals = {item.name: item.plural for item in lake.catalog.types}
    told = list(rows.iter_rows(named=True))
    return rows.with_columns(
        action=pl.Series([_say(lake, row) for row in told], dtype=pl.String),
        url=pl.Series([_issues(row) for row in told], dtype=pl.String),
        type=pl.col("type").replace(plurals),
    )


def worst(lake: Lake, value: OpenValue) -> pl.DataFrame:
    """
    The records with the most errors, then the most open value, then the most issues.

    Returns id, caption, url, type, issues, what (in words) and at_risk.
    """
    rows = lake.query(
        f"""
        with risk as (select id, sum(amount) as amount from ({value.touched}) group by id)
        select i.entity_id as id, i.type as type_name, count(*) as issues, any_value(r.amount) as at_risk,
               count(*) filter (where i.severity = 'error') as errors,
               list({{'check_name': i.check_name, 'type': i.type, 'field': i.field}} order by i.severity, i.check_name, i.field) as faults
        from issue i join entity e on e.id = i.entity_id and e.deleted_at is null and e.golden_id is null
        left join risk r on r.id = i.entity_id
        group by i.entity_id, i.type
        order by errors desc, at_risk desc nulls last, issues desc, id limit $most
        """,
        most=WORST,
    ).frame()
    captions = captions_of(lake, rows["id"].to_list(), rows["type_name"].to_list())
    labels = {item.name: item.label for item in lake.catalog.types}
    what = [", ".join(dict.fromkeys(_wrong(lake, fault) for fault in faults)) for faults in rows["faults"].to_list()]
    return rows.drop("faults").with_columns(
        caption=pl.Series([captions[id] for id in rows["id"]], dtype=pl.String),
        type=pl.col("type_name").replace(labels),
        what=pl.Series(what, dtype=pl.String),
        url=pl.Series(
            [_address("/record", type=name, id=id) for name, id in rows.select("type_name", "id").iter_rows()],
            dtype=pl.String,
        ),
    )


def _say(lake: Lake, row: dict[str, object]) -> str:
    name = str(row["check_name"])
    if name.startswith("no_"):
        return f"Link to {_ends(lake, name)}"
    label = f" {_label(lake, row)}" if row["field"] else ""
    return DO.get(name, name) + label


def _wrong(lake: Lake, fault: dict[str, object]) -> str:
    name = str(fault["check_name"])
    if name.startswith("no_"):
        return f"link to {_ends(lake, name)}"
    return WRONG.get(name) or (_label(lake, fault) if fault["field"] else name)


def _ends(lake: Lake, name: str) -> str:
    link_type = lake.catalog.link_type(name.removeprefix("no_"))
    return " or ".join(lake.catalog.type(end).label.lower() for end in link_type.to_types) or "a record"


def _label(lake: Lake, fault: dict[str, object]) -> str:
    return lake.catalog.field(str(fault["type"]), str(fault["field"])).label


def _issues(row: dict[str, object]) -> str:
    return _address("/issues", type=row["type"], check=row["check_name"])


def _address(path: str, **query: object) -> str:
    return f"{path}?{urlencode(query, quote_via=quote)}"
