"""A later delivery of a source that is there already, told by its headers, its ids and what its records are called."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

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
_LOOKED_AT = 1_000


def of_known_sources(lake: Lake, plans: Sequence[FilePlan]) -> list[tuple[FilePlan, tuple[str, ...]]]:
    """
    The plans, those of a source that nobody named with the known source that they are a delivery of, and the notes that say so.

    That is one whose files had the same headers, whose ids are met again, and whose records are called the same under them. Where
    they are called otherwise the plan stays of its own source, and a note says that.
    """
    found: dict[str, tuple[float, str, int]] = {}
    notes: dict[int, str] = {}
    for place, plan in enumerate(plans):
        for source, known, called in _met(lake, plan):
            if called >= _AGREE:
                found[plan.source] = max(found.get(plan.source, (0.0, "", 0)), (called, source, known))
            else:
                notes[place] = (
                    f"Its headers and {known} of its ids are those of the source {source}, but under them stand other records, so it is"
                    f" taken for a source of its own: {plan.source}. If it comes from there: --source {source}"
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
        known, total = called_by_key(lake, plan.type, source, rows)
        if known.height and known.height >= _KNOWN * min(rows["source_key"].n_unique(), total):
            met.append((source, known.height, _agreement(plan, known.head(_LOOKED_AT))))
    return met


def _agreement(plan: FilePlan, known: pl.DataFrame) -> float:
    """Which share of the rows hold, in any cell, each word of what the record under their key is called."""
    cells = [f"c{column.position}" for column in plan.columns]
    staged = pl.scan_parquet(plan.delivery.staged, glob=False).select(cells).with_row_index("row")
    rows = staged.filter(pl.col("row").is_in(known["row"].implode())).collect()
    texts = rows.select("row", text=pl.concat_str([pl.col(cell).fill_null("") for cell in cells], separator=" "))
    both = known.join(texts, on="row").drop_nulls("called")
    if both.is_empty():
        return 1.0
    pairs = zip(folded(both["text"]), folded(both["called"]), strict=True)
    return sum(set(called.split()) <= set(text.split()) for text, called in pairs) / both.height
