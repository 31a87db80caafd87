"""Governance: is the real work done elsewhere, what is carried along that nobody needs, what do fields mean, and what are records enough for?"""

import streamlit as st
from components.frame import calm, head
from views.data_dictionary import data_dictionary
from views.debt_findings import debt
from views.readiness_gates import readiness_gates
from views.shadow_signs import shadow


def page() -> None:
    """The page; it has a tab for each question."""
    with head("Governance", "Is the work done here, does the model hold, and what are the records enough for?"):
        pass
    tab_shadow, tab_debt, tab_dictionary, tab_ready = st.tabs(
        ["Shadow CRM", "Debt", "Dictionary", "Readiness"], key="governance_tabs", on_change="rerun"
    )
    if tab_shadow.open:
        with tab_shadow, calm():
            shadow()
    if tab_debt.open:
        with tab_debt, calm():
            debt()
    if tab_dictionary.open:
        with tab_dictionary, calm():
            data_dictionary()
    if tab_ready.open:
        with tab_ready, calm():
            readiness_gates()
