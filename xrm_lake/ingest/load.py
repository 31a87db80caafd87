"""
Importing files: read, planned, cleaned, compared, written, linked; all of it or nothing.

Reading and cleaning need no lock. The writing is one transaction with one batch for each file, so that each file can
be undone by itself and an import that is killed leaves nothing. A dry run does all of it and rolls back.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.contrary import contrary_files
from xrm_lake.ingest.expectations import declare_rhythms, refuse_unexpected
from xrm_lake.ingest.folder import said
from xrm_lake.ingest.gain import gain, gained
from xrm_lake.ingest.held import choose, named_table
from xrm_lake.ingest.junction import link_rows
from xrm_lake.ingest.landed import Landed, land
from xrm_lake.ingest.layout import lay_out
from xrm_lake.ingest.links import Linked, link_records, settle_outdated
from xrm_lake.ingest.mend import mends
from xrm_lake.ingest.outcome import close
from xrm_lake.ingest.own.links import link_edits
from xrm_lake.ingest.own.merged import merge_again
from xrm_lake.ingest.pending import retry_pending
from xrm_lake.ingest.place import check_key
from xrm_lake.ingest.plan import FilePlan, Planned, kind_of
from xrm_lake.ingest.prepare import plan_delivered, read_delivered
from xrm_lake.ingest.reconciling.delivered import keep_delivered
from xrm_lake.ingest.stand_in import take_place, with_old_keys
from xrm_lake.ingest.terms import Empty, Lists, Terms
from xrm_lake.ingest.told_values import over
from xrm_lake.ingest.write import Written, write_records
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import ImportResult
from xrm_lake.store.lake import Lake
from xrm_lake.store.sources import refuse_source
from xrm_lake.store.twins import count_twins
from xrm_lake.store.value_maps import list_value_maps
from xrm_lake.store.write import Batch

# After so many new rows the log is written into the file at once, so that the next open need not replay it.
_LONG = 50_000

_Done = tuple[Batch, Landed, Written | None, Linked]


def import_files(
    lake: Lake,
    paths: Iterable[str | Path],
    *,
    type: str | None = None,
    preset: str | None = None,
    source: str | None = None,
    key: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    sheet: str | int | None = None,
    propose: bool | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
    empty: Empty = "keep",
    lists: Lists = "replace",
    only: str = "",
    skip: str = "",
    only_new: bool = False,
    dry_run: bool = False,
    rows: bool | None = None,
    by: str | None = None,
    progress: Progress = quiet,
) -> ImportResult:
    """
    Bring files into the lake: each record of each is counted as new, changed, same or rejected.

    A folder stands for all files in it and in the folders below; what is no data is left out, and listed with the reason.
    `propose` gives the model what it lacks for the files: types, fields and links; by default so for folders, not for files.
    What the columns are is found out by headers and content unless `type`, `preset` (a system, `system/role` or a preset's
    file) or `mapping` (header to field) say so.
    `source` names the system the files come from: with a record's own id it tells whether the record is there already.
    `key` names fields, or their headers, that tell it instead, among records of any source; a header that is no field is
    the id in its source. `values` says, by field, link type or header, which texts are read as others; it
    is remembered for the source. `empty` (does an empty cell clear?), `lists` (do they replace or add?), `only`, `skip` and `only_new`
    (which rows come in; the others are held back) are as in `Terms`. `dry_run` does everything and keeps nothing. `rows` asks for what
    became of each row and cell (`ImportResult.rows`, frame ROWS of `ingest.row_account`); a dry run tells it unless told not to.

    Raises ImportRefused if a file is no table or cannot be read, Misuse if a type, field, preset or sheet is not known
    or the source has a name that cannot be; nothing is imported then, of any of the files.
    """
    if source is not None:
        refuse_source(source)
    terms = Terms(empty=empty, lists=lists, only=only, skip=skip, only_new=only_new)
    delivered = read_delivered(lake, paths, sheet=sheet, progress=progress)
    planned = plan_delivered(
        lake,
        delivered,
        type=type,
        preset=preset,
        source=source,
        key=key,
        mapping=mapping,
        propose=propose,
        values=values,
    )
    return load_planned(lake, planned, terms=terms, dry_run=dry_run, rows=rows, by=by, progress=progress)


def import_file(lake: Lake, path: str | Path, **options: Any) -> ImportResult:
    """Bring one file into the lake, with the options of `import_files`; of a workbook, each of its sheets is a file."""
    return import_files(lake, [path], **options)


def load_plans(lake: Lake, plans: Sequence[FilePlan], **options: Any) -> ImportResult:
    """Carry out import plans as they are, in one transaction; else as `import_files`."""
    return load_planned(lake, Planned(tuple(plans)), **options)


def load_planned(
    lake: Lake,
    planned: Planned,
    *,
    terms: Terms | None = None,
    dry_run: bool = False,
    rows: bool | None = None,
    by: str | None = None,
    progress: Progress = quiet,
) -> ImportResult:
    """
    Carry out a planned import as it is, with what the model gains for it and what is remembered of values, in one transaction.

    Else as `import_files`.
    """
    terms = terms or Terms()
    plans, lakes_own = [_remembered(lake, plan) for plan in planned.plans], lake.catalog
    if not plans:
        raise ImportRefused(f"No file holds a row. Nothing was imported. {said(planned.left_out)}".rstrip())
    terms = named_table(terms, [plan.delivery for plan in plans])
    for name in {plan.source for plan in plans}:
        refuse_source(name)
    catalog = planned.additions.applied_to(lakes_own) if planned.additions else lakes_own
    with tempfile.TemporaryDirectory(dir=_workspace(lake), prefix="import-", ignore_cleanup_errors=True) as folder:
        landed = [land(lay_out(plan, catalog), Path(folder) / str(place), progress) for place, plan in enumerate(plans)]
        keys = _keys(landed)
        terms = replace(terms, stands_for=pl.concat([terms.stands_for, mends(lake, plans)]))
        # Rows that stand in for others are no delivery of their own.
        if terms.stands_for.is_empty():
            refuse_unexpected(lake, plans)
        landed = [with_old_keys(choose(item, terms), terms.stands_for) for item in landed]
        with lake.write(kind_of(plans[0]), by=by, source=plans[0].source, dry_run=dry_run) as batch:
            if lake.catalog is not lakes_own:
                raise ImportRefused(
                    "The types were changed while the files were read. Nothing was imported. Import them again."
                )
            if planned.additions:
                gain(batch, planned.additions)
            files, resolved = _write_all(batch, landed, keys, terms, progress)
            for own, item, *_ in files:
                take_place(own, item, terms.stands_for)
            declare_rhythms(batch, plans)
            told = dry_run if rows is None else rows
            result = ImportResult(
                tuple(close(*parts, dry_run=dry_run, rows=told, terms=terms) for parts in files), dry_run, resolved
            )
    if not dry_run and result.total("new") + result.total("changed") > _LONG:
        lake.checkpoint()
    return replace(result, gained=gained(planned.additions, lakes_own), left_out=planned.left_out)


def _remembered(lake: Lake, plan: FilePlan) -> FilePlan:
    """A plan with what was said before of values of its source; what is said now counts more."""
    known = list_value_maps(lake, source=plan.source, type=plan.link_type or plan.type)
    if known.is_empty():
        return plan
    before: dict[str, dict[str, str]] = {}
    for field, old, new in known.select("field", "old", "new").iter_rows():
        before.setdefault(field, {})[old] = new
    read = "1 value is" if known.height == 1 else f"{known.height} values are"
    note = f"{read} read as was said of {plan.source} before: xrm values {plan.source}."
    return replace(plan, values=over(before, plan.values), notes=(*plan.notes, note))


def _workspace(lake: Lake) -> Path:
    folder = lake.path / "tmp"
    folder.mkdir(exist_ok=True)
    return folder


def _keys(landed: list[Landed]) -> list[tuple[str, ...]]:
    """The key fields for each file: of several files, those that fill them."""
    told = [item for item in landed if item.layout.plan.match_on]
    records = [item for item in told if item.layout.plan.shape == "records"]
    filled = [item for item in records if _fills(item, item.layout.plan.match_on)]
    if told and (len(records) == 1 or not filled):
        first = (records or told)[0]
        check_key(first, first.layout.plan.match_on)
    return [item.layout.plan.match_on if any(item is each for each in filled) else () for item in landed]


def _fills(landed: Landed, key: tuple[str, ...]) -> bool:
    return any(
        all(side.prefix + name.removesuffix("~") in landed.rows.columns for name in key) for side in landed.layout.sides
    )


def _write_all(
    batch: Batch, landed: list[Landed], keys: list[tuple[str, ...]], terms: Terms, progress: Progress
) -> tuple[list[_Done], int]:
    """All records first, then all links: so files may name each other's records in any order."""
    plans = [item.layout.plan for item in landed[1:]]
    batches = [batch, *(batch.companion(source=plan.source, kind=kind_of(plan)) for plan in plans)]
    last_pending = int(batch.query("select coalesce(max(pending_id), 0) from pending_link").value())
    records: list[Written | None] = []
    for own, item, key in zip(batches, landed, keys, strict=True):
        written = write_records(own, item, key, terms) if item.layout.plan.shape == "records" else None
        if written is not None:
            merge_again(own, item, written)
        records.append(written)
        progress("Writing records", len(records), len(landed))
    links: list[Linked] = []
    for own, item, written in zip(batches, landed, records, strict=True):
        if written is not None and item.layout.plan.hand:
            links.append(link_edits(own, item.layout, written.rows))
        else:
            links.append(link_rows(own, item) if written is None else link_records(own, item.layout, written.rows))
        progress("Joining records", len(links), len(landed))
    settle_outdated(
        (own, item.layout.plan.source, linked) for own, item, linked in zip(batches, landed, links, strict=True)
    )
    resolved = retry_pending(batches, last_pending)
    # Values must be unique among all that was brought, so they are asked for at the end.
    contrary = contrary_files(
        batch, {own.id: item.layout.plan.delivery.name for own, item in zip(batches, landed, strict=True)}
    )
    records = [
        written and replace(written, notes=(*written.notes, *_twins(own, item, written), *contrary.get(own.id, ())))
        for own, item, written in zip(batches, landed, records, strict=True)
    ]
    for own, item, written in zip(batches, landed, records, strict=True):
        keep_delivered(own, item, written)
    return list(zip(batches, landed, records, links, strict=True)), resolved


def _twins(batch: Batch, landed: Landed, written: Written) -> list[str]:
    """A note for each field whose values must be unique and are not, in this file's records."""
    notes = []
    for side in landed.layout.sides:
        for field in side.entity_type.active_fields:
            if field.unique and (
                count := count_twins(batch, side.entity_type, field.name, written.rows[side.prefix + "id"])
            ):
                notes.append(
                    f"{field.label} must be unique, but {count} records of this file share theirs with another record:"
                    " the check not_unique lists them."
                )
    return notes
