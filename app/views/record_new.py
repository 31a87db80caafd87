"""A new record: its form, and a look whether it is there already."""

from collections.abc import Mapping
from typing import Any

import served
import streamlit as st
from components.fields import choices_of, inputs
from components.frame import remember_toast, say
from components.text import count, plain
from navigation import go_record
from views.possible_duplicates import look, show

from xrm_lake.errors import XrmError
from xrm_lake.store.records import add_record


@st.dialog("New record", width="large", icon=":material/add:")
def new_dialog(type_name: str) -> None:
    """Fill in, see what is there already, and make it."""
    lake = served.lake()
    entity_type = lake.catalog.type(type_name)
    fields = list(lake.catalog.fields_for_import(type_name))
    first = [field for field in fields if field.level != "optional"] or fields[:6]
    rest = [field for field in fields if field not in first]
    with st.form("new_record", border=False):
        st.caption(f"A new {plain(entity_type.label).lower()}. Fields with :red[*] are needed.")
        held = inputs(first, {}, key=f"new_{type_name}", choices=choices_of(entity_type))
        if rest:
            with st.expander(count(len(rest), "more field")):
                held |= inputs(rest, {}, key=f"new_{type_name}", choices=choices_of(entity_type))
        sent = st.form_submit_button("Create", type="primary", icon=":material/add:")
    values = {name: value for name, value in held.items() if value not in (None, "", [])}
    if sent and not _there_already(type_name, values):
        _create(type_name, values)
    if st.session_state.get("_twins") and st.button("Create it anyway", icon=":material/add:", key="create_anyway"):
        _create(type_name, values)


def _there_already(type_name: str, values: Mapping[str, Any]) -> bool:
    """Look whether it is there, and remember that somebody was told; what is wrong in a value is told when it is made."""
    found = look(type_name, values)
    st.session_state["_twins"] = not found.is_empty()
    show(found, type_name)
    return not found.is_empty()


def _create(type_name: str, values: Mapping[str, Any]) -> None:
    try:
        id = add_record(served.lake(), type_name, values)
    except XrmError as problem:
        say(problem)
        return
    st.session_state.pop("_twins", None)
    remember_toast("Created", "add")
    go_record(type_name, id)
