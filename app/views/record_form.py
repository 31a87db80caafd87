"""The values of a record, to read and to change; nothing that somebody else saved meanwhile is overwritten."""

from datetime import datetime
from typing import Any

import polars as pl
import served
import streamlit as st
from components.fields import changed, choices_of, inputs
from components.frame import card, remember_toast, say
from components.text import count, plain, shown
from views.possible_duplicates import look_again, show
from views.record_quality import finding_chips

from xrm_lake.errors import Stale, XrmError
from xrm_lake.model.entity_type import Field
from xrm_lake.model.results import RecordView
from xrm_lake.store.read import show_record
from xrm_lake.store.records import set_record


def form(view: RecordView) -> None:
    """The form, or the choice between what was saved meanwhile and what one wanted to save."""
    base: RecordView = _base(view)
    conflict = st.session_state.get(_key(view, "conflict"))
    if conflict:
        _conflict(view, base, conflict)
    held_back = st.session_state.get(_key(view, "alike"))
    if held_back:
        _alike(view, *held_back)
    with card("Details", key="details"):
        _edit(view, base)
    if view.extra:
        _extra(view)


def _edit(view: RecordView, base: RecordView) -> None:
    lake = served.lake()
    entity_type = lake.catalog.type(view.type)
    own = list(entity_type.active_fields)
    chips = finding_chips(view)
    filled, rest = _parted(own, base.values, set(chips))
    key = f"r{base.id}_{base.updated_at:%H%M%S%f}"
    locked = view.golden_id is not None or view.deleted_at is not None
    choices = choices_of(entity_type)
    with st.form(f"edit_{view.id}", border=False, enter_to_submit=True):
        held = inputs(filled, base.values, key=key, choices=choices, chips=chips)
        if rest:
            with st.expander(count(len(rest), "empty field")):
                held |= inputs(rest, base.values, key=key, choices=choices)
        saved = st.form_submit_button(
            "Save", type="primary", icon=":material/save:", shortcut="Mod+S", disabled=locked, key=f"save_{view.id}"
        )
    if saved:
        _save(view, base.updated_at, changed(own, base.values, held))
    if view.party:
        st.caption(f"What belongs to {plain(view.party['caption'])} is changed on their own page.")
    if view.is_golden:
        st.caption("What you save here is pinned: it stays, whatever the members say. The members are not changed.")


def _save(view: RecordView, version: datetime, values: dict[str, Any], *, sure: bool = False) -> None:
    if not values:
        st.toast("Nothing was changed", icon=":material/info:")
        return
    if not sure and not look_again(view.type, view.id, values).is_empty():
        st.session_state[_key(view, "alike")] = (version, values)
        st.rerun()
    try:
        set_record(served.lake(), view.id, values, base=version)
    except Stale:
        st.session_state[_key(view, "conflict")] = values
        st.rerun()
    except XrmError as problem:
        say(problem)
        return
    _forget(view)
    remember_toast(f"Saved {count(len(values), 'field')}", "save")
    st.rerun()


def _alike(view: RecordView, version: datetime, values: dict[str, Any]) -> None:
    """By this change it would become like another: that is shown, and nothing is saved unless it is said."""
    with st.container(border=True, key="alike"):
        show(look_again(view.type, view.id, values), view.type)
        with st.container(horizontal=True):
            if st.button("Save it anyway", type="primary", icon=":material/save:", key="save_anyway"):
                st.session_state.pop(_key(view, "alike"))
                _save(view, version, values, sure=True)
            if st.button("Go on editing", icon=":material/edit:", key="go_on_editing"):
                st.session_state.pop(_key(view, "alike"))
                st.rerun()


def _conflict(view: RecordView, base: RecordView, wanted: dict[str, Any]) -> None:
    """Somebody was quicker: both are shown, nothing is overwritten unless it is said."""
    now = show_record(served.lake(), view.id)
    fields = {field.name: field for field in served.lake().catalog.type(view.type).fields}
    theirs = {name for name in fields if now.values.get(name) != base.values.get(name)}
    with st.container(border=True, key="conflict"):
        st.warning(
            "Somebody saved this record while you were editing it. Nothing was overwritten.",
            icon=":material/sync_problem:", title="This record has changed",
        )  # fmt: skip
        names = [name for name in fields if name in theirs or name in wanted]
        st.table(_compared(names, fields, base, now, wanted), hide_index=True, border="horizontal")
        with st.container(horizontal=True):
            both = theirs & set(wanted)
            label = "Save mine over it" if both else "Save mine too"
            if st.button(label, type="primary", icon=":material/save:", key="save_mine"):
                st.session_state.pop(_key(view, "conflict"))
                st.session_state[_key(view, "base")] = now
                _save(now, now.updated_at, wanted, sure=True)
            if st.button("Keep what is saved", icon=":material/undo:", key="keep_theirs"):
                _forget(view)
                st.rerun()


def _compared(
    names: list[str], fields: dict[str, Field], base: RecordView, now: RecordView, wanted: dict[str, Any]
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "Field": [plain(fields[name].label) for name in names],
            "When you began": [plain(base.values.get(name)) for name in names],
            "Saved now": [plain(now.values.get(name)) for name in names],
            "Yours": [plain(wanted[name]) if name in wanted else "" for name in names],
        }
    )


def _extra(view: RecordView) -> None:
    raw = view.extra.get("_raw") or {}
    beside = {name: value for name, value in view.extra.items() if name != "_raw"}
    fields = {field.name: field.label for field in served.lake().catalog.type(view.type).fields}
    if raw:
        with card("Could not be read", "The source gave these texts; fill the field in to settle them."):
            st.table({plain(fields.get(name, name)): plain(text) for name, text in raw.items()}, border="horizontal")
    if beside:
        with st.expander(f"{count(len(beside), 'more value')} from the source"):
            st.table({plain(name): plain(shown(value)) for name, value in beside.items()}, border="horizontal")


def _parted(fields: list[Field], values: dict[str, Any], told: set[str]) -> tuple[list[Field], list[Field]]:
    """What is filled, ought to be or has a chip, and the rest."""
    filled = [
        each
        for each in fields
        if values.get(each.name) not in (None, [], "") or each.level != "optional" or each.name in told
    ]
    return filled, [each for each in fields if each not in filled]


def _base(view: RecordView) -> RecordView:
    """The record as it was when this visit began: what the edit is made against."""
    base: RecordView = st.session_state.setdefault(_key(view, "base"), view)
    return base


def _forget(view: RecordView) -> None:
    for what in ("base", "conflict", "alike"):
        st.session_state.pop(_key(view, what), None)


def _key(view: RecordView, what: str) -> str:
    return f"_{what}_{view.id}_{st.session_state.get('_visit', 0)}"
