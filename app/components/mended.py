"""What was just mended, with the way back: it stays until something else is done, or the page is left."""

import streamlit as st
from components.frame import remember_toast, say
from components.text import count, plain
from served import lake

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.fixes.outcome import FixResult
from xrm_lake.store.undo import undo


def remember_mended(result: FixResult) -> None:
    """Say on the page what a batch of fixes did."""
    left = dict(result.left.group_by("reason", maintain_order=True).len().iter_rows())
    told = f"Changed {count(result.changed.height, 'value')} of {count(result.records, 'record')}."
    if result.batch_id is None:
        told = "Nothing was changed."
    stays = " ".join(f"Left {count(number, 'value')}: {reason}." for reason, number in left.items())
    st.session_state["_mended"] = (st.session_state.get("_visit"), result.batch_id, f"{told} {stays}".strip())


def remember_refused(batch_id: int, number: int) -> None:
    """Say on the page what was refused."""
    told = f"{count(number, 'proposal')} refused: not proposed again until the value changes."
    st.session_state["_mended"] = (st.session_state.get("_visit"), batch_id, told)


def show_mended() -> None:
    """Draw what was remembered on this visit, and the button that takes it back."""
    visit, batch_id, told = st.session_state.get("_mended", (None, None, ""))
    if not told or visit != st.session_state.get("_visit"):
        return
    with st.container(
        border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="mended"
    ):
        st.markdown(f":material/task_alt: {plain(told, longest=400)}", width="content")
        if batch_id is not None and st.button("Undo", icon=":material/undo:", key="undo_mended"):
            _take_back(batch_id)


def _take_back(batch_id: int) -> None:
    try:
        undo(lake(), batch_id)
    except XrmError as problem:
        say(problem)
        return
    st.session_state.pop("_mended", None)
    remember_toast(f"Batch {batch_id} was taken back", "undo")
    st.rerun()
