"""Day before month or month before day: where a column of dates cannot tell, another one of the same file may."""

from collections.abc import Sequence
from dataclasses import replace

from xrm_lake.ingest.mapping.sample import Table
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.model.entity_type import Field
from xrm_lake.model.kinds.date import Date

_DATES = ("date", "datetime")


def share_order(plans: Sequence[ColumnPlan], table: Table, fields: Sequence[Field]) -> list[ColumnPlan]:
    """The plans, with the order that all telling columns of dates agree on given to those that do not tell."""
    kinds = {field.name: field.kind for field in fields}
    orders = {
        plan.position: Date().infer(table.columns[plan.position].values).get("order")
        for plan in plans
        if plan.to == "field" and kinds.get(plan.field) in _DATES
    }
    told = {order for order in orders.values() if order in ("dmy", "mdy", "ymd")}
    if len(told) != 1:
        return list(plans)
    order = told.pop()
    return [
        replace(plan, options=(*plan.options, ("order", str(order))))
        if orders.get(plan.position) == "ambiguous"
        else plan
        for plan in plans
    ]
