"""Where records come from, and how far each source is trusted."""

import served
import streamlit as st
from components.frame import calm, empty, remember_toast
from components.grid import table, texts
from components.text import plain

from xrm_lake.store.trust import list_sources, trust_source


def sources() -> None:
    """All sources; a click on one lets its trust be set."""
    found = served.remembered(list_sources)
    if found.is_empty():
        empty("No record has come from anywhere yet.", icon="source")
        return
    for name in found.filter("late")["source"]:
        st.warning(f"{plain(name)} is late: nothing has come when it was due.", icon=":material/schedule:")
    of = st.column_config
    columns = texts([("source", "Source"), ("types", "Types")]) | {
        "trust": of.NumberColumn("Trust"), "records": of.NumberColumn("Records", format="localized"),
        "merged": of.NumberColumn("Merged", format="localized"), "last_import": of.DatetimeColumn("Last import", format="YYYY-MM-DD HH:mm"),
        "every_days": of.NumberColumn("Every (days)", format="%.4g"), "due_at": of.DatetimeColumn("Due", format="YYYY-MM-DD"),
        "error_rate": of.NumberColumn("Rejected", format="percent"),
    }  # fmt: skip
    place = table(found, columns, key="sources", alt="Sources; click one to set how far it is trusted", most=18)
    if place is None:
        st.caption(
            "Where merged records differ, the value from the more trusted source survives; 0 is usual. Click one to change it."
        )
        return
    row = found.row(place, named=True)
    with st.form("trust_source", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        st.markdown(f"**{plain(row['source'])}**", width="stretch")
        trust = st.number_input("Trust", value=row["trust"], step=1.0, key=f"trust_{row['source']}", width=160)
        if st.form_submit_button("Set", icon=":material/check:", type="primary"):
            with calm():
                trust_source(served.lake(), row["source"], trust)
                remember_toast(f"{row['source']}: trust {trust:g}", "check")
                st.rerun()
