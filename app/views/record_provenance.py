"""Where each value of a golden record comes from, and what gave way to it."""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.grid import table, texts
from components.text import shown

from xrm_lake.model.results import RecordView
from xrm_lake.store.provenance import provenance


def origins(view: RecordView) -> None:
    """A fold with a row for each value: from whom, by which rule, set when and by whom, and the other values."""
    with st.expander("Where the values come from", icon=":material/account_tree:", key=f"origins_{view.id}"):
        labels = {field.name: field.label for field in served.lake().catalog.type(view.type).active_fields}
        rows = [_row(row, labels) for row in served.remembered(provenance, view.id).iter_rows(named=True)]
        if not rows:
            st.caption("It has no values yet.")
            return
        columns = texts([
            ("field", "Field"), ("value", "Value"), ("rule", "Why this one"), ("member", "From"), ("when", "Set"), ("who", "By"),
            ("others", "Gave way"),
        ])  # fmt: skip
        table(
            pl.DataFrame(rows), columns, key=f"provenance_{view.id}", alt="Values of this golden record and their origins",
            select=False, most=16,
        )  # fmt: skip


def _row(row: dict[str, Any], labels: dict[str, str]) -> dict[str, str]:
    member = f"#{row['member_id']} {row['source'] or ''}".strip() if row["member_id"] is not None else ""
    others = (f"{shown(each['value'])} (#{each['member_id']})" for each in row["others"] or [])
    return {
        "field": labels[row["field"]], "value": shown(row["value"]), "rule": row["rule"], "member": member,
        "when": shown(row["made_at"]), "who": row["made_by"] or "", "others": "; ".join(others),
    }  # fmt: skip
