"""Search over all records, from anywhere."""

import served
import streamlit as st
from components.text import plain
from navigation import icon_of, page_of

from xrm_lake.store.search import search


@st.dialog("Search records", width="medium", icon=":material/search:")
def search_dialog() -> None:
    """Type a few letters of anything: a name, an e-mail, a number, a city."""
    _found()


@st.fragment
def _found() -> None:
    text = st.text_input(
        "Search", key="search_text", live="200ms", placeholder="Name, e-mail, phone, city, number …",
        label_visibility="collapsed", icon=":material/search:",
    )  # fmt: skip
    if not text or len(text.strip()) < 2:
        st.caption("All words must occur, in any order, whatever their case or accents.")
        return
    lake = served.lake()
    hits = search(lake, text, limit=9)
    for hit in hits.iter_rows(named=True):
        entity_type = lake.catalog.type(hit["type"])
        st.page_link(
            page_of("record"),
            label=f"{plain(hit['caption'], longest=70)} :gray[· {plain(entity_type.label)}]",
            icon=icon_of(entity_type),
            query_params={"type": hit["type"], "id": str(hit["id"])},
            width="stretch",
        )
    if hits.is_empty():
        st.caption("Nothing holds all of these words.")
