"""What the last check found, as a manager asks for it: what to do first, and which records are worst."""

import polars as pl

from xrm_lake.reports.gallery.fault_words import address, issues_address, to_do, wrong
from xrm_lake.store.lake import Lake
from xrm_lake.store.open_value import OpenValue
from xrm_lake.store.search import captions_of

ACTIONS, WORST = 10, 20

# An error counts as three warnings, a doubt as a third of one: a choice of this project.
_WEIGHT = "case severity when 'error' then 3.0 when 'warning' then 1.0 else 1.0 / 3 end"


def actions(lake: Lake, since: int | None = None) -> pl.DataFrame:
    """
    What to do first: by severity x (1 + new records) x (1 + open value touched), then by how many records it is.

    Returns action, url, type, found, new (records whose problem began after the snapshot `since`; null without one), share
    (0..1), severity and at_risk: the open value that the records at fault touch, each open record counted once.
    """
    rows = lake.query(
        f"""
        with fresh as (
            select i.check_name, i.type, i.field, count(*) as new
            from issue i join measure_state m on m.entity_id = i.entity_id and m.metric = i.problem
            where m.since_snapshot > $since::bigint group by all
        )
        select c.check_name, c.type, c.field, c.severity, c.problem, c.message, c.found, c.found / c.checked as share, c.at_risk,
               if($since is null, null, coalesce(f.new, 0)) as new,
               {_WEIGHT} * (1 + coalesce(f.new, 0)) * (1 + coalesce(c.at_risk, 0)) as priority
        from issue_count c left join fresh f
          on f.check_name = c.check_name and f.type = c.type and f.field is not distinct from c.field
        where c.found > 0
        order by priority desc, c.found desc, c.type, c.check_name, c.field limit $most
        """,
        since=since,
        most=ACTIONS,
    ).frame()
    plurals = {item.name: item.plural for item in lake.catalog.types}
    told = list(rows.iter_rows(named=True))
    return rows.drop("message", "priority").with_columns(
        action=pl.Series([to_do(lake, row) for row in told], dtype=pl.String),
        url=pl.Series([issues_address(row) for row in told], dtype=pl.String),
        type=pl.col("type").replace(plurals),
    )


def worst(lake: Lake, value: OpenValue, *, most: int = WORST) -> pl.DataFrame:
    """
    The records with the most errors, then the most open value, then the most issues.

    Returns id, caption, url, type, issues, what (in words) and at_risk.
    """
    rows = lake.query(
        f"""
        with risk as (select id, sum(amount) as amount from ({value.touched}) group by id),
        counted as (
            select entity_id as id, count(*) as issues, count(*) filter (where severity = 'error') as errors from issue group by entity_id
        ), top as (
            select c.*, e.type as type_name, r.amount as at_risk from counted c
            join entity e on e.id = c.id and e.deleted_at is null and e.golden_id is null left join risk r on r.id = c.id
            order by errors desc, at_risk desc nulls last, issues desc, c.id limit $most
        )
        select t.id, t.type_name, t.issues, t.at_risk, t.errors,
               list({{'check_name': i.check_name, 'type': i.type, 'field': i.field}} order by i.severity, i.check_name, i.field) as faults
        from top t join issue i on i.entity_id = t.id group by all
        order by errors desc, at_risk desc nulls last, issues desc, t.id
        """,
        most=most,
    ).frame()
    captions = captions_of(lake, rows["id"].to_list(), rows["type_name"].to_list())
    labels = {item.name: item.label for item in lake.catalog.types}
    what = [", ".join(dict.fromkeys(wrong(lake, fault) for fault in faults)) for faults in rows["faults"].to_list()]
    return rows.drop("faults").with_columns(
        caption=pl.Series([captions[id] for id in rows["id"]], dtype=pl.String),
        type=pl.col("type_name").replace(labels),
        what=pl.Series(what, dtype=pl.String),
        url=pl.Series(
            [address("/record", type=name, id=id) for name, id in rows.select("type_name", "id").iter_rows()],
            dtype=pl.String,
        ),
    )
