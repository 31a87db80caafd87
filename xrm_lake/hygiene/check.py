"""Checks: which records are at fault, in all five problems, and how many were looked at."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from xrm_lake.hygiene.contract import FieldCheck, field_checks, judged_as_hollow, judged_by_kind
from xrm_lake.hygiene.lifetime import is_open_sql, last_touch_sql
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind
from xrm_lake.model.names import quoted
from xrm_lake.model.placeholders import is_placeholder
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import CheckResult
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

NO_VALUES = pl.DataFrame(schema={"field": pl.String, "value": pl.String})

# A check that flags everything would otherwise fill the file with what its count says already.
MAX_STORED = 100_000


@dataclass(frozen=True)
class Judged:
    """Distinct texts of a type, by field: those that their kind does not accept, those that stand for having none."""

    malformed: pl.DataFrame
    hollow: pl.DataFrame


def check(
    lake: Lake, type: str | None = None, *, as_of: date | None = None, by: str | None = None, progress: Progress = quiet
) -> CheckResult:
    """
    Check every live record of a type, or of all types, and remember what is wrong with each.

    The former issues of these types are replaced. Counts are exact; of one check at most 100,000 record ids
    are stored. Duplicates are those of the last match run. Gives the counts and how many issues were found.
    """
    types = [lake.catalog.type(type)] if type else list(lake.catalog.active_types)
    judged = judge_values(lake, types)
    with lake.write("check", by=by) as batch:
        day = as_of or batch.at.date()
        counts = run_checks(batch, types, judged, day, progress=progress)
        return CheckResult(batch.id, day, int(counts["found"].sum() or 0), counts)


def run_checks(
    batch: Batch, types: list[EntityType], judged: dict[str, Judged], day: date, *, progress: Progress = quiet
) -> pl.DataFrame:
    """
    Replace the issues of these types within a batch; gives their counts.

    Leaves the temporary table `at_fault` (problem, type, id) with every record that has a problem, none left out.
    A record is incomplete if a required field is missing or more than half of its expected ones.
    """
    names = [item.name for item in types]
    batch.execute("delete from issue where list_contains($types, type)", types=names)
    batch.execute("delete from issue_count where list_contains($types, type)", types=names)
    batch.execute("create or replace temp table at_fault (problem varchar, type varchar, id bigint)")
    for place, item in enumerate(types):
        progress(f"checking {item.plural.lower()}", place, len(types))
        _check_fields(batch, item, judged[item.name])
        _check_unique(batch, item)
        _check_stale(batch, item, day)
        _check_links(batch, item)
        _check_duplicates(batch, item)
    progress("checking", len(types), len(types))
    return batch.query(
        "from issue_count where list_contains($types, type) order by type, problem, check_name, field", types=names
    ).frame()


def judge_values(lake: Lake, types: list[EntityType]) -> dict[str, Judged]:
    """By type, the distinct texts that their field's kind does not accept, and those that stand for having none."""
    return {item.name: _judge_values(lake, item) for item in types}


def _judge_values(lake: Lake, entity_type: EntityType) -> Judged:
    by_kind, as_hollow = judged_by_kind(entity_type), judged_as_hollow(entity_type)
    malformed, hollow = [NO_VALUES], [NO_VALUES]
    for field in entity_type.active_fields:
        if field not in by_kind and field not in as_hollow:
            continue
        column = quoted(field.name)
        values = lake.query(
            f"select distinct {column} as value from {table_of(entity_type.name)} where live and {column} is not null"
        ).frame()["value"]
        empty = is_placeholder(values)
        if field in as_hollow:
            hollow.append(_values_of(field, values.filter(empty)))
        if field in by_kind:
            refused = ~kind(field.kind).is_valid(values).fill_null(True)
            malformed.append(_values_of(field, values.filter(refused & ~empty)))
    return Judged(pl.concat(malformed), pl.concat(hollow))


def _values_of(field: Field, values: pl.Series) -> pl.DataFrame:
    return values.alias("value").to_frame().select(pl.lit(field.name).alias("field"), "value")


def _check_fields(batch: Batch, entity_type: EntityType, judged: Judged) -> None:
    """All promises of all fields in one scan."""
    checks = field_checks(entity_type)
    checked = batch.query(f"select count(*) from {table_of(entity_type.name)} where live").value()
    if not checks or not checked:
        return
    names = _names(entity_type, checks)
    with (
        batch.frame("malformed", judged.malformed),
        batch.frame("hollow", judged.hollow),
        batch.frame("checks", names),
    ):
        batch.execute(f"create or replace temp table flagged as {_scan_sql(entity_type, checks)}")
        batch.execute(
            """
            insert into issue_count
            select $run_id, c.check_name, c.problem, c.severity, c.type, c.field, coalesce(f.found, 0), $checked
            from checks c left join (select place, count(*) as found from flagged group by place) f on f.place = c.place
            order by c.place
            """,
            run_id=batch.id,
            checked=checked,
        )
        batch.execute(
            """
            insert into issue
            select $run_id, c.check_name, c.problem, c.severity, c.type, f.id, c.field, null
            from (select place, id from flagged qualify row_number() over (partition by place order by id) <= $most) f
            join checks c on c.place = f.place order by c.place, f.id
            """,
            run_id=batch.id,
            most=MAX_STORED,
        )
        batch.execute(
            """
            insert into at_fault
            select c.problem, c.type, f.id from flagged f join checks c on c.place = f.place
            group by c.problem, c.type, f.id
            having c.problem <> 'incomplete' or bool_or(c.severity = 'error') or count(*) > $expected / 2
            """,
            expected=sum(item.name == "expected_missing" for item in checks),
        )
        batch.execute("drop table flagged")


