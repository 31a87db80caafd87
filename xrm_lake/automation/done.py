"""
What was ticked in a weekly workbook, brought back: proposed fixes are applied as one batch, the rest is noted as looked at.

A tick means: apply the fix of this row; where none is proposed: I have looked at it. A fix is known again by its record, field, old
and new value, so that a workbook may come back after later runs. Whatever cannot be done is told, row by row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from xrm_lake.errors import Refused
from xrm_lake.hygiene.fixes.apply import apply_fixes
from xrm_lake.hygiene.looked_at import look_at
from xrm_lake.model.todo import is_ticked
from xrm_lake.store.lake import Lake
from xrm_lake.store.open_fixes import OPEN_FIXES

OUTCOMES = pl.Schema(
    {
        "row": pl.Int64(), "record_id": pl.Int64(), "type": pl.String(), "check_name": pl.String(), "field": pl.String(),
        "outcome": pl.String(), "reason": pl.String(),
    }
)  # fmt: skip
_ROWS = pl.Schema(
    {"row": pl.Int64(), "record_id": pl.Int64(), "type": pl.String(), "check_name": pl.String(), "field": pl.String(),
     "old": pl.String(), "new": pl.String()}
)  # fmt: skip
NOT_OPEN = "this fix is not proposed any more: it was applied or refused, or the value was changed meanwhile"
NOT_UNDERSTOOD = "what stands under Done is neither yes nor no"
NO_RECORD = "no record of this id and type"


@dataclass(frozen=True)
class DoneResult:
    """
    What became of the ticked rows (frame OUTCOMES): applied, looked at, gone (not found any more), or left, with the reason.

    `fixed_in` and `looked_in` are the batches, which `undo` takes back; None where there was nothing, or on a dry run.
    """

    fixed_in: int | None
    looked_in: int | None
    rows: pl.DataFrame


def apply_done(
    lake: Lake, rows: Sequence[Mapping[str, Any]], *, dry_run: bool = False, by: str | None = None
) -> DoneResult:
    """
    Apply the fixes of the ticked rows, and note the other ticked rows as looked at; rows as `read_done` gives them.

    On a dry run nothing is kept. Raises Refused for rows of another lake.
    """
    if any(row["lake"] != lake.lake_id for row in rows):
        raise Refused("This workbook was made from another lake. Nothing was changed.")
    ticked = [row for row in rows if is_ticked(str(row["done"] or "")) is not False]
    told: list[tuple[Any, ...]] = [
        _told(row, "left", NOT_UNDERSTOOD) for row in ticked if is_ticked(str(row["done"])) is None
    ]
    meant = _meant(lake, [row for row in ticked if is_ticked(str(row["done"]))])
    told += _told_all(meant.filter(~pl.col("known")), "left", NO_RECORD)
    meant = meant.filter("known")
    fixed_in, fixed = _fix(lake, meant.filter(pl.col("new").is_not_null()), dry_run, by)
    looked_in, looked = _look(lake, meant.filter(pl.col("new").is_null()), dry_run, by)
    frame = pl.DataFrame([*told, *fixed, *looked], schema=OUTCOMES, orient="row")
    return DoneResult(fixed_in, looked_in, frame.sort("row", maintain_order=True))


def _told(row: Mapping[str, Any], outcome: str, reason: str = "") -> tuple[Any, ...]:
    return (row["row"], row["record_id"], row["type"], row["check_name"], row["field"], outcome, reason)


def _told_all(rows: pl.DataFrame, outcome: str, reason: str = "") -> list[tuple[Any, ...]]:
    return [_told(row, outcome, reason) for row in rows.iter_rows(named=True)]


def _meant(lake: Lake, ticked: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """The ticked rows with the record that stands for theirs now (`id`), whether there is one (`known`), and their open fix."""
    given = pl.DataFrame([{name: row[name] for name in _ROWS} for row in ticked], schema=_ROWS)
    with lake.frame("ticked", given):
        return lake.query(
            f"""
            with fix as (
                select coalesce(e.golden_id, e.id) as id, p.type, p.old, p.new, p.field, p.fix_id
                from ({OPEN_FIXES}) p join entity e on e.id = p.entity_id
            )
            select t.*, coalesce(e.golden_id, e.id) as id, e.id is not null as known, min(f.fix_id) as fix_id
            from ticked t left join entity e on e.id = t.record_id and e.type = t.type and e.deleted_at is null
            left join fix f on f.id = coalesce(e.golden_id, e.id) and f.type = t.type and f.new = t.new and f.old is not distinct from t.old
              and f.field = coalesce(t.field, if(starts_with(t.check_name, 'no_'), substr(t.check_name, 4), null))
            group by all order by t.row
            """
        ).frame()


def _fix(lake: Lake, rows: pl.DataFrame, dry_run: bool, by: str | None) -> tuple[int | None, list[tuple[Any, ...]]]:
    told = _told_all(rows.filter(pl.col("fix_id").is_null()), "left", NOT_OPEN)
    there = rows.filter(pl.col("fix_id").is_not_null())
    if there.is_empty():
        return None, told
    result = apply_fixes(lake, there["fix_id"].unique().to_list(), dry_run=dry_run, by=by)
    left = {
        (type_name, id, field): reason
        for type_name, id, field, reason in result.left.select("type", "record_id", "field", "reason").iter_rows()
    }
    # A fix may be of a member of the record that stands for it.
    ids = dict(
        lake.query(
            "select fix_id, entity_id from fix_proposal where list_contains($ids, fix_id)",
            ids=there["fix_id"].to_list(),
        ).rows()
    )
    for row in there.iter_rows(named=True):
        field = row["field"] or row["check_name"].removeprefix("no_")
        reason = left.get((row["type"], ids[row["fix_id"]], field)) or left.get((row["type"], row["id"], field))
        told.append(_told(row, "left", reason) if reason else _told(row, "applied"))
    return result.batch_id, told


def _look(lake: Lake, rows: pl.DataFrame, dry_run: bool, by: str | None) -> tuple[int | None, list[tuple[Any, ...]]]:
    if rows.is_empty():
        return None, []
    with lake.frame("looked", rows.select("row", "id", "check_name", "field")):
        standing = lake.query(
            """
            select distinct l.row from looked l join issue i
              on i.entity_id = l.id and i.check_name = l.check_name and i.field is not distinct from l.field
            """
        ).column()
    there = pl.col("row").is_in(standing)
    batch_id = look_at(lake, rows.filter(there), dry_run=dry_run, by=by)
    gone = _told_all(rows.filter(~there), "gone", "the last check does not find it any more")
    return batch_id, [*gone, *_told_all(rows.filter(there), "looked at")]
