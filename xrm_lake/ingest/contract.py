"""
The contract of an entity type: what a frame of its records must be like before it is written.

It checks columns only: a check across columns would copy each row that fails it; those are checks of the lake. Lazy frames are looked
at like others (see whole_schema).
"""

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from xrm_lake.ingest.clean import typed
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind, physical
from xrm_lake.store.lake import Lake

if TYPE_CHECKING:
    import pandera.polars as pa

CASES_KEPT = 100
BREACHES = pl.Schema({"field": pl.String, "breach": pl.String, "count": pl.Int64})


def contract(entity_type: EntityType, names: tuple[str, ...] | None = None) -> "pa.DataFrameSchema":
    """
    The pandera schema of a type's columns: each of the field's own type, filled where required, allowed values only.

    `names` are the columns that the frame has; without them it is to have those of all required fields, and unique values where the type
    says so: a part of a file cannot tell. `validate` checks the values of lazy frames too,
    which pandera by itself passes unseen. What a kind accepts (an e-mail address, a phone number) is checked by the lake, after cleaning.
    """
    import pandera.polars as pa

    from xrm_lake.ingest.whole_schema import WholeSchema

    fields = [field for field in entity_type.active_fields if names is None or field.name in names]
    columns = {field.name: _column(pa, field, whole=names is None) for field in fields}
    return WholeSchema(
        columns, name=entity_type.name, title=entity_type.label, description=entity_type.meaning or None, strict=False
    )


def contract_text(lake: Lake, type: str) -> str:
    """The contract of a type as JSON, which pandera and people read; JSON is YAML, too. Raises UnknownName."""
    written = contract(lake.catalog.type(type)).to_json()
    return json.dumps(json.loads(written), indent=2, ensure_ascii=False)


def plainly_kept(entity_type: EntityType, frame: pl.DataFrame) -> bool:
    """
    Whether a frame of a type's fields keeps the contract, told at a glance: then `breaches` finds none.

    Nearly every frame does, and loading pandera takes longer than the import of a small file.
    """
    return all(_plainly_kept(field, frame[field.name]) for field in entity_type.active_fields if field.name in frame)


def breaches(schema: "pa.DataFrameSchema", frame: pl.DataFrame) -> pl.DataFrame:
    """
    How a frame breaks the contract: field, breach (`missing`, `not allowed`, `type`), count; no rows if it does not.

    Raises RuntimeError if a check cannot be run: that is an error of ours, not of the data.
    """
    import pandera.errors

    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as broken:
        found = {(str(error.schema.name), _breach(error)) for error in broken.schema_errors}
        rows = [(name, breach, _count(schema, frame, name, breach)) for name, breach in sorted(found)]
        return pl.DataFrame(rows, schema=BREACHES, orient="row")
    return pl.DataFrame(schema=BREACHES)


def _plainly_kept(field: Field, values: pl.Series) -> bool:
    if values.dtype != _dtype(field) or (field.is_required and values.has_nulls()):
        return False
    return not field.allowed or field.many or bool(values.drop_nulls().is_in(list(field.allowed)).all())


def _dtype(field: Field) -> pl.DataType:
    return typed(pl.Series([], dtype=pl.String), physical(kind(field.kind), field.many)).dtype


def _column(pa: Any, field: Field, *, whole: bool) -> Any:
    checks = []
    if field.allowed and not field.many:
        checks.append(pa.Check.isin(list(field.allowed), n_failure_cases=CASES_KEPT))
    return pa.Column(
        _dtype(field), checks, nullable=not field.is_required, required=whole and field.is_required, unique=whole and field.unique,
        title=field.label, description=field.meaning or None, metadata={"allowed": field.allowed},
    )  # fmt: skip


def _breach(error: Any) -> str:
    code = error.reason_code.name
    if code == "SERIES_CONTAINS_NULLS":
        return "missing"
    if code == "DATAFRAME_CHECK":
        return "not allowed"
    if code in ("WRONG_DATATYPE", "DATATYPE_COERCION"):
        return "type"
    raise RuntimeError(f"the contract of {error.schema.name} could not be checked: {code}")


def _count(schema: "pa.DataFrameSchema", frame: pl.DataFrame, name: str, breach: str) -> int:
    """How many values break it; counted here, since the failure cases that pandera keeps are capped."""
    if breach == "missing":
        return frame[name].null_count()
    if breach == "not allowed":
        allowed = list((schema.columns[name].metadata or {})["allowed"])
        return int((~frame[name].is_in(allowed)).sum())
    return frame.height
