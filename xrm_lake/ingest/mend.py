"""Rejects that were mended and come again: read as their import was, and in the place of what it refused."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.batch_plan import plan_again
from xrm_lake.ingest.mapping.header import plain
from xrm_lake.ingest.mend_file import MARK, WHY
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.terms import STANDS_FOR
from xrm_lake.model.formula_guard import unguarded
from xrm_lake.store.lake import Lake


def is_mended(delivery: Delivery) -> bool:
    """Whether a table is of rejects that were written out to be mended."""
    return tuple(plain(header) for header in delivery.headers[:2]) == (MARK, WHY)


def plan_mended(lake: Lake, delivery: Delivery) -> FilePlan:
    """The plan of the import that refused these rows. Raises ImportRefused if they are of no import, or of several."""
    batches = _marks(delivery)["batch_id"].drop_nulls().unique().to_list()
    if len(batches) != 1:
        raise ImportRefused(
            f"{delivery.name} holds rejects of {'no import' if not batches else 'several imports'}: the column {MARK} says of which."
            " Nothing was imported. Write them out again: xrm rejects BATCH --out FILE."
        )
    headers = tuple(unguarded(pl.Series(delivery.headers, dtype=pl.String)))
    return plan_again(lake, batches[0], replace(delivery, headers=headers), beside=2)


def mends(lake: Lake, plans: Sequence[FilePlan]) -> pl.DataFrame:
    """What the rows of mended files stand for (frame STANDS_FOR); a row that was added to such a file stands for none."""
    parts = [pl.DataFrame(schema=STANDS_FOR)]
    for plan in plans:
        if is_mended(plan.delivery):
            marks = _marks(plan.delivery).drop_nulls()
            keys = lake.query(
                "select distinct batch_id, record_no as old_record_no, source_key from reject where batch_id in (select unnest($ids::bigint[]))",
                ids=marks["batch_id"].unique().to_list(),
            ).frame()
            found = marks.join(keys, on=["batch_id", "old_record_no"], maintain_order="left")
            parts.append(found.with_columns(file=pl.lit(plan.delivery.name)).select(list(STANDS_FOR)).cast(STANDS_FOR))
    return pl.concat(parts)


def _marks(delivery: Delivery) -> pl.DataFrame:
    """Of each row, read or not: record_no, batch_id, old_record_no; null where it bears no mark."""
    read = pl.scan_parquet(delivery.staged, glob=False).select("record_no", text="c0").collect()
    lines = [bytes(raw or b"").decode("utf-8", "replace") for raw in delivery.rejects["raw"]]
    first = pl.Series(lines, dtype=pl.String).str.extract(r'^"?([^",;\t|]*)')
    rows = pl.concat([read, delivery.rejects.select("record_no", text=first).cast(dict(read.schema))])  # type: ignore[arg-type]
    numbers = (
        rows["text"]
        .str.strip_chars()
        .str.extract_groups(r"^'?(?<batch_id>\d{1,15})/(?<old_record_no>\d{1,15})$")
        .struct
    )
    named = [numbers.field(name).cast(pl.Int64) for name in ("batch_id", "old_record_no")]
    return rows.select("record_no").hstack(named)
