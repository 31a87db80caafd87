"""What a workbook's number formats tell of a column: a share formatted as percent is stored as a fraction of one."""

from collections.abc import Sequence
from dataclasses import replace

from xrm_lake.ingest.mapping.sample import Table
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.model.entity_type import Field


def with_formats(plans: Sequence[ColumnPlan], table: Table, fields: Sequence[Field]) -> list[ColumnPlan]:
    """The plans, with the scale given to those of percentages whose cells are formatted as such."""
    formats = table.delivery.formats
    shares = {field.name for field in fields if field.kind == "percent"}
    return [
        replace(plan, options=(*plan.options, ("scale", "fraction")))
        if plan.to == "field" and plan.field in shares and formats and formats[plan.position] == "percent"
        else plan
        for plan in plans
    ]
