"""
Comparing a file with the lake before it comes in: what is only there, only here, and what the two say otherwise.

It is the dry run of the import, read from both ends: so what it tells is what an import would do.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from xrm_lake.ingest.load import import_files
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.lake import Lake

COMPARED = pl.Schema(
    {
        "verdict": pl.String(), "type": pl.String(), "record_id": pl.Int64(), "line_no": pl.Int64(), "key": pl.String(), "field": pl.String(),
        "here": pl.String(), "there": pl.String(), "newer": pl.String(), "written_at": pl.Datetime("us"),
    }
)  # fmt: skip
VERDICTS = ("only there", "only here", "conflicting", "same", "rejected")


def compare_file(
    lake: Lake,
    path: str | Path,
    *,
    type: str | None = None,
    source: str | None = None,
    key: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    sheet: str | int | None = None,
    progress: Progress = quiet,
) -> pl.DataFrame:
    """
    A file against the lake, record by record and value by value (frame COMPARED); nothing is changed.

    verdict: `only there` (a record of the file that the lake has not; with a field, a value that the lake's record lacks), `only here` (a
    live record of that type that the file does not name), `conflicting` (both have a value, and not the same), `same` and `rejected`. Also
    type, record_id, line_no and key of the file's record, field, here and there (the values), written_at (when the value was written
    here, UTC), and newer, of what conflicts: `here` if that was after the file was last saved, else `there`; null if no one knows when it was
    saved. The rest is as in `import_files`, and so is what is raised: to find records of another source, name the `key`.
    """
    result = import_files(
        lake,
        [path],
        type=type,
        source=source,
        key=key,
        mapping=mapping,
        sheet=sheet,
        dry_run=True,
        rows=True,
        progress=progress,
    )
    parts = [
        file.rows.with_columns(type=pl.lit(file.type))
        for file in result.files
        if file.rows is not None and file.type in {item.name for item in lake.catalog.types}
    ]
    empty = pl.DataFrame(schema=COMPARED)
    if not parts:
        return empty
    rows = _with_live(lake, pl.concat(parts))
    told = _judged(rows)
    # An import that keeps what a person has set leaves the record the same; yet the two say otherwise.
    apart = told.filter(pl.col("field").is_not_null())["record_id"].drop_nulls().unique()
    told = told.filter(
        (pl.col("verdict") != "same") | ~pl.col("record_id").is_in(apart.implode()).fill_null(value=False)
    )
    found = pl.concat([told, *(_only_here(lake, name, rows) for name in sorted(set(rows["type"])))], how="diagonal")
    return _dated(lake, found, _saved(path)).select(list(COMPARED)).cast(COMPARED)


def _with_live(lake: Lake, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the id of the live record that each is of: of a merged one its golden record's."""
    golden = lake.query(
        "select id as record_id, golden_id from entity where id in (select unnest($ids::bigint[])) and golden_id is not null",
        ids=rows["record_id"].drop_nulls().unique().to_list(),
    ).frame()
    return rows.join(golden, on="record_id", how="left", maintain_order="left").with_columns(
        live_id=pl.coalesce("golden_id", "record_id")
    )


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    whole, fresh = pl.col("field").is_null(), pl.col("verdict") == "new"
    # A whole record that is changed is told by its values.
    kept = rows.filter(~(whole & (pl.col("verdict") == "changed")) & (whole | ~pl.col("verdict").is_in(["same"])))
    apart = pl.when(pl.col("old").is_null()).then(pl.lit("only there")).otherwise(pl.lit("conflicting"))
    return kept.select(
        "type", "line_no", "key", "field", here="old", there="new", record_id=pl.when(~fresh).then("live_id"),
        verdict=pl.when(fresh).then(pl.lit("only there"))
        .when(whole).then(pl.when(pl.col("verdict") == "same").then(pl.lit("same")).otherwise(pl.lit("rejected")))
        .when(pl.col("verdict") == "rejected").then(pl.lit("rejected"))
        .otherwise(apart),
    )  # fmt: skip


def _only_here(lake: Lake, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The live records of a type that the file does not name."""
    ids = lake.query(
        "select id from entity where type = $type and deleted_at is null and golden_id is null order by id", type=name
    ).column()
    named = set(rows.filter(pl.col("type") == name)["live_id"].drop_nulls())
    missing = [id for id in ids if id not in named]
    return pl.DataFrame({"record_id": pl.Series(missing, dtype=pl.Int64)}).with_columns(
        verdict=pl.lit("only here"), type=pl.lit(name)
    )


def _dated(lake: Lake, found: pl.DataFrame, saved: datetime | None) -> pl.DataFrame:
    """With when each value that conflicts was written here, and which of the two is newer."""
    cells = found.filter(verdict="conflicting").select("record_id", "field").unique()
    with lake.frame("compared_cell", cells) as name:
        written = lake.query(
            f"""
            select d.record_id, d.field, coalesce(max(c.made_at), any_value(e.created_at)) as written_at from {name} d
            join entity e on e.id = d.record_id left join entity m on m.golden_id = d.record_id or m.id = d.record_id
            left join change c on c.entity_id = m.id and c.field = d.field and c.op in ('set', 'pin') group by all
            """  # noqa: S608
        ).frame()
    later = (
        pl.when(pl.col("written_at") > pl.lit(saved, pl.Datetime("us"))).then(pl.lit("here")).otherwise(pl.lit("there"))
    )
    known = pl.col("written_at").is_not_null() & pl.lit(saved is not None)
    return found.join(written, on=["record_id", "field"], how="left", maintain_order="left").with_columns(
        newer=pl.when(known).then(later)
    )


def _saved(path: str | Path) -> datetime | None:
    """When a file was last saved (UTC); None of what is no file, such as a database."""
    file = Path(path)
    if not file.is_file():
        return None
    return datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(tzinfo=None)
