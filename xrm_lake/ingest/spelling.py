"""
What a row was found by keeps the spelling that the record has.

A key is compared without case, accents and superfluous space, or `~` nearly. So the row and the record say the same, and which of the
two is spelt better no rule can tell: a list without accents would write `Schroder` over `Schröder`. Only the source that brought the
record, under its own key, and people spell it anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from xrm_lake.ingest.diff import Differences
from xrm_lake.ingest.layout import Side
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.store.identify import by_source_key, name_sql
from xrm_lake.store.write import Batch

# A whole name and its parts are spelt alike, whichever of them is the key.
_NAME = frozenset({"full_name", "given_name", "family_name", "person_name"})


@dataclass(frozen=True)
class Told:
    """By what the rows of a plan were told to be records: the fields `key` (with `~` nearly), or by what somebody answered (rows n)."""

    key: tuple[str, ...]
    by_fields: pl.Series
    answered: pl.Series
    plan: FilePlan

    def fields(self, side: Side, *, near: bool) -> list[str]:
        """The fields of the key, or those that may nearly be the same, and with one of a name all of its parts."""
        told = {name.removesuffix("~") for name in self.key if name.endswith("~") or not near}
        named = any(field.kind in _NAME for field in side.entity_type.fields if field.name in told)
        return [f.name for f in side.entity_type.fields if f.name in told or (named and f.kind in _NAME)]


def keep_spelling(batch: Batch, side: Side, known: pl.DataFrame, found: Differences, told: Told) -> Differences:
    """
    The differences without the spelling of what known rows were found by; what is left out is `kept`.

    An empty value of the record is filled, and another name in a part that is no key is written.
    """
    id, names = side.prefix + "id", {side.prefix + name.removesuffix("~") for name in told.key}
    if not names or not names <= set(known.columns) or found.is_empty:
        return found
    rows = known.filter(pl.col("n").is_in(pl.concat([told.by_fields, told.answered]).implode()))
    own = by_source_key(batch, side.entity_type.name, told.plan.source, rows)
    rows = rows.join(own, left_on=["n", id], right_on=["n", "id"], how="anti")
    contested = found.conflicts.select("entity_id", "field", old="stands", new="new")
    cells = pl.concat([found.changes, contested]).drop_nulls(["old", "new"])
    cells = cells.filter(
        pl.col("entity_id").is_in(rows[id].implode()) & pl.col("field").is_in(told.fields(side, near=False))
    )
    likely = rows.filter(pl.col("n").is_in(told.answered.implode()))[id].implode()
    nearly = pl.col("entity_id").is_in(likely) & pl.col("field").is_in(told.fields(side, near=True))
    return found.keeping(pl.concat([cells.filter(nearly), _spelt_alike(batch, cells.filter(~nearly))]))


def spelling_note(kept: Iterable[pl.DataFrame]) -> list[str]:
    """How many values were not written for their spelling, as a note."""
    count = sum(cells.height for cells in kept)
    are = "1 value is" if count == 1 else f"{count} values are"
    it = "it" if count == 1 else "them"
    return [f"{are} spelt otherwise than in the record found by {it}; the record's spelling stays."] if count else []


def _spelt_alike(batch: Batch, cells: pl.DataFrame) -> pl.DataFrame:
    with batch.frame("cells", cells):
        return batch.query(f"select * from cells where {name_sql('old')} = {name_sql('new')} order by all").frame()  # noqa: S608
