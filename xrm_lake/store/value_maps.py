"""Value maps: what a source's words mean here, such as `Deutschl.` for a country. Writes `value_map`, which is only added to."""

from collections.abc import Mapping

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.model.meanings import as_compared, meaning
from xrm_lake.store.lake import Lake
from xrm_lake.store.mappings import STANDS
from xrm_lake.store.settings import Reader
from xrm_lake.store.write import Batch

VALUE_MAPS = pl.Schema(
    {
        "source": pl.String(), "type": pl.String(), "field": pl.String(), "old": pl.String(), "new": pl.String(), "batch_id": pl.Int64(),
    }
)  # fmt: skip


def list_value_maps(lake: Lake, *, source: str | None = None, type: str | None = None) -> pl.DataFrame:
    """
    What is read as something else, source by source (frame VALUE_MAPS).

    `old` is the text in the file, whatever its case and the spaces around it, `new` what is read instead, `batch_id` where
    that was said. Undo of an edit takes back what it said; undo of an import leaves it, so that the same file
    is read as before. `type` is a type of record or, for a table of links, of link.
    """
    return value_maps(lake, source=source, type=type)


def value_maps(reader: Reader, *, source: str | None = None, type: str | None = None) -> pl.DataFrame:
    """As `list_value_maps`, also from within a batch."""
    said = (
        reader.query(
            f"""
            select v.source, v.type, v.field, v.old, v.new, v.batch_id
            from value_map v left join batch b on b.batch_id = v.batch_id
            where {STANDS} and ($source::varchar is null or v.source = $source) and ($type::varchar is null or v.type = $type)
            order by v.batch_id desc
            """,
            source=source,
            type=type,
        )
        .frame()
        .cast(VALUE_MAPS)
    )
    # The engine's lower case is not that by which the texts of files are compared (ß, İ).
    compared = said.with_columns(word=pl.Series([as_compared(old) for old in said["old"]], dtype=pl.String))
    last = compared.unique(["source", "type", "field", "word"], keep="first", maintain_order=True).drop("word")
    return last.drop_nulls("new").sort("source", "type", "field", "old")


def map_values(
    lake: Lake, source: str, type: str, field: str, values: Mapping[str, str | None], *, by: str | None = None
) -> int:
    """
    Say how texts of a source are read from now on: `values` from what stands in its files to what is meant; None forgets it.

    `field` is a field of the type or of its party, or a type of its links; an empty text means that there is no value. Gives the batch.
    Raises UnknownName if there is no such type, field or link type, Misuse if nothing is said, or if a stage or an allowed value is
    meant that is not there (see `model.meanings`).
    """
    links = {item.name for item in lake.catalog.link_types}
    if type not in links and field not in links:
        fields = {each.name for each in lake.catalog.fields_for_import(type)}
        if field not in fields:
            lake.catalog.field(type, field)
    values = {old: new and meaning(lake.catalog, type, field, new) for old, new in values.items()}
    if not values:
        raise Misuse("No value was named. Say what is read as what, such as {'Deutschl.': 'Germany'}.")
    with lake.write("edit", by=by, source="manual") as batch:
        remember_values(batch, source, type, {field: values})
        return batch.id


def remember_values(batch: Batch, source: str, type: str, values: Mapping[str, Mapping[str, str | None]]) -> None:
    """Keep what was said of values, as far as it is new: `values` by field, from old to new."""
    said = [(field, old.strip(), new) for field, words in values.items() for old, new in words.items()]
    known = value_maps(batch, source=source, type=type)
    stands = {(field, as_compared(old)): new for field, old, new in known.select("field", "old", "new").iter_rows()}
    fresh = [(field, old, new) for field, old, new in said if stands.get((field, as_compared(old))) != new]
    rows = pl.DataFrame(fresh, schema={"field": pl.String, "old": pl.String, "new": pl.String}, orient="row")
    batch.append(
        "value_map",
        rows.with_columns(batch_id=pl.lit(batch.id, pl.Int64), source=pl.lit(source), type=pl.lit(type)),
    )
