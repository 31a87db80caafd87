"""Fields: make one, change what it says of itself, give it another kind."""

from typing import Any

import served
import streamlit as st
from components.frame import remember_toast, say
from components.grid import table, texts
from components.text import count, plain

from xrm_lake.errors import XrmError
from xrm_lake.model.entity_type import KEEPS, Field
from xrm_lake.model.kinds import KINDS
from xrm_lake.model.names import slug
from xrm_lake.store.model import add_field, change_field
from xrm_lake.store.retype import retype_field

_LEVELS = ["required", "expected", "optional"]
_KINDS = [kind.name for kind in KINDS]


@st.dialog("New field", width="medium", icon=":material/add:")
def add_field_dialog(type_name: str) -> None:
    """It is empty in all records of the type."""
    label = st.text_input("It is called", key="field_label", placeholder="Contract ends on")
    kind = st.selectbox("Kind", _KINDS, key="field_kind")
    many = st.checkbox("It may hold several values", key="field_many")
    settings = _settings(Field("", "", "text"), key="new_field")
    if st.button("Add", type="primary", icon=":material/add:", key="add_field"):
        if not (label or "").strip():
            st.warning("It needs a name.", icon=":material/info:")
            return
        field = Field(slug(label), label.strip(), kind, many=many, **settings)
        _do(lambda: add_field(served.lake(), type_name, field), f"{field.label} is there now")


@st.dialog("Change the field", width="medium", icon=":material/edit:")
def change_field_dialog(type_name: str, name: str) -> None:
    """What it says of itself; its values stay."""
    field = served.lake().catalog.field(type_name, name)
    label = st.text_input("It is called", field.label, key=f"label_{name}")
    settings = _settings(field, key=f"change_{name}")
    if st.button("Save", type="primary", icon=":material/save:", key="save_field"):
        _do(lambda: change_field(served.lake(), type_name, name, label=label or field.label, **settings), "Saved")


def _settings(field: Field, *, key: str) -> dict[str, Any]:
    with st.container(horizontal=True):
        level = st.selectbox("Level", _LEVELS, index=_LEVELS.index(field.level), key=f"{key}_level")
        keep = st.selectbox(
            "A merge keeps", KEEPS, index=KEEPS.index(field.keep), key=f"{key}_keep",
            format_func=lambda each: each.replace("_", " ") or "as its kind does",
        )  # fmt: skip
    allowed = st.multiselect(
        "Only these values", list(field.allowed), default=list(field.allowed), accept_new_options=True, placeholder="any value",
        key=f"{key}_allowed",
    )  # fmt: skip
    unique = st.checkbox("No two records have the same", field.unique, key=f"{key}_unique")
    meaning = st.text_input("What it means", field.meaning, key=f"{key}_meaning")
    left, right = st.columns(2)
    applies_if = left.text_input(
        "Needed only where", field.applies_if, key=f"{key}_applies_if", placeholder="country in ('DE', 'FR')",
        help="A condition over the fields of the type. Elsewhere the value is not missed.",
    )  # fmt: skip
    fresh = right.number_input(
        "To be confirmed every … days", 1, 36_500, field.fresh_days, key=f"{key}_fresh", placeholder="never"
    )
    return {
        "level": level, "keep": keep, "allowed": tuple(allowed), "unique": unique, "meaning": meaning or "",
        "applies_if": (applies_if or "").strip(), "fresh_days": fresh,
    }  # fmt: skip


@st.dialog("Another kind of value", width="large", icon=":material/swap_horiz:")
def retype_dialog(type_name: str, name: str) -> None:
    """First what would not survive, then the change."""
    field = served.lake().catalog.field(type_name, name)
    kind = st.selectbox(
        f"{plain(field.label)} becomes", [each for each in _KINDS if each != field.kind], key=f"retype_{name}"
    )
    try:
        seen = retype_field(served.lake(), type_name, name, kind, dry_run=True)
    except XrmError as problem:
        say(problem)
        return
    st.markdown(f"**{count(seen.converted, 'value')}** can be read as {plain(kind.replace('_', ' '))}.")
    force = False
    if seen.failing.height:
        st.warning(
            f"{count(seen.failed, 'record')} would lose the value: its text is kept beside, and the field is empty.",
            icon=":material/report_problem:",
        )
        columns = texts([("value", "Value")]) | {"count": st.column_config.NumberColumn("Records", format="localized")}
        table(seen.failing, columns, key=f"failing_{name}", alt="Values that would not survive", select=False, most=8)
        force = st.checkbox("I have seen them; go ahead", key=f"force_{name}")
    if st.button("Change the kind", type="primary", disabled=bool(seen.failing.height) and not force, key="do_retype"):
        _do(
            lambda: retype_field(served.lake(), type_name, name, kind, force=force),
            f"{field.label} is of the kind {kind} now",
        )


def _do(act: Any, told: str) -> None:
    try:
        act()
    except XrmError as problem:
        say(problem)
        return
    remember_toast(told, "check")
    st.rerun()
