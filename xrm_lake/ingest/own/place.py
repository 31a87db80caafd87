"""Which record each row of an export is: the one that left, whatever became of it here since, or in another lake a new one."""

import polars as pl

from xrm_lake.ingest.landed import HELD, Landed
from xrm_lake.ingest.layout import Side
from xrm_lake.ingest.place import NO_ROWS, NOBODY, Placed
from xrm_lake.ingest.raw import refusals
from xrm_lake.ingest.read.delivery import REJECTS
from xrm_lake.model.own_file import REFERENCE
from xrm_lake.store.golden import GOLDEN
from xrm_lake.store.identify import by_source_key, has_source_records, parties_of
from xrm_lake.store.references import by_origin, by_reference
from xrm_lake.store.write import Batch

_TAKEN_APART = (
    "the merged record that was exported is no more: it was taken apart or merged with others since;"
    " nothing of this row was taken. Export again"
)
_NOT_HERE = "it says that it was exported from this lake, which never had such a record; nothing of this row was taken"


def place_own(batch: Batch, landed: Landed) -> Placed:
    """
    Tell for each row of an exported file whether its record is here: by its uid, in another lake also by its source and key.

    A record that a person deleted since stays so. A row of this lake whose record is no more is refused: it is never made anew.
    """
    plan = landed.layout.plan
    rows = landed.rows.with_columns(
        pl.col("source_key").str.extract(REFERENCE, 0).alias("own.record"),
        **{f"own.{name}": _column(landed.rows, name) for name in ("source", "key", "party", "version")},
    )
    rows, gone, withdrawn = _placed(batch, rows, landed.layout.record, "own.record")
    refused = pl.DataFrame(schema={"row": pl.Int64, "reason": pl.String})
    if plan.hand:
        lost = rows.filter(pl.col("r.id").is_null() & pl.col("own.record").is_not_null())
        golden = pl.col("own.source") == GOLDEN
        refused = lost.select("row", reason=pl.when(golden).then(pl.lit(_TAKEN_APART)).otherwise(pl.lit(_NOT_HERE)))
        rows = rows.join(lost, on="n", how="anti", maintain_order="left")
    else:
        rows = _by_origin(batch, rows, landed.layout.record)
    rows, gone = _added(batch, rows, gone, landed)
    back = {"r.": withdrawn}
    if landed.layout.party is not None:
        rows, lost_parties, back["p."] = _placed(batch, rows, landed.layout.party, "own.party", keep=True)
        # A role whose party a person deleted stays away with it.
        away = rows.filter(pl.col("r.id").is_null()).join(lost_parties, on="n").select("n", "id")
        rows, gone = rows.join(away, on="n", how="anti", maintain_order="left"), pl.concat([gone, away])
        rows = _with_parties(batch, rows)
    held = gone
    if plan.hand:
        # What went with an import that was undone comes back with that import, not with a file of what it was.
        held, back = pl.concat([gone, withdrawn]), {}
        rows = rows.filter(~pl.col("n").is_in(withdrawn["n"].implode()))
    rejects = refusals(landed.layout, refused) if refused.height else pl.DataFrame(schema=REJECTS)
    repeated = pl.DataFrame(schema={"n": pl.Int64, "first_": pl.Int64})
    return Placed(rows, held, repeated, rejects, NO_ROWS, pl.DataFrame(schema=HELD), back)


def _column(rows: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(f"own.{name}") if f"own.{name}" in rows.columns else pl.lit(None, pl.String)


def _placed(
    batch: Batch, rows: pl.DataFrame, side: Side, ref: str, *, keep: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The rows with their ids, those (n, id) whose record a person deleted (left out unless `keep`), and those that were withdrawn."""
    column = side.prefix + "id"
    met = by_reference(batch, rows[ref])
    found = rows.select("n", ref=ref).join(met, on="ref", how="left", maintain_order="left")
    stands = pl.col("state").is_in(["here", "withdrawn"])
    rows = rows.with_columns(found.select(pl.when(stands).then("id").alias(column)).to_series())
    gone = found.filter(pl.col("state") == "deleted").select("n", "id")
    if gone.height and not keep:
        rows = rows.filter(~pl.col("n").is_in(gone["n"].implode()))
    return rows, gone, found.filter(pl.col("state") == "withdrawn").select("n", "id")


def _added(batch: Batch, rows: pl.DataFrame, gone: pl.DataFrame, landed: Landed) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that somebody added to the file are the records that they made before."""
    asked = rows.filter(pl.col("r.id").is_null() & pl.col("own.record").is_null()).select("n", "source_key")
    plan = landed.layout.plan
    if asked.is_empty() or not has_source_records(batch, plan.type, plan.source):
        return rows, gone
    found = by_source_key(batch, plan.type, plan.source, asked)
    held = found.filter(pl.col("held") | pl.col("withdrawn")).select("n", "id")
    ids = rows.select("n").join(found.join(held, on="n", how="anti"), on="n", how="left", maintain_order="left")["id"]
    rows = rows.with_columns(pl.coalesce("r.id", ids).alias("r.id"))
    return rows.join(held, on="n", how="anti", maintain_order="left"), pl.concat([gone, held])


def _by_origin(batch: Batch, rows: pl.DataFrame, side: Side) -> pl.DataFrame:
    """Of rows from elsewhere that were never here under their uid: the records that the same source brought."""
    asked = rows.filter(pl.col("r.id").is_null() & (pl.col("own.source") != GOLDEN)).select(
        "n", source="own.source", key="own.key"
    )
    found = by_origin(batch, side.entity_type.name, asked.drop_nulls()) if asked.height else NOBODY
    # One record is one row's: a second row of the same origin is a record of its own.
    found = found.filter(~pl.col("id").is_in(rows["r.id"].drop_nulls().implode())).unique("id", keep="first")
    if found.is_empty():
        return rows
    ids = rows.select("n").join(found, on="n", how="left", maintain_order="left")["id"]
    return rows.with_columns(pl.coalesce("r.id", ids).alias("r.id"))


def _with_parties(batch: Batch, rows: pl.DataFrame) -> pl.DataFrame:
    """A role that is here tells its party where the file does not; rows of one new party share it."""
    orphans = rows.filter(pl.col("r.id").is_not_null() & pl.col("p.id").is_null())
    if orphans.height:
        parties = parties_of(batch, orphans["r.id"])
        found = orphans.select("n", id="r.id").join(parties, on="id").select("n", "party_id")
        ids = rows.select("n").join(found, on="n", how="left", maintain_order="left")["party_id"]
        rows = rows.with_columns(pl.coalesce("p.id", ids).alias("p.id"))
    first = pl.col("n").min().over("own.party")
    shared = pl.col("p.id").is_null() & pl.col("own.party").is_not_null() & (first != pl.col("n"))
    return rows.with_columns(pl.when(shared).then(first).alias("p.first_"))
