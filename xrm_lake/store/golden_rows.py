"""Golden rows: the values and the version of golden records, from all that they follow from, of now or of a day that is past."""

from dataclasses import dataclass

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.settings import Reader
from xrm_lake.store.survivorship import golden_values
from xrm_lake.store.texts import cast_text


@dataclass(frozen=True)
class Members:
    """
    What golden records of one type follow from.

    `rows`: their standing members (golden_id, id, source_, the fields, updated_at). `edits`: when a person set which of their
    fields (id, field, edited_). `pins`: what is pinned on any member, the deleted too, in order of time (golden_id, field, value,
    updated_at). `judged`: when their pairs were judged (golden_id, updated_at). `trust`: by source.
    """

    rows: pl.DataFrame
    edits: pl.DataFrame
    pins: pl.DataFrame
    judged: pl.DataFrame
    trust: dict[str, float]


def judged_at(members: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """When the pairs within each golden record were judged; `members` has id and new_golden, `edges` left_id, right_id, made_at."""
    ids = members.select("id", golden_id="new_golden")
    return edges.join(ids, left_on="left_id", right_on="id").select("golden_id", updated_at="made_at")


def golden_rows(reader: Reader, entity_type: EntityType, of: Members) -> pl.DataFrame:
    """One row for each golden record, by id: id, the fields, and updated_at: when a member, a verdict or a pin of it was last changed."""
    golden = golden_values(of.rows, of.edits, of.trust, entity_type)
    golden = _pinned(reader, entity_type, golden, of.pins)
    parts = [of.rows.select("golden_id", "updated_at"), of.judged, of.pins.select("golden_id", "updated_at")]
    versions = pl.concat(parts, how="vertical_relaxed").group_by("golden_id").agg(pl.col("updated_at").max())
    return golden.join(versions, on="golden_id").rename({"golden_id": "id"}).sort("id")


def _pinned(reader: Reader, entity_type: EntityType, golden: pl.DataFrame, pins: pl.DataFrame) -> pl.DataFrame:
    """The golden values with what people pinned put over them; the last pin on any member counts."""
    last = pins.group_by("golden_id", "field", maintain_order=True).last()
    for (name,), part in last.group_by(["field"], maintain_order=True):
        field = next(item for item in entity_type.fields if item.name == name)
        with reader.frame("pins", part):
            typed = reader.query(
                f"select golden_id, {cast_text(field, 'value')} as pin_, true as is_pinned_ from pins"
            ).frame()
        golden = (
            golden.join(typed, on="golden_id", how="left")
            .with_columns(
                pl.when(pl.col("is_pinned_")).then(pl.col("pin_")).otherwise(pl.col(field.name)).alias(field.name)
            )
            .drop("pin_", "is_pinned_")
        )
    return golden
