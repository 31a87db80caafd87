"""What a golden record was merged from, and taking members out again."""

import polars as pl
import served
import streamlit as st
from components.frame import remember_toast, say
from components.text import plain, shown
from navigation import go_record

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.judge import unmerge
from xrm_lake.model.results import RecordView
from xrm_lake.store.read import show_record

_MOST = 12


def members(view: RecordView) -> None:
    """The members side by side where they differ, each as its source gave it."""
    found = [served.remembered(show_record, id) for id in view.members[:_MOST]]
    fields = [
        field
        for field in served.lake().catalog.type(view.type).active_fields
        if len({shown(each.values[field.name]) for each in (*found, view)}) > 1
    ]
    st.caption("Where the members differ. Each stays as its source gave it, and can be taken out again at any time.")
    st.dataframe(
        pl.DataFrame(
            {"Field": [field.label for field in fields]}
            | {"Golden record": [shown(view.values[field.name]) for field in fields]}
            | {f"#{each.id} {each.source or ''}": [shown(each.values[field.name]) for field in fields] for each in found}
        ),
        hide_index=True, placeholder="–", alt="Members of this golden record, field by field",
    )  # fmt: skip
    with st.container(gap="xsmall", key="rows"):
        for each in found:
            _member(view, each)
    if len(view.members) > _MOST:
        st.caption(f"The first {_MOST} of {len(view.members)} members.")
    if st.button("Take it apart", icon=":material/call_split:", key="unmerge_all", help="Part all members"):
        _unmerge(view.id, view.members[0], view.type)


def _member(view: RecordView, each: RecordView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(each.caption)}**", width="stretch")
        st.caption(f"{plain(each.source)} {plain(each.source_key, longest=20)} · #{each.id}", width="content")
        if st.button("Open", key=f"member_{each.id}", type="tertiary"):
            go_record(view.type, each.id)
        if st.button("Take out", key=f"unmerge_{each.id}", icon=":material/call_split:", type="tertiary"):
            _unmerge(each.id, each.id, view.type)


def _unmerge(id: int, then: int, type_name: str) -> None:
    try:
        decision = unmerge(served.lake(), id)
    except XrmError as problem:
        say(problem)
        return
    remember_toast(f"Parted; decision {decision} can be undone", "call_split")
    go_record(type_name, then)
