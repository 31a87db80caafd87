"""Who may see figures about named persons."""

import served
import streamlit as st
from components.frame import calm, remember_toast
from components.grid import table, texts

from xrm_lake.governance.sight import allow_viewer, disallow_viewer, list_viewers


def viewers() -> None:
    """Those who may; a name typed below is allowed or disallowed."""
    found = served.remembered(list_viewers)
    st.caption("Figures about named owners and users are shown to these users alone. Without one, nobody sees them.")
    if found.height:
        columns = texts([("user", "User"), ("allowed_by", "Allowed by")]) | {
            "allowed_at": st.column_config.DatetimeColumn("Since", format="YYYY-MM-DD HH:mm")
        }
        table(found, columns, key="viewers", alt="Users who may see figures about persons", most=18)
    with st.form("viewer", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        user = st.text_input("User", value=served.lake().user, key="viewer_name")
        allowed = st.form_submit_button("Allow", icon=":material/visibility:", type="primary")
        disallowed = st.form_submit_button("Disallow", icon=":material/visibility_off:")
    if allowed or disallowed:
        with calm():
            (allow_viewer if allowed else disallow_viewer)(served.lake(), user)
            remember_toast(f"{user} {'may' if allowed else 'may not'} see figures about persons", "check")
            st.rerun()
