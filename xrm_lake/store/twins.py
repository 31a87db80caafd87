"""Values that must be unique: no index holds that, so it is asked before each write."""

from collections.abc import Mapping

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.texts import from_text
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch


def refuse_twins(batch: Batch, entity_type: EntityType, values: Mapping[str, str | None], id: int | None) -> None:
    """Raises InvalidValue if another live record than this one has a value that must be unique."""
    for field in entity_type.active_fields:
        if field.unique and values.get(field.name) is not None:
            other = batch.query(
                f"select id from {table_of(entity_type.name)}"
                f" where live and {quoted(field.name)} = {from_text(entity_type, field.name)} and id is distinct from $id limit 1",
                id=id,
                **{f"v_{field.name}": values[field.name]},
            ).value()
            if other is not None:
                raise InvalidValue(
                    f"{field.label} must be unique, and record {other} has this value already. Nothing was changed."
                )


def count_twins(batch: Batch, entity_type: EntityType, name: str, ids: pl.Series) -> int:
    """How many of these records, if they are live, have a value in this field that another live record has too."""
    column = quoted(name)
    with batch.frame("asked", ids.unique().alias("id").to_frame()):
        return int(
            batch.query(
                f"""
                select count(*) from (
                    select id from {table_of(entity_type.name)} where live and {column} is not null
                    qualify count(*) over (partition by {column}) > 1
                ) t where t.id in (select id from asked)
                """
            ).value()
        )
