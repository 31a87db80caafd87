"""What the last check found, record by record."""

import polars as pl

from xrm_lake.errors import Misuse, UnknownName
from xrm_lake.model.metrics import PROBLEMS
from xrm_lake.model.own_check import BUILT_IN
from xrm_lake.store.lake import Lake
from xrm_lake.store.own_checks import own_checks


def list_issues(
    lake: Lake, type: str | None = None, *, check: str | None = None, problem: str | None = None, limit: int = 1000
) -> pl.DataFrame:
    """
    The issues that stand since the last check, errors first.

    Returns type, entity_id, check_name, problem (duplicate, incomplete, malformed, stale, unlinked),
    severity (error, warning), field, detail. Raises UnknownName, or Misuse for a negative limit.
    """
    if type is not None:
        lake.catalog.type(type)
    if problem is not None and problem not in PROBLEMS:
        raise UnknownName("problem", problem, PROBLEMS)
    if check is not None:
        _refuse_unknown_check(lake, check)
    if limit < 0:
        raise Misuse("A limit is a whole number from 0 on.")
    return lake.query(
        """
        select i.type, i.entity_id, i.check_name, i.problem, i.severity, i.field, i.detail
        from issue i join entity e on e.id = i.entity_id and e.deleted_at is null and e.golden_id is null
        where ($type::varchar is null or i.type = $type) and ($check::varchar is null or i.check_name = $check)
          and ($problem::varchar is null or i.problem = $problem)
        order by i.severity, i.type, i.check_name, i.field, i.entity_id limit $limit
        """,
        type=type,
        check=check,
        problem=problem,
        limit=limit,
    ).frame()


def _refuse_unknown_check(lake: Lake, name: str) -> None:
    # Of a type that was not checked yet, the contract knows which checks there are.
    known = (
        set(lake.query("select distinct check_name from issue_count").column())
        | BUILT_IN
        | {item.name for item in own_checks(lake)}
    )
    known |= {f"no_{link}" for item in lake.catalog.active_types for link in item.required_links}
    if name not in known:
        raise UnknownName("check", name, known)


def count_issues(lake: Lake, type: str | None = None) -> pl.DataFrame:
    """
    How many issues of each sort the last check found, of how many records.

    Returns type, problem, check_name, severity, field, found, checked, at_risk (the open value that the records at fault touch, each
    open record once, in `currency`), message and owner (of a check of one's own), failed (records of which it could not be told) and
    reason (why); the most found first.
    """
    return lake.query(
        """
        select type, problem, check_name, severity, field, found, checked, at_risk, currency, message, owner, coalesce(failed, 0) as failed,
               reason from issue_count
        where ($type::varchar is null or type = $type) order by found desc, type, check_name, field
        """,
        type=type,
    ).frame()


def issues_of(lake: Lake, id: int) -> pl.DataFrame:
    """The issues of one record, errors first: check_name, problem, severity, field, detail, message (of a check of one's own)."""
    return lake.query(
        """
        select i.check_name, i.problem, i.severity, i.field, i.detail, c.message
        from issue i left join (select distinct check_name, type, message from issue_count) c on c.check_name = i.check_name and c.type = i.type
        where i.entity_id = $id order by i.severity, i.field, i.check_name
        """,
        id=id,
    ).frame()
