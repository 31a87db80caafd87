"""Checks: which records are at fault, in all five problems, and how many were looked at."""

from datetime import date

import polars as pl

from xrm_lake.hygiene.contract import NEVER, field_checks
from xrm_lake.hygiene.faults import Faults
from xrm_lake.hygiene.judged import Judged, judge_values
from xrm_lake.hygiene.lifetime import born_sql, is_open_sql, touches_sql
from xrm_lake.hygiene.open_pairs import MATCHED, OPEN_PAIRS
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import CheckResult
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

# A check that flags everything would otherwise fill the file with what its count says already.
MAX_STORED = 100_000
# From this score on two records are called probable duplicates.
PROBABLE = 0.95


def check(
    lake: Lake, type: str | None = None, *, as_of: date | None = None, by: str | None = None, progress: Progress = quiet
) -> CheckResult:
    """
    Check every live record of a type, or of all types, and remember what is wrong with each.

    The former issues of these types are replaced. Counts are exact; of one check at most 100,000 record ids
    are stored. Duplicates are those of the last match run, of types that were matched. `as_of` (today, unless told
    otherwise) decides what is stale; values are judged as they are now. Gives the counts and how many issues were found.
    """
    types = [lake.catalog.type(type)] if type else list(lake.catalog.active_types)
    judged = judge_values(lake, types)
    with lake.write("check", by=by) as batch:
        day = as_of or batch.at.date()
        counts = run_checks(batch, types, judged, day, progress=progress)
        return CheckResult(batch.id, day, int(counts["found"].sum() or 0), counts)


def run_checks(
    batch: Batch, types: list[EntityType], judged: Judged, day: date, *, progress: Progress = quiet
) -> pl.DataFrame:
    """
    Replace the issues of these types within a batch; gives their counts.

    Leaves temporary tables behind: `checks_` and `flagged_` (see faults), `life_` (type, id and last_touch of each open
    record of a type that can go stale) and `touch_` (see lifetime).
    """
    live = dict(
        batch.query(
            "select type, count(*) from entity where deleted_at is null and golden_id is null group by type"
        ).rows()
    )
    filled = [item for item in types if live.get(item.name)]
    faults = Faults(batch)
    with batch.frame("malformed_", judged.malformed), batch.frame("hollow_", judged.hollow):
        for place, item in enumerate(filled):
            progress(f"checking {item.plural.lower()}", place, len(filled))
            _check_fields(faults, item, judged, live[item.name])
            _check_unique(batch, faults, item)
    _check_stale(batch, faults, filled, day)
    _check_links(batch, faults, filled, live)
    _check_duplicates(batch, faults, filled, live)
    faults.close()
    progress("checking", len(filled), len(filled))
    return _store(batch, [item.name for item in types])


def _check_fields(faults: Faults, entity_type: EntityType, judged: Judged, checked: int) -> None:
    """All promises of all fields in one scan."""
    checks = field_checks(entity_type, *judged.fields_of(entity_type.name))
    first = faults.announce(
        ((item.name, item.problem, item.severity, entity_type.name, item.field), checked) for item in checks
    )
    tests = ", ".join(
        f"if({item.violated}, {place}, null)"
        for place, item in enumerate(checks, start=first)
        if item.violated != NEVER
    )
    if tests:
        faults.flag(
            f"select unnest(list_filter([{tests}], lambda x: x is not null))::bigint as place, id, null"
            f" from {table_of(entity_type.name)} where live"
        )


def _check_unique(batch: Batch, faults: Faults, entity_type: EntityType) -> None:
    for field in entity_type.active_fields:
        if field.unique:
            column = quoted(field.name)
            given = f"{table_of(entity_type.name)} where live and {column} is not null"
            checked = batch.query(f"select count(*) from {given}").value()
            if checked:
                place = faults.announce([(("not_unique", "duplicate", "error", entity_type.name, field.name), checked)])
                faults.flag(
                    f"select $place, id, null from {given} qualify count(*) over (partition by {column}) > 1",
                    place=place,
                )


