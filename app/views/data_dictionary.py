"""The data dictionary: what each field means, who answers for it, how it is used, and when it is to be looked at again."""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import calm, empty, remember_toast
from components.grid import table, texts
from components.text import plain
from navigation import follow, go_list

from xrm_lake.hygiene.dictionary import dictionary, review_field


def data_dictionary() -> None:
    """The fields of a type or of all; a click on one lets it be said that it was looked at."""
    types = {item.name: item.plural for item in served.lake().catalog.active_types}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.selectbox(
            "Type", ["", *types], format_func=lambda each: types.get(each, "All types"), key="dictionary_type",
            label_visibility="collapsed", width=220,
        )  # fmt: skip
        only_due = st.toggle("Due only", key="dictionary_due", help="With values, and not looked at in time")
    found: pl.DataFrame = served.remembered(dictionary, chosen or None, only_due=only_due)
    if found.is_empty():
        empty("No field is due.", icon="task_alt")
        return
    of = st.column_config
    columns = texts([("type_", "Type"), ("label", "Field"), ("kind", "Kind"), ("owner", "Owner"), ("meaning", "Meaning")]) | {
        "fill": of.ProgressColumn("Filled", format="percent", min_value=0, max_value=1), "filled": of.NumberColumn("Values", format="localized"),
        "last_write": of.DateColumn("Last written", format="YYYY-MM-DD"), "due_on": of.DateColumn("Look again", format="YYYY-MM-DD"),
    }  # fmt: skip
    shown = found.with_columns(type_=pl.col("type").replace(types))
    place = table(shown, columns, key="dictionary_rows", alt="Fields; click one to say that it was looked at", most=18)
    if place is None:
        st.caption("Click a field to say that it is right as it is declared, or to open its records.")
        return
    _field(found.row(place, named=True))


def _field(row: dict[str, Any]) -> None:
    said = f"looked at on {row['reviewed_on']} by {row['reviewed_by']}" if row["reviewed_on"] else "not looked at yet"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(row['label'])}** :gray[{plain(said)}]", width="content")
        if st.button("Right as it is", icon=":material/task_alt:", type="primary", key="review_field"):
            with calm():
                review_field(served.lake(), row["type"], row["field"])
                remember_toast(f"{row['label']}: look again in a year", "task_alt")
                st.rerun()
        if st.button("Records", icon=":material/list:", key="dictionary_records"):
            go_list(row["type"])
        if st.button("Model", icon=":material/account_tree:", key="dictionary_model"):
            follow(f"/model?type={row['type']}")
