"""Import: bring files in, see what each is and what its columns mean, try it, run it, settle what is left over."""

import streamlit as st
from components.frame import calm, head
from views.conflicts import conflicts
from views.held_rows import held_rows
from views.import_files import choose_files
from views.import_mapping import mapping
from views.import_result import outcome
from views.import_state import STEPS, Wizard, start_over, wizard
from views.import_trial import trial
from views.import_work import work
from views.known_exports import known_exports
from views.pending_links import pending_links
from views.saved_mappings import saved_mappings

_TABS = {
    "Files": lambda: _steps(wizard()),
    "Waiting links": pending_links,
    "Held back": held_rows,
    "Conflicts": conflicts,
    "Remembered": saved_mappings,
    "Known exports": known_exports,
}


def page() -> None:
    """The page; each step can be gone back to until something is written."""
    with head("Import", "Nothing is written before you have seen what would be."):
        if wizard().begun and st.button("Start over", icon=":material/restart_alt:", key="import_restart"):
            start_over()
            st.rerun()
    for name, tab in zip(_TABS, st.tabs(list(_TABS), key="import_tabs", on_change="rerun"), strict=True):
        if tab.open:
            with tab, calm():
                _TABS[name]()


def _steps(state: Wizard) -> None:
    st.markdown(
        " :gray[›] ".join(
            f":primary[**{place + 1} {name}**]" if place == state.step else f":gray[{place + 1} {name}]"
            for place, name in enumerate(STEPS)
        )
    )
    if state.job is not None:
        work(state)
        return
    (choose_files, mapping, trial, outcome)[state.step](state)