def _check_stale(batch: Batch, faults: Faults, types: list[EntityType], day: date) -> None:
    batch.execute(f"create or replace temp table touch_ as {touches_sql(batch.catalog)}")
    batch.execute("create or replace temp table life_ (type varchar, id bigint, last_touch timestamp)")
    limits = {item.name: item.staleness_days for item in types if item.staleness_days is not None}
    for item in types:
        if item.name in limits:
            batch.execute(
                f"""
                insert into life_
                select $type, r.id, greatest({born_sql(item, "r")}, t.last_touch)
                from {table_of(item.name)} r join entity e on e.id = r.id
                left join (
                    select id, max(happened) as last_touch from touch_ where happened < $as_of + interval 1 day group by id
                ) t on t.id = r.id
                where r.live and {is_open_sql(item, "r")}
                """,
                type=item.name,
                as_of=day,
            )
    open_records = batch.query("select type, count(*) from life_ group by type order by type").rows()
    if not open_records:
        return
    first = faults.announce((("stale", "stale", "warning", name, None), count) for name, count in open_records)
    rows = [(first + at, name, limits[name]) for at, (name, _) in enumerate(open_records)]
    with batch.frame("limit_", pl.DataFrame(rows, schema=["place", "type", "days"], orient="row")):
        faults.flag(
            """
            select m.place, t.id, 'last sign of life ' || strftime(t.last_touch, '%Y-%m-%d')
            from life_ t join limit_ m on m.type = t.type where t.last_touch < $as_of - to_days(m.days::integer)
            """,
            as_of=day,
        )


def _check_links(batch: Batch, faults: Faults, types: list[EntityType], live: dict[str, int]) -> None:
    needed = [(item.name, link_type) for item in types for link_type in item.required_links]
    headers = [((f"no_{link_type}", "unlinked", "error", name, link_type), live[name]) for name, link_type in needed]
    first = faults.announce(headers)
    rows = [(first + at, name, link_type) for at, (name, link_type) in enumerate(needed)]
    schema = {"place": pl.Int64, "type": pl.String, "link_type": pl.String}
    with batch.frame("needed_", pl.DataFrame(rows, schema=schema, orient="row")):
        faults.flag(
            """
            with linked as (select distinct type, from_golden as id from link where ended_at is null),
            waiting as (
                select p.type, coalesce(e.golden_id, e.id) as id, any_value(p.reason) as reason
                from pending_link p join entity e on e.id = p.from_id
                where p.resolved_id is null and p.direction is distinct from 'in' group by all
            )
            select n.place, e.id, w.reason
            from needed_ n join entity e on e.type = n.type and e.deleted_at is null and e.golden_id is null
            left join linked l on l.type = n.link_type and l.id = e.id
            left join waiting w on w.type = n.link_type and w.id = e.id
            where l.id is null
            """
        )
    first = faults.announce(
        (("dangling_link", "unlinked", "error", item.name, None), live[item.name]) for item in types
    )
    with batch.frame("checked_", _places(first, types)):
        faults.flag(
            """
            select c.place, f.id, string_agg(distinct l.type, ', ' order by l.type) || ' leads to a record that was deleted'
            from link l join entity t on t.id = l.to_id and t.deleted_at is not null
            join entity f on f.id = l.from_golden and f.deleted_at is null join checked_ c on c.type = f.type
            where l.ended_at is null group by c.place, f.id
            """
        )


def _check_duplicates(batch: Batch, faults: Faults, types: list[EntityType], live: dict[str, int]) -> None:
    """The younger of two records that the last match run would join is one too many, unless somebody has answered."""
    matched = set(batch.query(MATCHED).column())
    looked = [item for item in types if item.name in matched]
    first = faults.announce(
        (("probable_duplicate", "duplicate", "warning", item.name, None), live[item.name]) for item in looked
    )
    with batch.frame("checked_", _places(first, looked)):
        faults.flag(
            f"""
            select c.place, o.other, 'probably the same as an older record'
            from ({OPEN_PAIRS}) o join checked_ c on c.type = o.type where o.score >= $probable group by c.place, o.other
            """,
            probable=PROBABLE,
        )


def _places(first: int, types: list[EntityType]) -> pl.DataFrame:
    rows = [(first + at, item.name) for at, item in enumerate(types)]
    return pl.DataFrame(rows, schema={"place": pl.Int64, "type": pl.String}, orient="row")


def _store(batch: Batch, types: list[str]) -> pl.DataFrame:
    """Put what was found in place of the former issues of these types; gives the counts."""
    batch.execute("delete from issue where list_contains($types, type)", types=types)
    batch.execute("delete from issue_count where list_contains($types, type)", types=types)
    batch.execute(
        """
        insert into issue_count
        select $run_id, c.check_name, c.problem, c.severity, c.type, c.field, coalesce(f.found, 0), c.checked
        from checks_ c left join (select place, count(*) as found from flagged_ group by place) f on f.place = c.place
        order by c.type, c.place
        """,
        run_id=batch.id,
    )
    batch.execute(
        """
        insert into issue
        select $run_id, c.check_name, c.problem, c.severity, c.type, f.id, c.field, f.detail
        from (from flagged_ qualify row_number() over (partition by place order by id) <= $most) f
        join checks_ c on c.place = f.place order by c.type, c.place, f.id
        """,
        run_id=batch.id,
        most=MAX_STORED,
    )
    return batch.query(
        "from issue_count where list_contains($types, type) order by type, problem, check_name, field", types=types
    ).frame()
