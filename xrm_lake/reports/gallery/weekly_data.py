"""The figures of the weekly report, read from the snapshots and from what the last check found."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from xrm_lake.model.metrics import METRICS
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of

Measured = dict[str, tuple[float, float]]
WORST, PAST = 20, 26

VERBS = {
    "required_missing": "Fill in", "expected_missing": "Complete", "malformed": "Correct", "not_allowed": "Choose a value for",
    "not_unique": "Tell apart", "probable_duplicate": "Review the duplicates", "stale": "Get in touch, or close",
    "dangling_link": "Mend the links",
}  # fmt: skip


@dataclass(frozen=True)
class Week:
    """What the report says; `as_of` is None if nothing was measured. Measures are (num, den) by metric over all types."""

    as_of: date | None
    before: date | None
    records: int
    types: int
    now: Measured
    then: Measured
    past: tuple[Measured, ...]
    flows: pl.DataFrame
    actions: pl.DataFrame
    worst: pl.DataFrame
    caveats: tuple[str, ...]


def read_week(lake: Lake, as_of: date) -> Week:
    """All figures as of the last snapshot of that day or before."""
    taken = lake.query(
        "select snapshot_id, as_of from snapshot where as_of <= $as_of order by as_of desc, snapshot_id desc limit $most",
        as_of=as_of,
        most=PAST,
    ).rows()
    measured = [_measures(lake, snapshot_id) for snapshot_id, _ in taken]
    counts = lake.query(
        "select count(*) as n, count(distinct type) as types from entity where deleted_at is null and golden_id is null"
    ).one() or {"n": 0, "types": 0}
    return Week(
        as_of=taken[0][1] if taken else None,
        before=taken[1][1] if len(taken) > 1 else None,
        records=counts["n"],
        types=counts["types"],
        now=measured[0] if measured else {},
        then=measured[1] if len(measured) > 1 else {},
        past=tuple(reversed(measured)),
        flows=_flows(lake, taken[0][0] if taken else None),
        actions=_actions(lake),
        worst=_worst(lake),
        caveats=tuple(_caveats(lake)),
    )


def _measures(lake: Lake, snapshot_id: int) -> Measured:
    rows = lake.query(
        "select metric, num, den from measure where snapshot_id = $id and scope = 'all'", id=snapshot_id
    ).rows()
    return {name: (num or 0.0, den or 0.0) for name, num, den in rows}


def _flows(lake: Lake, snapshot_id: int | None) -> pl.DataFrame:
    labels = {item.name: item.label for item in METRICS}
    rows = lake.query(
        """
        select metric, scope as type, entered::bigint as entered, left_::bigint as left, num::bigint as num, den::bigint as den,
               num / den as share
        from measure where snapshot_id = $id and scope <> 'all' and den > 0 and (entered > 0 or left_ > 0)
        order by entered desc nulls last, num desc, metric, scope limit 30
        """,
        id=snapshot_id,
    ).frame()
    return rows.with_columns(pl.col("metric").replace(labels), pl.col("type").replace(_plurals(lake)))


def _actions(lake: Lake) -> pl.DataFrame:
    """What the checks found, worst first: errors before warnings, then by the open value touched and the records."""
    rows = lake.query(
        f"""
        with value as ({_value_at_risk(lake)})
        select c.check_name, c.type, c.field, c.severity, c.problem, c.found, c.found / c.checked as share,
               (select sum(v.amount) from value v where v.id in (
                    select i.entity_id from issue i
                    where i.check_name = c.check_name and i.type = c.type and i.field is not distinct from c.field)) as at_risk
        from issue_count c where c.found > 0
        order by c.severity, (c.found / c.checked) * (c.severity = 'error')::int desc, at_risk desc nulls last, c.found desc limit 10
        """
    ).frame()
    plurals = _plurals(lake)
    actions = [_say(lake, row) for row in rows.iter_rows(named=True)]
    return rows.with_columns(
        action=pl.Series(actions, dtype=pl.String),
        url=pl.Series(
            [f"/issues?type={row['type']}&check={row['check_name']}" for row in rows.iter_rows(named=True)],
            dtype=pl.String,
        ),
        type=pl.col("type").replace(plurals),
    )


def _say(lake: Lake, row: dict[str, object]) -> str:
    name, type_name, field = str(row["check_name"]), str(row["type"]), row["field"]
    if name.startswith("no_"):
        link_type = lake.catalog.link_type(name.removeprefix("no_"))
        ends = [lake.catalog.type(end).label.lower() for end in link_type.to_types]
        return f"Link to {' or '.join(ends) or 'a record'}"
    label = f" {lake.catalog.field(type_name, str(field)).label}" if field and name in VERBS else ""
    return VERBS.get(name, name) + label


def _worst(lake: Lake) -> pl.DataFrame:
    rows = lake.query(
        f"""
        with value as ({_value_at_risk(lake)})
        select i.entity_id as id, i.type as type_name, count(*) as issues,
               string_agg(distinct coalesce(i.field, i.check_name), ', ' order by coalesce(i.field, i.check_name)) as what,
               any_value(v.amount) as at_risk, count(*) filter (where i.severity = 'error') as errors
        from issue i join entity e on e.id = i.entity_id and e.deleted_at is null and e.golden_id is null
        left join value v on v.id = i.entity_id
        group by i.entity_id, i.type
        order by errors desc, at_risk desc nulls last, issues desc, id limit $most
        """,
        most=WORST,
    ).frame()
    captions = captions_of(lake, rows["id"].to_list(), rows["type_name"].to_list())
    labels = {item.name: item.label for item in lake.catalog.types}
    return rows.with_columns(
        caption=pl.Series([captions[id] for id in rows["id"]], dtype=pl.String),
        type=pl.col("type_name").replace(labels),
        url=pl.format("/record?type={}&id={}", "type_name", "id"),
    )


def _value_at_risk(lake: Lake) -> str:
    """The open value that hangs on a record: an open deal's own amount, and for others that of the open deals they are linked to."""
    deals = [
        (item, field)
        for item in lake.catalog.active_types
        for field in item.active_fields
        if item.stage_field and field.kind == "money"
    ]
    if not deals:
        return "select null::bigint as id, null::double as amount where false"
    open_deals = " union all ".join(
        f"select r.id, r.{quoted(field.name)}::double as amount from {quoted(item.name)} r join stage s"
        f" on s.type = '{item.name}' and s.name = r.{quoted(item.stage_field)} and s.outcome = 'open'"
        f" where r.{quoted(field.name)} is not null"
        for item, field in deals[:1]
    )
    return f"""
        with open_deals as ({open_deals})
        select id, amount from open_deals
        union all
        select l.to_golden, sum(d.amount) from link l join open_deals d on d.id = l.from_golden
        where l.ended_at is null and l.type <> 'owned_by' group by l.to_golden
    """


def _caveats(lake: Lake) -> list[str]:
    found = []
    waiting = lake.query("select count(*) from pending_link where resolved_id is null").value()
    if waiting:
        found.append(f"{waiting:,} links of imports wait for their other end: it is not known, or there are several.")
    matched = set(lake.query("select distinct type from match").column())
    unmatched = [
        item.plural.lower()
        for item in lake.catalog.active_types
        if item.name in ("person", "organisation") and item.name not in matched
    ]
    if unmatched:
        found.append(f"Duplicates among {' and '.join(unmatched)} were not looked for yet: run xrm match.")
    return found


def _plurals(lake: Lake) -> dict[str, str]:
    return {item.name: item.plural for item in lake.catalog.types}
