"""Whole names follow their parts: where a part of a name is mended, the whole that was made of the parts is too, as on an edit."""

import polars as pl

from xrm_lake.hygiene.fixes.outcome import CELLS
from xrm_lake.model.names import quoted
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

_PARTS = ("given_name", "family_name")


def with_whole_names(batch: Batch, cells: pl.DataFrame) -> pl.DataFrame:
    """The cells (CELLS), and those of whole names that are to follow; a whole that is to be changed itself is left to that."""
    more = [cells.select(list(CELLS))]
    for (type_name,), part in cells.group_by(["type"], maintain_order=True):
        kinds = {field.kind: field.name for field in batch.catalog.type(str(type_name)).active_fields if not field.many}
        parts = [kinds[name] for name in _PARTS if name in kinds]
        whole = kinds.get("full_name")
        told = part.filter(pl.col("field").is_in(parts))
        if whole is not None and told.height:
            known = part.filter(pl.col("field") == whole).select("record_id")
            more.append(_following(batch, str(type_name), whole, parts, told).join(known, on="record_id", how="anti"))
    return pl.concat(more)


def _following(batch: Batch, type_name: str, whole: str, parts: list[str], told: pl.DataFrame) -> pl.DataFrame:
    columns = "".join(f", r.{quoted(name)} as part_{place}" for place, name in enumerate(parts))
    with batch.frame("told", told.select("record_id").unique()):
        rows = batch.query(
            f"select r.id as record_id, r.{quoted(whole)} as old{columns} from told t join {table_of(type_name)} r on r.id = t.record_id"
            f" where r.{quoted(whole)} is not null order by r.id"
        ).frame()
    was = [f"part_{place}" for place in range(len(parts))]
    for place, name in enumerate(parts):
        new = told.filter(pl.col("field") == name).unique("record_id").select("record_id", was_="old", new_="new")
        rows = rows.join(new, on="record_id", how="left", maintain_order="left")
        # Only a part that still is what it was is changed.
        still = pl.col(was[place]).eq_missing(pl.col("was_")) & pl.col("new_").is_not_null()
        rows = rows.with_columns(pl.when(still).then("new_").otherwise(was[place]).alias(f"to_{place}")).drop(
            "was_", "new_"
        )
    made = pl.concat_str(was, separator=" ", ignore_nulls=True)
    becomes = pl.concat_str([f"to_{place}" for place in range(len(parts))], separator=" ", ignore_nulls=True)
    follow = rows.filter((pl.col("old") == made) & (pl.col("old") != becomes))
    return follow.select(
        "record_id", "old", type=pl.lit(type_name), field=pl.lit(whole), new=becomes
    ).select(list(CELLS)).cast(CELLS)  # fmt: skip
