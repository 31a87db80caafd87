"""Links that wait: a cell named a record that is not there, or named several. Writes `pending_link`."""

import polars as pl

from xrm_lake.store.settings import Reader
from xrm_lake.store.write import Batch

PENDING_ROWS = pl.Schema(
    {
        "type": pl.String(), "from_id": pl.Int64(), "direction": pl.String(), "to_type": pl.String(), "to_field": pl.String(),
        "to_text": pl.String(), "match_by": pl.String(), "candidates": pl.List(pl.Int64()), "reason": pl.String(), "fields": pl.String(),
    }
)  # fmt: skip


# What was said of one link says nothing of others.
ONLY_THIS = "of this link only"


def answers(
    batch: Batch, texts: pl.DataFrame, *, type: str, direction: str, to_type: str, source: str | None
) -> pl.DataFrame:
    """What a person has said that texts of a source mean, in links of a type: `texts` has text; returns text, answer (an id)."""
    with batch.frame("texts", texts.select("text")):
        return batch.query(
            """
            select t.text, arg_max(p.resolved_id, p.resolved_by) as answer
            from texts t join pending_link p on p.to_text = t.text and p.type = $type and p.direction = $direction and p.to_type = $to_type
            join batch f on f.batch_id = p.batch_id and f.source is not distinct from $source
            join batch b on b.batch_id = p.resolved_by and b.undone_by is null and b.kind in ('edit', 'fix')
              and b.note is distinct from $only_this
            join entity e on e.id = p.resolved_id and e.deleted_at is null
            group by t.text
            """,
            type=type, direction=direction, to_type=to_type, source=source, only_this=ONLY_THIS,
        ).frame()  # fmt: skip


def insert_pending(batch: Batch, rows: pl.DataFrame) -> pl.DataFrame:
    """
    Keep links that could not be made (schema PENDING_ROWS), but none twice; gives those that are new.

    One that waits already, or that was resolved before, is the same one when it comes again.
    """
    rows = rows.unique(["type", "from_id", "direction", "to_text", "fields"], keep="first", maintain_order=True)
    if rows.is_empty():
        return rows
    with batch.frame("waiting", rows.with_row_index("place")):
        known = batch.query(
            """
            select w.place from waiting w semi join pending_link p on p.type = w.type and p.from_id = w.from_id
            and p.direction = w.direction and p.to_text = w.to_text and p.fields::varchar is not distinct from w.fields
            """
        ).column()
    fresh = rows.with_row_index("place").filter(~pl.col("place").is_in(known)).drop("place")
    first = batch.new_ids("pending_id", fresh.height) if fresh.height else 0
    ids = pl.int_range(first, first + fresh.height, dtype=pl.Int64, eager=True)
    batch.append("pending_link", fresh.with_columns(pending_id=ids, batch_id=pl.lit(batch.id, pl.Int64)))
    return fresh


def open_pending(batch: Reader) -> pl.DataFrame:
    """The links that wait still, of records that are there: pending_id, source, and the columns of PENDING_ROWS."""
    return batch.query(
        """
        select p.pending_id, b.source, p.type, p.from_id, p.direction, p.to_type, p.to_field, p.to_text, p.match_by,
               p.candidates, p.reason, p.fields::varchar as fields
        from pending_link p join batch b on b.batch_id = p.batch_id
        join entity e on e.id = p.from_id and e.deleted_at is null
        where p.resolved_id is null order by p.pending_id
        """
    ).frame()


def mark_resolved(batch: Batch, resolved: pl.DataFrame) -> None:
    """Say which record each waiting link was meant for: columns pending_id, to_id."""
    with batch.frame("resolved", resolved.select("pending_id", "to_id")):
        batch.execute(
            "update pending_link set resolved_id = r.to_id, resolved_by = $batch_id from resolved r"
            " where pending_link.pending_id = r.pending_id",
            batch_id=batch.id,
        )


def waiting_ends(batch: Reader) -> pl.Series:
    """The records that links wait for."""
    return batch.query("select distinct from_id from pending_link where resolved_id is null").frame()["from_id"]


def outdated(batch: Batch, source: str, said: pl.DataFrame) -> pl.DataFrame:
    """
    Links that wait for a cell of this source which says something else by now, and has found its record.

    `said` has type, direction, from_id, to_type, to_field, match_by, text and to_id (null where it was not found): all that the source
    says now of these records. What waits since this import is none of them. Returns pending_id, to_id.
    """
    with batch.frame("said", said):
        return batch.query(
            """
            with open_links as (
                select p.* from pending_link p join batch b on b.batch_id = p.batch_id and b.source = $source
                where p.resolved_id is null and p.fields is null and p.from_id in (select from_id from said)
            )
            select p.pending_id, min(m.to_id) as to_id
            from open_links p join said m on m.type = p.type and m.direction = p.direction and m.from_id = p.from_id
              and m.to_type = p.to_type and m.to_field = p.to_field and m.match_by = p.match_by and m.to_id is not null
            anti join said s on s.type = p.type and s.direction = p.direction and s.from_id = p.from_id and s.text = p.to_text
            group by p.pending_id order by p.pending_id
            """,
            source=source,
        ).frame()


def update_candidates(batch: Batch, found: pl.DataFrame) -> None:
    """Keep in mind whom a waiting link may mean by now: columns pending_id, candidates, reason."""
    with batch.frame("found", found.select("pending_id", "candidates", "reason")):
        batch.execute(
            "update pending_link set candidates = f.candidates, reason = f.reason from found f"
            " where pending_link.pending_id = f.pending_id"
        )
