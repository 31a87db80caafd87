"""How the file of an import was read, kept with its batch for as long as rows of it may come in later."""

import json

import polars as pl

from xrm_lake.errors import Refused, UnknownRecord
from xrm_lake.ingest.plan import ColumnPlan, FilePlan
from xrm_lake.ingest.plan_text import plan_text, read_plan
from xrm_lake.ingest.read import Delivery, read_files
from xrm_lake.ingest.read.landing import STAGED
from xrm_lake.ingest.terms import Terms
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch


def keep_plan(batch: Batch, plan: FilePlan, terms: Terms) -> None:
    """Keep the plan of a file, and on which terms it came in."""
    kept = {"file": plan_text(plan), "empty": terms.empty, "lists": terms.lists}
    row = {"batch_id": batch.id, "plan": json.dumps(kept, ensure_ascii=False)}
    batch.append("batch_plan", pl.DataFrame([row]))


def plan_again(lake: Lake, batch_id: int, delivery: Delivery, *, beside: int = 0) -> FilePlan:
    """
    The plan of an import for more rows of its file; the first `beside` columns are not of the file, and left out.

    Raises Refused if how its file was read was not kept, as of an import that refused and held back nothing.
    """
    row = lake.query(
        "select p.plan->>'$.file' as plan, b.source from batch_plan p join batch b on b.batch_id = p.batch_id where p.batch_id = $id",
        id=batch_id,
    ).one()
    if row is None:
        raise Refused(f"Batch {batch_id} refused and held back nothing, so no row of it can come in now.")
    columns = tuple(
        ColumnPlan(place, header, "ignore" if place < beside else "extra", reason="as told")
        for place, header in enumerate(delivery.headers)
    )
    fresh = FilePlan(
        delivery=delivery, type="", source=str(row["source"]), preset=None, shape="records", columns=columns[beside:], key=(),
        score=1.0, runner_up="", notes=(),
    )  # fmt: skip
    plan = read_plan(str(row["plan"]), fresh)
    return FilePlan(**{**vars(plan), "columns": (*columns[:beside], *plan.columns)})


def terms_of(lake: Lake, batch_id: int) -> dict[str, str]:
    """What an import made of empty cells and lists: empty, lists."""
    row = lake.query(
        "select plan->>'$.empty' as empty, plan->>'$.lists' as lists from batch_plan where batch_id = $id", id=batch_id
    ).one()
    return dict(row or {})


def file_of(lake: Lake, batch_id: int) -> Delivery:
    """
    The file of an import, read again from the landing.

    Raises UnknownRecord if there is no such batch, Refused if it read no file, or if that is no longer there.
    """
    row = lake.query("select file_name, file_sha256 from batch where batch_id = $id", id=batch_id).one()
    if row is None:
        raise UnknownRecord("batch", batch_id)
    if row["file_sha256"] is None:
        raise Refused(f"Batch {batch_id} is no import. Nothing was changed.")
    sha256 = str(row["file_sha256"])
    beside = sorted((lake.landing / sha256[:2]).glob(f"{sha256}*"), key=lambda path: path.suffix == ".parquet")
    kept = [path for path in beside if not path.name.endswith(STAGED)]
    if not kept:
        raise Refused(
            f"{row['file_name']} is no longer in {lake.landing}. Nothing was written. Its rejects can still be listed."
        )
    return _table_of(read_files(kept[:1], lake.landing), str(row["file_name"]))


def _table_of(tables: list[Delivery], imported: str) -> Delivery:
    """
    The table of a kept file that was imported under this name. Raises Refused if none of several is.

    A table is named behind its file, and a part behind its table. The kept copy has a name without `#`; what was imported may have one.
    """
    if len(tables) == 1:
        return tables[0]
    named = {item.name.partition("#")[2]: item for item in tables}
    whole = [name for name in named if imported.endswith(f"#{name}")]
    found = max(whole or [name for name in named if f"#{name} " in imported], key=len, default=None)
    if found is None:
        raise Refused(
            f"Which table of its file {imported} was can no longer be told. Nothing was changed. Import the file again."
        )
    return named[found]
