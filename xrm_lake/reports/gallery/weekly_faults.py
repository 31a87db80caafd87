"""What the last check found, as a manager asks for it: what to do first, and which records are worst."""

from urllib.parse import quote, urlencode

import polars as pl

from xrm_lake.store.lake import Lake
from xrm_lake.store.open_value import OpenValue
from xrm_lake.store.search import captions_of

ACTIONS, WORST = 10, 20

DO = {
    "required_missing": "Fill in", "expected_missing": "Complete", "placeholder": "Say more in", "malformed": "Correct",
    "not_allowed": "Choose a value for", "not_unique": "Tell apart by", "probable_duplicate": "Review the duplicates",
    "stale": "Get in touch, or close", "dangling_link": "Mend the links", "unconfirmed": "Confirm", "ends_before_start": "Correct",
    "currency_missing": "Say the currency of", "foreign_domain": "Compare with the firm", "foreign_number": "Compare with the country",
    "foreign_postcode": "Compare with the country",
}  # fmt: skip
WRONG = {
    "probable_duplicate": "probably double",
    "stale": "no sign of life",
    "dangling_link": "link to a deleted record",
    "foreign_domain": "mail at another domain than the firm's",
}


def actions(lake: Lake) -> pl.DataFrame:
    """
    What to do first: errors before warnings, then the larger share of its type, then the more open value touched.

    Returns action, url, type, found, share (0..1) and at_risk: the open value that the records at fault touch, each open
    record counted once.
    """
    rows = lake.query(
        """
        select check_name, type, field, severity, problem, message, found, found / checked as share, at_risk
        from issue_count where found > 0
        order by severity, if(severity = 'error', share, 0) desc, at_risk desc nulls last, found desc, type, check_name, field limit $most
        """,
        most=ACTIONS,
    ).frame()
    plurals = {item.name: item.plural for item in lake.catalog.types}
    told = list(rows.iter_rows(named=True))
    return rows.drop("message").with_columns(
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
    if row["message"]:
        return f"Mend: {row['message']}"
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
