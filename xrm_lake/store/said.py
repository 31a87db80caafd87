"""
What a source said last of its own records, beside what stands here now.

The ledger knows: the value that its record began with, what later imports of the source set, and what they noted where a person's
value stood in the way.
"""

from importlib.resources import files

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Registered

SAID = pl.Schema({"id": pl.Int64(), "field": pl.String(), "value": pl.String(), "said": pl.String()})
_PART = 50_000
_SQL = files("xrm_lake.store") / "said.sql"


def differing_cells(lake: Lake, entity_type: EntityType, source: str, records: pl.DataFrame) -> pl.DataFrame:
    """
    Where what stands for a source's records differs from what the source said last: id, field, value, said (canonical texts).

    `records` has id, the source's own record, and standing, the record whose values count: its golden record, or itself.
    """
    parts = [_cells(lake, entity_type, source, part) for part in records.iter_slices(_PART)]
    return pl.concat([pl.DataFrame(schema=SAID), *parts])


def _cells(lake: Lake, entity_type: EntityType, source: str, records: pl.DataFrame) -> pl.DataFrame:
    table = table_of(entity_type.name)
    each = " union all ".join(
        f"select w.id, '{field.name}' as field, {text_of(field, 's.' + quoted(field.name))} as value,"
        f" {text_of(field, 'r.' + quoted(field.name))} as own"
        f" from wanted w join {table} r on r.id = w.id join {table} s on s.id = w.standing"
        for field in entity_type.active_fields
    )
    if not each:
        return pl.DataFrame(schema=SAID)
    cursor = lake.engine.cursor()
    with Registered(cursor, "wanted", records.select("id", "standing")):
        cells = lake.query(each).frame()
    with Registered(cursor, "cells", cells):
        return lake.query(_SQL.read_text(encoding="utf-8"), source=source).frame().cast(SAID)
