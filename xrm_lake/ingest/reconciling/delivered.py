"""How a file was read and which of its rows became which record. Writes `delivered_plan` and `delivered_row`."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import polars as pl

from xrm_lake.errors import Refused
from xrm_lake.ingest.landed import Landed
from xrm_lake.ingest.plan import ColumnPlan, FilePlan, LinkTarget
from xrm_lake.ingest.read.delivery import Delivery, Dialect
from xrm_lake.ingest.write import Written
from xrm_lake.store.lake import Lake
from xrm_lake.store.settings import Reader
from xrm_lake.store.write import Batch

# What says where the file is, and how it was written down.
_OF_FILE = ("name", "sha256", "headers", "counted", "staged_rows")


def keep_delivered(batch: Batch, landed: Landed, written: Written | None) -> None:
    """Put down how a file was read, and for a file of records which row became which."""
    plan = landed.layout.plan
    told = {field.name: getattr(plan, field.name) for field in fields(plan) if field.name != "delivery"}
    told["columns"] = [asdict(column) for column in plan.columns]
    delivery = {name: getattr(plan.delivery, name) for name in _OF_FILE} | {"dialect": asdict(plan.delivery.dialect)}
    # A lake can be moved: files are named by their place in its landing.
    places = {"kept": plan.delivery.kept.name, "staged": plan.delivery.staged.name}
    text = json.dumps(told | {"delivery": delivery | places}, ensure_ascii=False, default=_plain)
    batch.append("delivered_plan", pl.DataFrame({"batch_id": [batch.id], "plan": [text]}))
    if written is None:
        return
    party = "p.id" if "p.id" in written.rows.columns else None
    rows = written.rows.select("record_no", id="r.id", party_id=party or pl.lit(None, pl.Int64))
    # A record that a person deleted was told by its row, too.
    held = landed.rows.select("n", "record_no").join(written.placed.held, on="n").select("record_no", "id")
    rows = pl.concat([rows, held.with_columns(party_id=pl.lit(None, pl.Int64))]).sort("record_no")
    batch.append("delivered_row", rows.with_columns(batch_id=pl.lit(batch.id, pl.Int64)))


def delivered_plan(lake: Lake, batch_id: int) -> FilePlan:
    """How the file of an import was read. Raises Refused for an import of before that was kept."""
    found = lake.query("select plan from delivered_plan where batch_id = $id", id=batch_id).value()
    if found is None:
        raise Refused(
            f"How the file of batch {batch_id} was read was not kept: it came in with an older version. Nothing was changed."
            " Import the file again, and reconcile that batch."
        )
    told: dict[str, Any] = json.loads(found)
    folder = lake.landing / told["delivery"]["sha256"][:2]
    told["delivery"] = _delivery(told["delivery"], folder)
    told["columns"] = tuple(_column(column) for column in told["columns"])
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    told["constants"] = _pairs(told["constants"])
    known = {field.name for field in fields(FilePlan)}
    return FilePlan(**{name: value for name, value in told.items() if name in known})


def delivered_rows(reader: Reader, batch_id: int) -> pl.DataFrame:
    """Which record each row of an import's file became: record_no, id, party_id (null where there is none)."""
    return reader.query(
        "select record_no, id, party_id from delivered_row where batch_id = $id order by record_no", id=batch_id
    ).frame()


def _delivery(told: dict[str, Any], folder: Path) -> Delivery:
    empty = pl.DataFrame()
    return Delivery(
        name=told["name"],
        sha256=told["sha256"],
        kept=folder / told["kept"],
        staged=folder / told["staged"],
        headers=tuple(told["headers"]),
        counted=told["counted"],
        staged_rows=told["staged_rows"],
        rejects=empty,
        repairs=empty,
        dialect=Dialect(**told["dialect"]),
        notes=(),
    )


def _column(told: dict[str, Any]) -> ColumnPlan:
    link = told.pop("link")
    target = (
        None
        if link is None
        else LinkTarget(**link | {"to_types": tuple(link["to_types"]), "fixed": _pairs(link["fixed"])})
    )
    return ColumnPlan(**told | {"link": target, "options": _pairs(told["options"])})


def _pairs(told: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((pair[0], pair[1]) for pair in told)


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return dict(value) if hasattr(value, "items") else str(value)
