"""The ways to join records, one row each."""

import polars as pl
import served
import streamlit as st
from components.frame import calm, remember_toast
from components.grid import table, texts
from components.text import count, plain
from views.model_links import rename_link_type_dialog

from xrm_lake.store.model import retire_link_type


def link_types() -> None:
    """All link types; a click on one offers to rename or retire it."""
    links = served.lake().catalog.link_types
    rows = pl.DataFrame(
        {
            "label": [item.label + (" (retired)" if item.retired else "") for item in links],
            "inverse": [item.inverse for item in links],
            "from": [", ".join(item.from_types) or "any" for item in links],
            "to": [", ".join(item.to_types) or "any" for item in links],
            "most": [item.cardinality for item in links],
            "fields": [", ".join(field.label for field in item.fields) for item in links],
            "name": [item.name for item in links],
        }
    )
    columns = texts(
        [("label", "Reads"), ("inverse", "And back"), ("from", "From"), ("to", "To"), ("most", "How many")]
    ) | texts([("fields", "Fields"), ("name", "Name")])
    place = table(rows, columns, key="link_types", alt="Link types; click one to change it", most=18)
    if place is None:
        st.caption(f"{count(len(links), 'link type')}. Click one to change it.")
        return
    link = links[place]
    with st.container(horizontal=True, border=True, vertical_alignment="center", key="one_link_type"):
        st.markdown(f"**{plain(link.label)}** :gray[· {plain(link.name)}]", width="stretch")
        if st.button("Rename", icon=":material/edit:", key="rename_link_type"):
            rename_link_type_dialog(link.name)
        if st.button(
            "Bring back" if link.retired else "Retire",
            icon=":material/archive:",
            key="retire_link_type",
            disabled=link.name == "role_of",
        ):
            with calm():
                retire_link_type(served.lake(), link.name, retired=not link.retired)
                remember_toast(f"{link.label}: {'in use again' if link.retired else 'retired'}", "archive")
                st.rerun()
