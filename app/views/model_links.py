"""Link types: make one, and rename one."""

import served
import streamlit as st
from components.frame import remember_toast, say

from xrm_lake.errors import XrmError
from xrm_lake.model.entity_type import LinkType
from xrm_lake.model.names import slug
from xrm_lake.store.model import add_link_type, rename_link_type


@st.dialog("New link type", width="medium", icon=":material/add_link:")
def add_link_type_dialog() -> None:
    """How it reads from the one end and from the other, and what it joins."""
    types = {item.name: item.label for item in served.lake().catalog.active_types}
    label = st.text_input("From here it reads", key="link_label", placeholder="supplies")
    inverse = st.text_input("From there it reads", key="link_inverse", placeholder="is supplied by")
    begin = st.multiselect(
        "From", list(types), format_func=lambda name: types[name], placeholder="any type", key="link_from"
    )
    end = st.multiselect("To", list(types), format_func=lambda name: types[name], placeholder="any type", key="link_to")
    one = st.checkbox("A record has at most one such link", key="link_one")
    if st.button("Create", type="primary", icon=":material/add_link:", key="create_link_type"):
        if not (label or "").strip():
            st.warning("It needs words.", icon=":material/info:")
            return
        made = LinkType(
            slug(label, "link type"), label.strip(), (inverse or "").strip() or f"{label.strip()} (back)",
            tuple(begin), tuple(end), "one" if one else "many",
        )  # fmt: skip
        try:
            add_link_type(served.lake(), made)
        except XrmError as problem:
            say(problem)
            return
        remember_toast(f"Records can be linked: {made.label}", "add_link")
        st.rerun()


@st.dialog("Rename the link type", icon=":material/edit:")
def rename_link_type_dialog(name: str) -> None:
    """Other words for its two directions."""
    link = served.lake().catalog.link_type(name)
    label = st.text_input("From here it reads", link.label, key=f"words_{name}")
    inverse = st.text_input("From there it reads", link.inverse, key=f"back_{name}")
    if st.button("Rename", type="primary", key="do_rename_link"):
        try:
            rename_link_type(served.lake(), name, label=label or link.label, inverse=inverse or None)
        except XrmError as problem:
            say(problem)
            return
        remember_toast("Renamed", "edit")
        st.rerun()
