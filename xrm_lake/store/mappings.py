"""Saved mappings: how files of a source were read, found again by their headers. Writes `saved_mapping`, which is only added to."""

import polars as pl

from xrm_lake.errors import UnknownRecord
from xrm_lake.store.lake import Lake
from xrm_lake.store.settings import Reader
from xrm_lake.store.write import Batch

MAPPINGS = pl.Schema(
    {
        "mapping_id": pl.Int64(), "source": pl.String(), "type": pl.String(), "file_name": pl.String(), "made_at": pl.Datetime("us"),
        "made_by": pl.String(), "batch_id": pl.Int64(), "columns": pl.List(pl.String()),
    }
)  # fmt: skip

# What undo of an import leaves: how its file is read was said by a person, and the file may come again. It can be forgotten by itself.
STANDS = "(b.undone_by is null or b.kind = 'import')"


def list_mappings(lake: Lake, *, source: str | None = None) -> pl.DataFrame:
    """
    The mappings that files with the same headers are read by, newest first (frame MAPPINGS).

    `type` is the type of record, or of link, `file_name` the file that it was made for, `batch_id` its import. Undo of an import
    leaves the mapping, so that the same file comes in as before: `forget_mapping` takes it back. `columns` says what
    becomes of each column that has a place, as `header → field`.
    """
    return (
        lake.query(
            f"""
            select s.mapping_id, s.source, s.type, s.file_name, s.made_at, s.made_by, s.batch_id, s.plan->'$.said' as said
            from saved_mapping s left join batch b on b.batch_id = s.batch_id
            where {STANDS} and ($source::varchar is null or s.source = $source)
            qualify row_number() over (partition by s.source, s.headers, s.type order by s.mapping_id desc) = 1 and s.plan is not null
            order by s.mapping_id desc
            """,
            source=source,
        )
        .frame()
        .with_columns(columns=pl.col("said").cast(pl.String).str.json_decode(pl.List(pl.String)))
        .select(list(MAPPINGS))
        .cast(MAPPINGS)
    )


def forget_mapping(lake: Lake, mapping_id: int, *, by: str | None = None) -> int:
    """
    Let files with these headers be looked at afresh; gives the batch, and undo of it remembers the mapping again.

    Raises UnknownRecord if there is no such mapping, or if it was forgotten already.
    """
    if mapping_id not in list_mappings(lake)["mapping_id"]:
        raise UnknownRecord("mapping", mapping_id)
    with lake.write("edit", by=by, source="manual") as batch:
        row = batch.query("from saved_mapping where mapping_id = $id", id=mapping_id).one()
        assert row is not None
        _add(batch, row["source"], row["headers"], type=row["type"], file_name=row["file_name"], plan=None)
        return batch.id


def saved_plans(reader: Reader, headers: str) -> list[dict[str, object]]:
    """The mappings that stand for these headers, newest first: mapping_id, source, type, made_at, plan (JSON text)."""
    return reader.query(
        f"""
        select s.mapping_id, s.source, s.type, s.made_at, s.plan::varchar as plan
        from saved_mapping s left join batch b on b.batch_id = s.batch_id
        where {STANDS} and s.headers = $headers
        qualify row_number() over (partition by s.source, s.type order by s.mapping_id desc) = 1 and s.plan is not null
        order by s.mapping_id desc
        """,
        headers=headers,
    ).dicts()


def save_plan(batch: Batch, source: str, headers: str, *, type: str, file_name: str, plan: str) -> None:
    """Keep how a file was read, unless files with its headers are read so already."""
    standing = [row for row in saved_plans(batch, headers) if row["source"] == source and row["type"] == type]
    if not standing or standing[0]["plan"] != plan:
        _add(batch, source, headers, type=type, file_name=file_name, plan=plan)


def _add(batch: Batch, source: str, headers: str, *, type: str, file_name: str | None, plan: str | None) -> None:
    number = int(batch.query("select coalesce(max(mapping_id), 0) + 1 from saved_mapping").value())
    row = {
        "mapping_id": number, "batch_id": batch.id, "source": source, "headers": headers, "type": type, "file_name": file_name,
        "made_at": batch.at, "made_by": batch.by, "plan": plan,
    }  # fmt: skip
    batch.append("saved_mapping", pl.DataFrame([row], schema_overrides={"file_name": pl.String, "plan": pl.String}))
