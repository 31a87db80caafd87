"""A file that came in against what the lake has now, as a page to keep."""

import served
import streamlit as st
from components.blocks import draw
from components.frame import say

from xrm_lake.errors import XrmError
from xrm_lake.ingest.reconcile import reconcile
from xrm_lake.model.reconciliation import Reconciliation
from xrm_lake.reports.reconciliation import reconciliation_page, render_reconciliation

_STATE = "_reconciled"


def reconciliation(batch_id: int) -> None:
    """A button that reconciles an import; then its page, and the sealed files."""
    if st.button("Reconcile with its file", icon=":material/balance:", key=f"reconcile_{batch_id}"):
        try:
            st.session_state[_STATE] = (batch_id, reconcile(served.lake(), [batch_id]))
        except XrmError as problem:
            st.session_state.pop(_STATE, None)
            say(problem)
            return
    told = st.session_state.get(_STATE)
    if told is not None and told[0] == batch_id:
        _show(told[1])


def _show(result: Reconciliation) -> None:
    draw(reconciliation_page(result.document))
    with st.container(horizontal=True):
        for form, mime in (("html", "text/html"), ("json", "application/json")):
            st.download_button(
                f"Download as {form.upper()}",
                data=render_reconciliation(result.document, form),
                file_name=f"reconciliation.{form}",
                mime=mime,
                icon=":material/download:",
                key=f"download_reconciliation_{form}",
                on_click="ignore",
            )
