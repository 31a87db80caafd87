"""What can be done with several records that are chosen in a list."""

import served
import streamlit as st
from components.frame import calm, remember_toast, say
from components.text import count
from navigation import go_record

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.judge import merge
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.records import delete_record


def bulk(entity_type: EntityType, ids: list[int]) -> None:
    """The bar at the foot of the page: open, merge, delete."""
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{count(len(ids), 'record')}** selected", width="content")
        if st.button("Open", icon=":material/open_in_full:"):
            go_record(entity_type.name, ids[0])
        if entity_type.role_of is None and st.button(
            "Merge into one", icon=":material/call_merge:", disabled=len(ids) < 2
        ):
            with calm():
                decision = merge(served.lake(), ids, reason="chosen in the list")
                remember_toast(f"Merged {count(len(ids), 'record')}; take it back as decision {decision}", "call_merge")
                st.rerun()
        if st.button("Delete …", icon=":material/delete:", type="tertiary"):
            _confirm_delete(entity_type.name, ids)


@st.dialog("Delete records", icon=":material/delete:")
def _confirm_delete(type_name: str, ids: list[int]) -> None:
    st.markdown(f"Take **{count(len(ids), 'record')}** out of use? They are kept, and History can bring each one back.")
    if st.button("Delete", type="primary", icon=":material/delete:"):
        try:
            for id in ids:
                delete_record(served.lake(), id)
        except XrmError as problem:
            say(problem)
            return
        st.session_state.pop(f"grid_{type_name}", None)
        remember_toast(f"Deleted {count(len(ids), 'record')}", "delete")
        st.rerun()