def _names(entity_type: EntityType, checks: list[FieldCheck]) -> pl.DataFrame:
    rows = [
        (place, item.name, item.problem, item.severity, entity_type.name, item.field)
        for place, item in enumerate(checks)
    ]
    return pl.DataFrame(rows, schema=["place", "check_name", "problem", "severity", "type", "field"], orient="row")


def _scan_sql(entity_type: EntityType, checks: list[FieldCheck]) -> str:
    tests = ", ".join(f"if({item.violated}, {place}, null)" for place, item in enumerate(checks))
    return (
        f"select id, unnest(list_filter([{tests}], lambda x: x is not null))::bigint as place"
        f" from {table_of(entity_type.name)} where live"
    )


def _check_unique(batch: Batch, entity_type: EntityType) -> None:
    for field in entity_type.active_fields:
        if field.unique:
            column = quoted(field.name)
            _remember(
                batch,
                ("not_unique", "duplicate", "error", entity_type.name, field.name),
                f"""
                select id, null as detail from {table_of(entity_type.name)} where live and {column} is not null
                qualify count(*) over (partition by {column}) > 1
                """,
                f"select count(*) from {table_of(entity_type.name)} where live and {column} is not null",
            )


def _check_stale(batch: Batch, entity_type: EntityType, day: date) -> None:
    if entity_type.staleness_days is None:
        return
    open_records = f"{table_of(entity_type.name)} r where r.live and {is_open_sql(entity_type, 'r')}"
    _remember(
        batch,
        ("stale", "stale", "warning", entity_type.name, None),
        f"""
        select t.id, 'last sign of life ' || strftime(t.last_touch, '%Y-%m-%d') as detail
        from ({last_touch_sql(batch.catalog, entity_type)}) t
        where t.last_touch < $as_of - to_days($limit_days) and t.id in (select r.id from {open_records})
        """,
        f"select count(*) from {open_records}",
        as_of=day,
        limit_days=entity_type.staleness_days,
    )


def _check_links(batch: Batch, entity_type: EntityType) -> None:
    for name in entity_type.required_links:
        _remember(
            batch,
            (f"no_{name}", "unlinked", "error", entity_type.name, name),
            f"""
            select r.id, p.reason as detail from {table_of(entity_type.name)} r
            left join (select from_id, any_value(reason) as reason from pending_link
                       where type = $link_type and resolved_id is null group by from_id) p on p.from_id = r.id
            where r.live and r.id not in (select from_golden from link where type = $link_type and ended_at is null)
            """,
            f"select count(*) from {table_of(entity_type.name)} where live",
            link_type=name,
        )
    _remember(
        batch,
        ("dangling_link", "unlinked", "error", entity_type.name, None),
        """
        select distinct l.from_golden as id, l.type || ' leads to a record that was deleted' as detail
        from link l join entity f on f.id = l.from_golden and f.type = $type and f.deleted_at is null
        join entity t on t.id = l.to_id and t.deleted_at is not null where l.ended_at is null
        """,
        f"select count(*) from {table_of(entity_type.name)} where live",
        type=entity_type.name,
    )


def _check_duplicates(batch: Batch, entity_type: EntityType) -> None:
    """A record is one too many if the last match run would join it to an older one, and nobody has said otherwise."""
    _remember(
        batch,
        ("probable_duplicate", "duplicate", "warning", entity_type.name, None),
        """
        select e.id, 'probably the same as an older record' as detail from (
            select distinct coalesce(r.golden_id, r.id) as id from match m
            join entity l on l.id = m.left_id and l.deleted_at is null join entity r on r.id = m.right_id and r.deleted_at is null
            where m.type = $type and m.score >= 0.95 and coalesce(l.golden_id, l.id) <> coalesce(r.golden_id, r.id)
              and not exists (
                from verdict v left join batch b on b.batch_id = v.decision_id
                where b.undone_by is null and v.left_id = m.left_id and v.right_id = m.right_id and v.verdict in ('different', 'unsure')
              )
        ) d join entity e on e.id = d.id
        """,
        f"select count(*) from {table_of(entity_type.name)} where live",
        type=entity_type.name,
    )


def _remember(
    batch: Batch,
    header: tuple[str, str, str, str, str | None],
    at_fault: str,
    looked_at: str,
    /,
    **values: object,
) -> None:
    """Store what a query finds at fault (id, detail), and its count beside how many were looked at."""
    used = {name: value for name, value in values.items() if f"${name}" in looked_at}
    checked = batch.query(looked_at, **used).value()
    if not checked:
        return
    head = dict(zip(("check_name", "problem", "severity", "type_name", "field"), header, strict=True))
    batch.execute(f"create or replace temp table flagged as {at_fault}", **values)
    batch.execute(
        """
        insert into issue_count
        select $run_id, $check_name, $problem, $severity, $type_name, $field, count(*), $checked from flagged
        """,
        run_id=batch.id,
        checked=checked,
        **head,
    )
    batch.execute(
        """
        insert into issue
        select $run_id, $check_name, $problem, $severity, $type_name, id, $field, detail from flagged order by id limit $most
        """,
        run_id=batch.id,
        most=MAX_STORED,
        **head,
    )
    batch.execute(
        """
        insert into at_fault select $problem, $type_name, id from flagged
        where id not in (select id from at_fault where problem = $problem and type = $type_name)
        """,
        problem=head["problem"],
        type_name=head["type_name"],
    )
    batch.execute("drop table flagged")
