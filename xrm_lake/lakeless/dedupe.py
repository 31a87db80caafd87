"""Dedupe: which rows of a table are one, without a lake and without settings."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from xrm_lake.errors import InvalidValue, Misuse
from xrm_lake.hygiene.matching import cluster_pairs, find_pairs
from xrm_lake.ingest.mapping.column_kinds import column_kinds
from xrm_lake.ingest.mapping.sample import look
from xrm_lake.lakeless.deduped import KINDS, Deduped
from xrm_lake.lakeless.meaning import Use, guessed, told
from xrm_lake.lakeless.records import names_of, records_of
from xrm_lake.lakeless.source import Source, from_file, from_frame
from xrm_lake.lakeless.texts import texts_of
from xrm_lake.model.progress import Progress, quiet

# What is scored lower is of no use to the clusters either, unless the caller asks for it.
LOWEST = 0.5


def dedupe(
    table: str | Path | pl.DataFrame | pl.LazyFrame,
    *,
    kinds: Mapping[str, str] | None = None,
    guess_rest: bool = False,
    at_least: float | None = None,
    sheet: str | int | None = None,
    progress: Progress = quiet,
) -> Deduped:
    """
    Find which rows of a CSV, XLSX or Parquet file, or of a frame, are one; nothing is written, and no lake is needed.

    `kinds` says of columns what they hold: a kind of field, or what matching sees in it (person_name, person_full_name,
    company_name, address, number, city, postcode, category, date, id, id_weak, email, phone, free_text), or `ignore`. Columns
    that it does not name are ignored, unless `guess_rest`; without it all kinds are guessed from headers and values.
    `at_least` (0..1) is the probability from which a pair is listed and speaks for one cluster; by default pairs are listed
    from 0.5 on and each cluster is weighed as a whole. `sheet` is the name or number of a workbook's sheet.

    Raises ImportRefused if the file is no table, UnknownName for a column or kind that is not there, Misuse if no column
    can be used or there are several sheets and none is named, InvalidValue for a probability that is none.
    """
    if at_least is not None and not 0 <= at_least <= 1:
        raise InvalidValue("at_least is a probability, from 0 to 1. Nothing was done.")
    with tempfile.TemporaryDirectory(prefix="xrm-dedupe-", ignore_cleanup_errors=True) as folder:
        source = _source(table, Path(folder), sheet, headed=bool(kinds), progress=progress)
        texts = texts_of(source.rows)
        uses = _uses(source, texts, Path(folder), kinds, guess_rest=guess_rest)
    if source.rows.height and not any(use.match_as for use in uses):
        raise Misuse(
            f"No column of {source.name} can tell which rows are one. Nothing was done."
            " Say what a column holds with --kind HEADER=KIND."
        )
    return _deduped(source, texts, uses, at_least, progress)


def _source(
    table: str | Path | pl.DataFrame | pl.LazyFrame,
    folder: Path,
    sheet: str | int | None,
    *,
    headed: bool,
    progress: Progress,
) -> Source:
    if isinstance(table, pl.LazyFrame):
        table = table.collect()
    if isinstance(table, pl.DataFrame):
        return from_frame(table)
    return from_file(Path(table), folder, sheet=sheet, headed=headed, progress=progress)


def _uses(
    source: Source, texts: pl.DataFrame, folder: Path, kinds: Mapping[str, str] | None, *, guess_rest: bool
) -> list[Use]:
    given = told(source, kinds or {})
    if kinds is not None and not guess_rest:
        silent = [Use(name, "", None, 1.0, "not named") for name in source.rows.columns]
        return [given.get(use.column, use) for use in silent]
    look_at = look(source.delivered(texts, folder))
    found = guessed(source.rows.columns, look_at.columns, column_kinds(look_at))
    return [given.get(use.column, use) for use in found]


def _deduped(
    source: Source, texts: pl.DataFrame, uses: list[Use], at_least: float | None, progress: Progress
) -> Deduped:
    names = names_of(source.rows.columns)
    meaning = {names[use.column]: use.match_as for use in uses if use.match_as}
    listed = LOWEST if at_least is None else at_least
    found = find_pairs(records_of(texts, uses, names), meaning, at_least=min(listed, LOWEST), progress=progress)
    progress("cluster", 0, None)
    clusters = cluster_pairs(found.frame, at_least=at_least)
    return Deduped(
        rows=_rows(source, clusters, found.frame),
        pairs=_pairs(found.frame.filter(pl.col("score") >= listed), source.places, names),
        kinds=pl.DataFrame([_row(use) for use in uses], schema=KINDS, orient="row"),
        fit=found.fit,
        rejects=source.rejects,
        notes=source.notes,
    )


def _row(use: Use) -> tuple[str, str, str | None, float, str]:
    return use.column, use.kind, use.match_as, use.sure, use.why


def _rows(source: Source, clusters: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The rows with their place, cluster and the strongest pair that holds them there."""
    alone = pl.int_range(source.rows.height, dtype=pl.Int64, eager=True).alias("record_id")
    placed = alone.to_frame().join(clusters, on="record_id", how="left", maintain_order="left")
    held = _strongest(clusters, pairs)
    placed = placed.join(held, on="record_id", how="left", maintain_order="left")
    member = placed.select(pl.coalesce("cluster_id", "record_id")).to_series()
    return source.rows.with_columns(
        source.places.alias("row"), source.places.gather(member).alias("cluster_id"), placed["probability"]
    )


def _strongest(clusters: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """For each row in a cluster, the probability of its best pair within."""
    of = clusters.rename({"cluster_id": "of"})
    inside = (
        pairs.select("left_id", "right_id", "score")
        .join(of, left_on="left_id", right_on="record_id")
        .join(of, left_on="right_id", right_on="record_id")
        .filter(pl.col("of") == pl.col("of_right"))
    )
    ends = [inside.select(pl.col(end).alias("record_id"), "score") for end in ("left_id", "right_id")]
    return pl.concat(ends).group_by("record_id").agg(pl.col("score").max().alias("probability"))


def _pairs(found: pl.DataFrame, places: pl.Series, names: Mapping[str, str]) -> pl.DataFrame:
    """The pairs by the rows' places; whatever else the evidence tells stays with them."""
    named = found.with_columns(
        places.gather(found["left_id"]).alias("left_id"), places.gather(found["right_id"]).alias("right_id")
    ).rename({"left_id": "left_row", "right_id": "right_row", "score": "probability"})
    for name, matched in names.items():
        if name != matched:
            named = _renamed_in(named, matched, name)
    return named


def _renamed_in(pairs: pl.DataFrame, matched: str, name: str) -> pl.DataFrame:
    """The pairs whose evidence calls a field as the file does."""
    field = pl.element().struct.field("field").cast(pl.String).replace(matched, name)
    words = [column for column in ("brought_by", "sentence") if column in pairs.columns]
    return pairs.with_columns(
        pl.col("evidence").list.eval(pl.element().struct.with_fields(field=field)),
        pl.col(words).cast(pl.String).str.replace_all(rf"\b{matched}\b", name),
    )
