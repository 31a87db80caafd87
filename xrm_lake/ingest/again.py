"""Rows of an earlier import brought in later: those that it held back, read from its own file as it was read then."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from xrm_lake.errors import InvalidValue, Misuse, UnknownRecord
from xrm_lake.ingest.batch_plan import file_of, plan_again, terms_of
from xrm_lake.ingest.held import among, list_held
from xrm_lake.ingest.load import load_plans
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.ingest.terms import STANDS_FOR, Terms
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import ImportResult
from xrm_lake.store.lake import Lake


def import_held(
    lake: Lake,
    batch_id: int,
    *,
    only: str = "",
    answers: Mapping[int, int | None] | None = None,
    dry_run: bool = False,
    rows: bool | None = None,
    by: str | None = None,
    progress: Progress = quiet,
) -> ImportResult:
    """
    Bring in rows that an import held back, read as they were read then; it is a batch of its own.

    `only` names them by their numbers in the file (`3,7-12`); without it all that were left out come in, and those in `answers`.
    `answers` say of a row that is nearly like a record which one it is, by its number in the file, or None for a new one; without an
    answer such a row is looked at anew. Raises Misuse if none of the rows named is held back, or an answer is no record of the type, Refused
    if the file is gone.
    """
    told = dict(answers or {})
    waiting = list_held(lake, batch_id)
    number = pl.col("record_no")
    wanted = among(number, only) if only else pl.col("candidates").is_null() if not told else pl.lit(False)
    chosen = waiting.filter(wanted | number.is_in(list(told)))
    missing = sorted(set(told) - set(chosen["record_no"]))
    if chosen.is_empty() or missing:
        raise Misuse(
            f"No such row of batch {batch_id} is held back. Nothing was changed. See them: xrm held {batch_id}."
        )
    with tempfile.TemporaryDirectory(dir=lake.path / "tmp", prefix="held-", ignore_cleanup_errors=True) as folder:
        plan = _only(plan_again(lake, batch_id, file_of(lake, batch_id)), chosen["record_no"], Path(folder))
        plan = replace(plan, delivery=replace(plan.delivery, name=chosen["file_name"][0]))
        _check_answers(lake, plan.type, [id for id in told.values() if id is not None])
        terms = Terms(answers=told, stands_for=_stands_for(lake, batch_id, chosen), **terms_of(lake, batch_id))  # type: ignore[arg-type]
        return load_plans(lake, [plan], terms=terms, dry_run=dry_run, rows=rows, by=by, progress=progress)


def _check_answers(lake: Lake, type: str, ids: list[int]) -> None:
    """Raises UnknownRecord or InvalidValue unless these records stand and are of this type, or of the party of this role."""
    types = {type, *lake.catalog.type(type).party_types}
    for id in ids:
        found = lake.query("select type from entity where id = $id and deleted_at is null", id=id).value()
        if found is None:
            raise UnknownRecord("record", id)
        if found not in types:
            raise InvalidValue(f"Record {id} is of the type {found}, and the row is of {type}. Nothing was changed.")


def _only(plan: FilePlan, numbers: pl.Series, folder: Path) -> FilePlan:
    """The plan for some records of its file."""
    rows = pl.read_parquet(plan.delivery.staged, glob=False).filter(pl.col("record_no").is_in(numbers.implode()))
    staged = folder / "held.parquet"
    rows.write_parquet(staged)
    delivery = replace(
        plan.delivery,
        staged=staged,
        staged_rows=rows.height,
        counted=rows.height,
        rejects=plan.delivery.rejects.clear(),
        repairs=plan.delivery.repairs.clear(),
    )
    return replace(plan, delivery=delivery)


def _stands_for(lake: Lake, batch_id: int, chosen: pl.DataFrame) -> pl.DataFrame:
    keys = lake.query("select record_no, source_key from held_row where batch_id = $id", id=batch_id).frame()
    return (
        chosen.join(keys, on="record_no")
        .select("record_no", "batch_id", "source_key", file="file_name", old_record_no="record_no")
        .select(list(STANDS_FOR))
        .cast(STANDS_FOR)
    )
