"""
A pandera schema that never passes what it has not looked at.

By itself pandera checks only the columns and types of a lazy frame, and says nothing of that: every value passes. This one
checks the values of lazy frames too.
"""

from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.backends.polars.container import DataFrameSchemaBackend
from pandera.config import ValidationDepth, config_context


class WholeSchema(pa.DataFrameSchema):
    """A schema whose `validate` looks at the values of any frame, lazy or not, whatever pandera is set to."""

    def validate(self, check_obj: Any, *positional: Any, **named: Any) -> Any:
        """The frame itself, lazy if it was. Raises SchemaError, or SchemaErrors with `lazy=True`, as pandera does."""
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            return super().validate(check_obj, *positional, **named)


# Pandera looks a schema's work up by its exact class.
for _kind in (pl.DataFrame, pl.LazyFrame):
    WholeSchema.register_backend(_kind, DataFrameSchemaBackend)
