"""Reconciling: what files said when they came in against what the lake has now, number by number, as a sealed document."""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from xrm_lake.errors import Misuse, Refused, UnknownRecord
from xrm_lake.ingest.landed import Landed, land
from xrm_lake.ingest.layout import lay_out
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.ingest.read import read_files
from xrm_lake.ingest.read.address import no_file
from xrm_lake.ingest.reconciling.delivered import delivered_plan, delivered_rows
from xrm_lake.ingest.reconciling.links import measure_links, measure_rows_of_links
from xrm_lake.ingest.reconciling.records import DIFFERING, compare, differing, measure_records
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.reconciliation import FORMAT, SEAL, Measure, Reconciliation, count_differences, sealed
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

# What a page lists of records that differ; how many there are is counted whole.
_LISTED = 1000


def reconcile(
    lake: Lake, batches: Sequence[int | Path], *, by: str | None = None, progress: Progress = quiet
) -> Reconciliation:
    """
    Hold what imported files said against what the lake has now: records, values, amounts by currency, links and totals by stage.

    `batches` are imports, or paths of files that were imported (the last import of each counts). Each file is read again from the
    landing, where its checksum must be what it was. Every number stands with its two sides, what explains a part (rejected, repeated,
    waiting), and the difference; each record or value that differs is listed with the batch that changed it. The document is sealed, and
    the lake keeps the seal. An empty cell says nothing, so it is not compared. Raises UnknownRecord for a batch that is not there, Refused
    if it is no import, was undone, or its file is not what was imported.
    """
    if not batches:
        raise Misuse("There is nothing to reconcile. Name the batches of imports, or files that were imported.")
    found = [_import(lake, told) for told in dict.fromkeys(batches)]
    plans = [_read_again(lake, delivered_plan(lake, row["batch_id"]), progress) for row in found]
    with tempfile.TemporaryDirectory(dir=lake.path / "tmp", prefix="reconcile-", ignore_cleanup_errors=True) as folder:
        # Files are read and cleaned before others have to wait.
        catalog = lake.catalog
        landed = [land(lay_out(plan, catalog), Path(folder) / str(place), progress) for place, plan in enumerate(plans)]
        # Nothing is kept of this: it is one view of the lake, in which nobody writes meanwhile.
        with lake.write("import", dry_run=True) as batch:
            if batch.catalog is not catalog:
                raise Refused("The model was changed while the files were read. Nothing was written. Reconcile again.")
            files = [_reconcile(batch, row, plan, each) for row, plan, each in zip(found, plans, landed, strict=True)]
            mark = {"batch_id": batch.id - 1, "change_seq": lake.counters.change_seq}
    with lake.write("reconcile", by=by, source=None) as batch:
        content = {
            "format": FORMAT,
            "made_at": batch.at.isoformat(),
            "made_by": batch.by,
            "lake": {"id": lake.lake_id, **mark},
            "files": files,
            "differences": sum(file["differences"] for file in files),
        }
        document = sealed(content)
        batch.totals["note"] = f"seal {document[SEAL]}"
        batch.wrote = True
    return Reconciliation(document)


def _import(lake: Lake, told: int | Path) -> dict[str, Any]:
    """The batch of an import, by its number or by the file that came in with it."""
    if isinstance(told, int) or str(told).isdecimal():
        row = lake.query("select * from batch where batch_id = $id", id=int(str(told))).one()
        if row is None:
            raise UnknownRecord("batch", int(str(told)))
    else:
        path = Path(told)
        if not path.is_file():
            raise Misuse(f"{no_file(path)} Nor is there a batch of that number: `xrm batches` lists them.")
        row = lake.query(
            "select * from batch where kind = 'import' and file_sha256 = $sha and undone_by is null order by batch_id desc limit 1",
            sha=_sha256(path),
        ).one()
        if row is None:
            raise Refused(
                f"{path.name} is no file that this lake has taken in as it is now. Nothing was changed."
                " `xrm batches` lists what was imported; `xrm import --dry-run` tells what a file would change."
            )
    if row["kind"] != "import" or row["file_sha256"] is None:
        raise Refused(f"Batch {row['batch_id']} is no import of a file. Nothing was changed. `xrm batches` lists them.")
    if row["undone_by"] is not None:
        raise Refused(f"Batch {row['batch_id']} was undone by batch {row['undone_by']}: there is nothing to reconcile.")
    return row


def _read_again(lake: Lake, plan: FilePlan, progress: Progress) -> FilePlan:
    """The plan with its rows read once more from the file that was kept. Raises Refused if that is not what came in."""
    kept = plan.delivery.kept
    if not kept.is_file() or _sha256(kept) != plan.delivery.sha256:
        raise Refused(
            f"The copy of {plan.delivery.name} in the landing is {'not what was imported' if kept.is_file() else 'not there'}."
            " Nothing can be reconciled with it. Put the file back, and import it again."
        )
    again = {each.staged.name: each for each in read_files([kept], lake.landing, progress=progress)}
    fresh = again.get(plan.delivery.staged.name)
    if fresh is not None and fresh.headers == plan.delivery.headers:
        return replace(plan, delivery=replace(fresh, name=plan.delivery.name))
    # A part of a file, or a table of an archive or a database, is what was staged of it then.
    if not plan.delivery.staged.is_file():
        raise Refused(f"The rows of {plan.delivery.name} are not in the landing any more. Import the file again.")
    return plan


def _reconcile(batch: Batch, row: dict[str, Any], plan: FilePlan, landed: Landed) -> dict[str, Any]:
    measures: list[Measure] = []
    out = {"rejected": row["rows_rejected"], "held back": row["rows_held"] or 0}
    odd = pl.DataFrame(schema=DIFFERING)
    if plan.shape == "links":
        measures += measure_rows_of_links(batch, landed, row["rows_read"], out)
    else:
        rows = delivered_rows(batch, row["batch_id"])
        sides = [compare(batch, landed, rows, side) for side in landed.layout.sides]
        for side in sides:
            measures += measure_records(side, row["rows_read"], out)
        measures += measure_links(batch, landed, rows)
        odd = pl.concat([differing(side) for side in sides])
    told = [measure.plain() for measure in measures]
    return {
        "batch_id": row["batch_id"],
        "file": row["file_name"],
        "sha256": row["file_sha256"],
        "source": row["source"],
        "type": plan.link_type or plan.type,
        "imported_at": row["made_at"].isoformat(),
        "measures": told,
        "differences": count_differences(measures),
        "differing": odd["record_id"].n_unique() if odd.height else 0,
        "listed": _with_changes(batch, odd.head(_LISTED)),
    }


def _with_changes(batch: Batch, odd: pl.DataFrame) -> list[dict[str, Any]]:
    """What differs, with the last batch that counts and changed it: batch_id, kind, made_by."""
    with batch.frame("odd", odd.with_row_index("place")):
        return batch.query(
            """
            select o.record_id, o.key, o.type, o.field, o.amount, arg_max(b.batch_id, c.seq) as batch_id,
                   arg_max(b.kind, c.seq) as changed_by, arg_max(b.made_by, c.seq) as made_by
            from odd o left join change c on c.entity_id = o.record_id
              and (c.field = o.field and c.op = 'set' or o.field is null and c.op = 'delete')
            left join batch b on b.batch_id = c.batch_id and b.undone_by is null
            group by o.place, o.record_id, o.key, o.type, o.field, o.amount order by o.place
            """
        ).dicts()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
