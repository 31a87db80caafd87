"""Whether the rows of a planned file are records that a source has brought: by their ids, and by what stands under them."""

from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.ingest.clean import cleaner
from xrm_lake.ingest.keys import read_keys
from xrm_lake.ingest.mapping.sample import folded
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.ingest.saved_mapping import with_saved
from xrm_lake.store.identify import called_by_key
from xrm_lake.store.lake import Lake

# Which share of the ids must be known, of those there are on the smaller side, and which share of them must be called the same.
_KNOWN, _AGREE = 0.5, 0.8
# Which share of pairs of records may be alike, so that being alike still says that they are the same.
_BY_CHANCE = 0.5
_LOOKED_AT = 1_000


@dataclass(frozen=True)
class Met:
    """A source whose ids are met again in a file: how many, and which share of them is called the same."""

    source: str
    known: int
    called: float

    @property
    def same(self) -> bool:
        """Whether they are the same records."""
        return self.called >= _AGREE


def met(lake: Lake, plan: FilePlan, source: str) -> Met | None:
    """How far the rows are records that a source has brought; None if its ids are not met."""
    (as_then,) = with_saved(lake, [replace(plan, source=source)])
    rows = pl.DataFrame({"source_key": read_keys(as_then).values}).with_row_index("row").drop_nulls()
    known, total = called_by_key(lake, plan.type, source, rows, _key_fields(as_then))
    if not known.height or known.height < _KNOWN * min(rows["source_key"].n_unique(), total):
        return None
    return Met(source, known.height, _agreement(as_then, lake, known.head(_LOOKED_AT)))


def _key_fields(plan: FilePlan) -> frozenset[str]:
    return frozenset(column.field for column in plan.columns if column.field and column.position in plan.key)


def _agreement(plan: FilePlan, lake: Lake, known: pl.DataFrame) -> float:
    """Which share of the rows are what stands under their key, by name or else by their other cells; 0 where too little tells."""
    cells = {column.position: f"c{column.position}" for column in plan.columns if column.position not in plan.key}
    staged = pl.scan_parquet(plan.delivery.staged, glob=False).select(list(cells.values())).with_row_index("row")
    both = staged.filter(pl.col("row").is_in(known["row"].implode())).collect().join(known, on="row")
    named = both.drop_nulls("called")
    if 2 * named.height < both.height or named.is_empty():
        return _agreement_of_cells(plan, lake, both)
    texts = named.select(text=pl.concat_str([pl.col(cell).fill_null("") for cell in cells.values()], separator=" "))
    pairs = zip(folded(texts["text"]), folded(named["called"]), strict=True)
    return sum(set(called.split()) <= set(text.split()) for text, called in pairs) / named.height


def _agreement_of_cells(plan: FilePlan, lake: Lake, both: pl.DataFrame) -> float:
    """Which share of the rows hold in every cell beside the key what the record holds; an empty cell says nothing."""
    fields = {field.name: field for field in lake.catalog.type(plan.type).active_fields if not field.many}
    columns = [c for c in plan.columns_to("field") if c.position not in plan.key and c.field in fields]
    if not columns:
        return 0.0
    read = {
        column.field: cleaner(fields[column.field], plan.delivery.staged, cell, given=dict(column.options))
        .clean(both[cell])
        .values
        for column, cell in ((column, f"c{column.position}") for column in columns)
    }
    rows = both.with_columns(values.alias(f"now.{name}") for name, values in read.items())
    rows = rows.filter(
        pl.any_horizontal(pl.col(f"now.{name}").is_not_null() & pl.col(f"v.{name}").is_not_null() for name in read)
    )
    # Records that are all alike would agree with any others.
    shares = rows.group_by([f"v.{name}" for name in read]).len()["len"] / max(rows.height, 1)
    if rows.is_empty() or float((shares * shares).sum()) > _BY_CHANCE:
        return 0.0
    same = [pl.col(f"now.{name}").is_null() | pl.col(f"now.{name}").eq_missing(pl.col(f"v.{name}")) for name in read]
    return rows.filter(pl.all_horizontal(same)).height / rows.height
