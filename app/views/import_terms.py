"""What empty cells and lists do to what is there."""

from dataclasses import replace

import streamlit as st
from views.import_state import Wizard

_EMPTY = {"keep": "say nothing", "clear": "clear what is there"}
_LISTS = {"replace": "replace what is there", "add": "are added to what is there"}


def terms(state: Wizard) -> None:
    """Two choices that matter only where records are there already."""
    with st.container(horizontal=True, border=True, key="import_terms"):
        empty = st.segmented_control(
            "Empty cells", list(_EMPTY), default=state.terms.empty, format_func=lambda each: _EMPTY[each], required=True,
            key=f"import_empty_{state.version}", help="Nothing that a person has set is cleared, and no field that is needed.",
        )  # fmt: skip
        lists = st.segmented_control(
            "Several values", list(_LISTS), default=state.terms.lists, format_func=lambda each: _LISTS[each], required=True,
            key=f"import_lists_{state.version}", help="Of fields that hold several values, such as the segments of a customer.",
        )  # fmt: skip
    state.terms = replace(state.terms, empty=empty or "keep", lists=lists or "replace")
