"""
Refusals: what people do not want to be proposed again. Writes `fix_refusal`, which is only added to.

A refusal is of a change of a certain value to a certain other; as soon as either is another, it says nothing more. Undo of
its batch takes it back.
"""

import polars as pl

from xrm_lake.store.settings import Reader
from xrm_lake.store.write import Batch

REFUSALS = pl.Schema(
    {
        "rule": pl.String(), "type": pl.String(), "entity_id": pl.Int64(), "field": pl.String(), "old": pl.String(), "new": pl.String(),
        "basis": pl.String(),
    }
)  # fmt: skip
VALUES = "values"


def refusals(reader: Reader, *, rule: str | None = None, type: str | None = None) -> pl.DataFrame:
    """All that is refused and was not taken back (schema REFUSALS); without an entity_id it holds for all records."""
    return (
        reader.query(
            """
        select distinct r.rule, r.type, r.entity_id, r.field, r.old, r.new, r.basis
        from fix_refusal r left join batch b on b.batch_id = r.batch_id
        where b.undone_by is null and ($rule::varchar is null or r.rule = $rule) and ($type::varchar is null or r.type = $type)
        order by all
        """,
            rule=rule,
            type=type,
        )
        .frame()
        .cast(REFUSALS)
    )


def refused_pairs(reader: Reader, type: str, field: str) -> list[tuple[str, str]]:
    """The pairs of values of a field that are not the same, somebody said."""
    found = refusals(reader, rule=VALUES, type=type).filter(pl.col("field") == field)
    return found.select("old", "new").rows()


def add_refusals(batch: Batch, rows: pl.DataFrame) -> None:
    """Remember what is refused (schema REFUSALS)."""
    batch.append("fix_refusal", rows.with_columns(batch_id=pl.lit(batch.id, pl.Int64)))
