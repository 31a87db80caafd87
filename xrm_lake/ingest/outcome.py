"""The account of one imported file: what became of its records, of its columns, and what was refused."""

import polars as pl

from xrm_lake.ingest.batch_plan import keep_plan
from xrm_lake.ingest.come_again import settle_held
from xrm_lake.ingest.held import keep_held
from xrm_lake.ingest.landed import Landed
from xrm_lake.ingest.links import Linked
from xrm_lake.ingest.plan import ColumnPlan, FilePlan
from xrm_lake.ingest.raw import raw_records
from xrm_lake.ingest.rejects import keep_rejects
from xrm_lake.ingest.row_account import row_account
from xrm_lake.ingest.saved_mapping import remember_mapping
from xrm_lake.ingest.terms import Terms
from xrm_lake.ingest.unknown_values import unknown_values
from xrm_lake.ingest.write import Written
from xrm_lake.model.results import FileResult
from xrm_lake.store.value_maps import remember_values
from xrm_lake.store.write import Batch


def close(
    batch: Batch,
    landed: Landed,
    written: Written | None,
    linked: Linked,
    *,
    dry_run: bool,
    rows: bool,
    terms: Terms,
) -> FileResult:
    """Keep what was refused, and put the account of the file into its batch; with `rows`, also row by row."""
    plan = landed.layout.plan
    late = [linked.rejects] if written is None else [written.rejects, linked.rejects]
    held = _held_back(landed, written)
    cells, mended = _keep_odd(batch, landed, written, late, terms=terms)
    told = pl.concat([plan.delivery.rejects, cells, *late]) if rows else None
    rejected = plan.delivery.rejects.height + landed.refused + sum(part.height for part in late)
    counts = _link_counts(linked) if written is None else (written.new, written.changed, written.same)
    new, changed, same = counts[0], counts[1], counts[2] + landed.same
    notes = (*plan.delivery.notes, *plan.notes, *landed.notes, *(written.notes if written else ()))
    remember_mapping(batch, plan)
    remember_values(batch, plan.source, plan.link_type or plan.type, plan.values)
    # An import that changes nothing leaves its batch too: when a file last came in is worth knowing.
    batch.wrote = True
    batch.totals |= {
        "file_name": plan.delivery.name, "file_sha256": plan.delivery.sha256, "rows_read": plan.delivery.counted, "rows_new": new,
        "rows_changed": changed, "rows_same": same, "rows_rejected": rejected, "rows_held": held.height, "note": plan.preset,
    }  # fmt: skip
    return FileResult(
        file=plan.delivery.name,
        type=plan.type if plan.shape == "records" else plan.link_type,
        preset=plan.preset,
        batch_id=None if dry_run else batch.id,
        counted=plan.delivery.counted,
        new=new,
        changed=changed,
        same=same,
        rejected=rejected,
        held=held.height,
        conflicts=linked.conflicts + (written.conflicts if written else 0),
        links=linked.made,
        pending=linked.pending,
        absent=linked.absent,
        mapping=mapping_of(plan),
        notes=(*notes, *_mended_note(mended)),
        unknown=unknown_values(batch, landed.layout),
        cells=_cells(pl.concat([cells, *late]), mended),
        rows=None if told is None else row_account(landed, written, linked, told),
    )


def _held_back(landed: Landed, written: Written | None) -> pl.DataFrame:
    return landed.held if written is None else pl.concat([landed.held, written.held])


def _keep_odd(
    batch: Batch, landed: Landed, written: Written | None, late: list[pl.DataFrame], *, terms: Terms
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    Keep what was refused and held back, and how the file was read if some of it may come in later.

    Gives the rejects as it landed, and those (record_no, column_name) that were mended before.
    """
    held = _held_back(landed, written)
    # A cell of a row that is held back is no matter yet.
    numbers = raw_records(landed.layout, held["row"])["record_no"].implode()
    cells = landed.rejects.filter(pl.col("column_name").is_null() | ~pl.col("record_no").is_in(numbers))
    mended = keep_rejects(batch, landed, [cells, *late])
    keep_held(batch, landed, held)
    settle_held(batch, landed, written, held)
    if held.height or sum(part.height for part in (landed.layout.plan.delivery.rejects, cells, *late)):
        keep_plan(batch, landed.layout.plan, terms)
    return cells, mended


def _mended_note(mended: pl.DataFrame) -> list[str]:
    count = mended.height
    are = "1 reject is as it was, and was" if count == 1 else f"{count} rejects are as they were, and were"
    return [f"{are} mended since; what was mended stays."] if count else []


def _cells(rejects: pl.DataFrame, mended: pl.DataFrame) -> dict[str, int]:
    """How many cells of each column were refused and wait to be mended."""
    found = rejects.drop_nulls("column_name").join(
        mended, on=["record_no", "column_name"], how="anti", maintain_order="left"
    )
    found = found.group_by("column_name", maintain_order=True).len()
    return {str(header): int(count) for header, count in found.iter_rows()}


def _link_counts(linked: Linked) -> tuple[int, int, int]:
    states = linked.states["state"]
    return tuple(int((states == state).sum()) for state in ("new", "changed", "same"))  # type: ignore[return-value]


def mapping_of(plan: FilePlan) -> pl.DataFrame:
    """What became of each column: header, becomes, score, runner_up, reason."""
    rows = [(column.header, becomes(column), column.score, column.runner_up, column.reason) for column in plan.columns]
    schema = {
        "header": pl.String,
        "becomes": pl.String,
        "score": pl.Float64,
        "runner_up": pl.String,
        "reason": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def becomes(column: ColumnPlan) -> str:
    """What becomes of a column, in words: `key`, `given_name`, `works_for → organisation by id`, `extra` …"""
    match column.to:
        case "key":
            return f"key, {column.field}" if column.field else "key"
        case "link" | "end" if column.link is not None:
            return f"{column.link.link_type} → {' or '.join(column.link.to_types) or 'any'} by {column.link.field or column.link.match_by}"
        case "field" | "link_field":
            return column.field
    return column.to
