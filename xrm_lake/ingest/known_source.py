"""A later delivery of a source that is there already, told by its headers, its ids and what its records are called."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from xrm_lake.ingest.clean import cleaner
from xrm_lake.ingest.keys import read_keys
from xrm_lake.ingest.mapping.sample import folded
from xrm_lake.ingest.plan import ColumnPlan, FilePlan
from xrm_lake.ingest.plan_text import headers_text
from xrm_lake.ingest.saved_mapping import with_saved
from xrm_lake.store.identify import called_by_key
from xrm_lake.store.lake import Lake
from xrm_lake.store.mappings import saved_plans

# Which share of the ids must be known, of those there are on the smaller side, and which share of them must be called the same.
_KNOWN, _AGREE = 0.5, 0.8
# Which share of pairs of records may be alike, so that being alike still says that they are the same.
_BY_CHANCE = 0.5
_LOOKED_AT = 1_000


def of_known_sources(lake: Lake, plans: Sequence[FilePlan]) -> list[tuple[FilePlan, tuple[str, ...]]]:
    """
    The plans, those of a source that nobody named with the known source that they are a delivery of, and the notes that say so.

    That is one whose files had the same headers, whose ids are met again, and whose records are called the same under them; those
    that have no name but their key are the same in all other cells. Where they are not, or too little tells, the plan stays of its
    own source, and a note says that.
    """
    found: dict[str, tuple[float, str, int]] = {}
    notes: dict[int, str] = {}
    for place, plan in enumerate(plans):
        for source, known, called in _met(lake, plan):
            if called >= _AGREE:
                found[plan.source] = max(found.get(plan.source, (0.0, "", 0)), (called, source, known))
            else:
                notes[place] = (
                    f"Its headers and {known} of its ids are those of the source {source}, but under them stand other records, or too"
                    f" little tells that they are the same, so it is taken for a source of its own: {plan.source}. If it comes"
                    f" from there: --source {source}"
                )
    return [_renamed(plan, found, notes.get(place, "")) for place, plan in enumerate(plans)]


def _renamed(plan: FilePlan, found: dict[str, tuple[float, str, int]], hint: str) -> tuple[FilePlan, tuple[str, ...]]:
    if plan.source not in found:
        return plan, (hint,) if hint else ()
    _, source, _ = found[plan.source]
    note = f"It is taken for a delivery of the source {source}, whose headers and records it has. If it is none: --source {plan.source}"
    columns = tuple(_linked(column, found) for column in plan.columns)
    return replace(plan, source=source, columns=columns), (note,)


def _linked(column: ColumnPlan, found: dict[str, tuple[float, str, int]]) -> ColumnPlan:
    if column.link is None or column.link.source not in found:
        return column
    return replace(column, link=replace(column.link, source=found[column.link.source][1]))


def _met(lake: Lake, plan: FilePlan) -> list[tuple[str, int, float]]:
    """The sources whose files had these headers and whose ids are met: source, how many are, and which share is called the same."""
    if plan.shape != "records" or plan.preset is not None or not lake.catalog.has_type(plan.type):
        return []
    before = saved_plans(lake, headers_text(plan.delivery.headers))
    if any(row["source"] == plan.source for row in before):
        return []
    met = []
    for source in dict.fromkeys(str(row["source"]) for row in before if row["type"] == plan.type):
        (as_then,) = with_saved(lake, [replace(plan, source=source)])
        rows = pl.DataFrame({"source_key": read_keys(as_then).values}).with_row_index("row").drop_nulls()
        known, total = called_by_key(lake, plan.type, source, rows, _key_fields(as_then))
        if known.height and known.height >= _KNOWN * min(rows["source_key"].n_unique(), total):
            met.append((source, known.height, _agreement(as_then, lake, known.head(_LOOKED_AT))))
    return met


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
