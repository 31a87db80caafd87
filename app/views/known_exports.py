"""Known exports: which files are recognised by their headers, and what becomes of the columns of one of them."""

import served
import streamlit as st
from components.frame import card
from components.grid import table, texts

from xrm_lake.ingest.list_presets import list_presets, show_preset


def known_exports() -> None:
    """A list of all presets; the columns of the one that is clicked below it."""
    lake = served.lake()
    with card(
        "Known exports",
        "Files of these systems are recognised by their headers. Your own are TOML files in the folder presets of the lake.",
    ):
        found = list_presets(lake)
        columns = texts(
            (("preset", "Export"), ("system", "System"), ("holds", "Holds"), ("needs", "Recognised by"))
        ) | {"columns": st.column_config.NumberColumn("Columns"), "own": st.column_config.CheckboxColumn("Your own")}
        place = table(found, columns, key="presets", alt="Known exports; click one to see its columns", most=12)
        if place is None:
            return
        name = str(found["preset"][place])
        headings = (("header", "Column"), ("becomes", "Becomes"), ("evidence", "Evidence"), ("reason", "Why not"))
        st.caption(f"The columns of {name}, the best known first")
        table(show_preset(lake, name), texts(headings), key=f"preset_{name}", alt=f"Columns of {name}", select=False)
