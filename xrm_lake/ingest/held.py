"""Rows that an import holds back: left out by the one who imports, or nearly like a record that is there. They can come in later."""

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from xrm_lake.errors import Misuse, UnknownName
from xrm_lake.ingest.landed import HELD, Landed
from xrm_lake.ingest.raw import raw_records
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.terms import Terms
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

LISTED_HELD = pl.Schema(
    {
        "batch_id": pl.Int64(), "file_name": pl.String(), "record_no": pl.Int64(), "line_no": pl.Int64(), "reason": pl.String(),
        "candidates": pl.List(pl.Int64()), "scores": pl.List(pl.Float64()), "raw": pl.String(),
    }
)  # fmt: skip


def named_table(terms: Terms, deliveries: Sequence[Delivery]) -> Terms:
    """
    The terms with `only` and `skip` for the table that they are meant for, where an import has several.

    Raises Misuse if no table is named where there are several, UnknownName if there is no table of that name.
    """
    if not terms.only and not terms.skip:
        return terms
    only_of, only = _split(terms.only, "only", deliveries)
    skip_of, skip = _split(terms.skip, "skip", deliveries)
    return replace(terms, only_of=only_of, only=only, skip_of=skip_of, skip=skip)


def _split(records: str, word: str, deliveries: Sequence[Delivery]) -> tuple[str, str]:
    table, _, numbers = records.rpartition(":")
    # The parts of one table have the numbers of one table.
    names = list({each.staged.name.partition(".")[0]: each.name for each in deliveries}.values())
    if table and not any(_is_of(each.name, table) for each in deliveries):
        raise UnknownName("table of this import", table, [each.name for each in deliveries])
    if records and not table and len(names) > 1:
        raise Misuse(
            f"`{word}` names records of one table, and there are {len(names)}: {', '.join(names[:8])}."
            f" Say which, such as {names[0]}:{numbers}. Nothing was imported."
        )
    return table, numbers


def _is_of(name: str, table: str) -> bool:
    """Whether a table is the one named, or a part of it: `partners.csv (people)` of `partners.csv`."""
    return table in ("", name) or name.startswith(f"{table} (")


def choose(landed: Landed, terms: Terms) -> Landed:
    """A landed file without the rows that `only`, `skip` and `left_out` leave out; those are held back."""
    name = landed.layout.plan.delivery.name
    only = terms.only if _is_of(name, terms.only_of) else ""
    skip = ",".join(filter(None, (terms.skip if _is_of(name, terms.skip_of) else "", terms.left_out.get(name, ""))))
    if not only and not skip:
        return landed
    number = pl.col("record_no")
    wanted = among(number, only) if only else pl.lit(True)
    wanted &= ~among(number, skip) if skip else pl.lit(True)
    left = landed.rows.filter(~wanted).select(
        "row",
        reason=pl.lit("left out"),
        candidates=pl.lit(None, HELD["candidates"]),
        scores=pl.lit(None, HELD["scores"]),
    )
    return replace(landed, rows=landed.rows.filter(wanted), held=pl.concat([landed.held, left]))


def among(number: pl.Expr, records: str) -> pl.Expr:
    """Whether a number is among those that a text such as `3,7-12` names. Raises Misuse if it names none."""
    found = pl.lit(False)
    for part in records.split(","):
        ends = re.fullmatch(r"\s*(\d{1,15})(?:\s*-\s*(\d{1,15}))?\s*", part)
        if ends is None or int(ends[1]) > int(ends[2] or ends[1]):
            raise Misuse("Records are named by their numbers in the file, such as 3,7-12. Nothing was imported.")
        found |= number.is_between(int(ends[1]), int(ends[2] or ends[1]))
    return found


def keep_held(batch: Batch, landed: Landed, held: pl.DataFrame) -> None:
    """Write the rows that were held back (frame HELD) with their text and their key."""
    if held.is_empty():
        return
    keys = landed.source_keys(held["row"])
    rows = (
        raw_records(landed.layout, held["row"])
        .join(held, on="row", maintain_order="left")
        .join(keys, on="row", how="left")
    )
    batch.append(
        "held_row",
        rows.drop("row").with_columns(
            batch_id=pl.lit(batch.id, pl.Int64), file_name=pl.lit(landed.layout.plan.delivery.name)
        ),
    )


def list_held(lake: Lake, batch_id: int | None = None) -> pl.DataFrame:
    """
    The rows that imports held back and that did not come in since (frame LISTED_HELD), oldest first.

    Where a row is nearly like records that are there, `candidates` are their ids and `scores` how alike each is (0 to 1), best first.
    """
    found = lake.query(
        """
        select h.batch_id, h.file_name, h.record_no, h.line_no, h.reason, h.candidates, h.scores, h.raw
        from held_row h join batch b on b.batch_id = h.batch_id and b.undone_by is null
        left join batch s on s.batch_id = h.settled_by
        where (h.settled_by is null or s.undone_by is not null) and ($batch_id::bigint is null or h.batch_id = $batch_id)
        order by h.batch_id, h.record_no
        """,
        batch_id=batch_id,
    ).frame()
    texts = [None if raw is None else bytes(raw).decode("utf-8", "replace").rstrip("\r\n") for raw in found["raw"]]
    return found.with_columns(raw=pl.Series(texts, dtype=pl.String)).cast(LISTED_HELD)
