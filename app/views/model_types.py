"""Make a type of record, and rename one."""

import polars as pl
import served
import streamlit as st
from components.frame import remember_toast, say
from navigation import go_list
from streamlit.material_icon_names import ALL_MATERIAL_ICONS

from xrm_lake.errors import XrmError
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import KINDS
from xrm_lake.model.names import slug
from xrm_lake.store.model import add_type, rename_type

ICONS = (
    "category", "storefront", "apartment", "home_work", "badge", "engineering", "school", "newspaper", "gavel", "inventory_2",
    "local_shipping", "event", "description", "volunteer_activism", "diversity_3", "real_estate_agent", "work", "science",
)  # fmt: skip
_ROLES = {
    "": "A thing of its own",
    "person": "A role of a person",
    "organisation": "A role of an organisation",
    "both": "A role of either",
}


@st.dialog("New type of record", width="large", icon=":material/add:")
def add_type_dialog() -> None:
    """Name it, list its fields, and it is there: its list, its page, its search."""
    with st.container(horizontal=True):
        label = st.text_input("One is called", key="type_label", placeholder="Supplier")
        plural = st.text_input("Many are called", key="type_plural", placeholder="Suppliers")
    with st.container(horizontal=True):
        role = st.selectbox("It is", list(_ROLES), format_func=lambda each: _ROLES[each], key="type_role")
        icon = st.selectbox("Icon", [each for each in ICONS if each in ALL_MATERIAL_ICONS], key="type_icon")
    meaning = st.text_input("What it means", key="type_meaning", placeholder="Who sells to us")
    st.caption("Its fields; the first is what a record is called.")
    first = pl.DataFrame({"Field": ["Name"], "Kind": ["text"], "Level": ["required"]})
    of = st.column_config
    fields = st.data_editor(
        first, num_rows="dynamic", hide_index=True, key="type_fields", height=180,
        column_config={
            "Field": of.TextColumn(required=True),
            "Kind": of.SelectboxColumn(options=[kind.name for kind in KINDS], required=True, default="text"),
            "Level": of.SelectboxColumn(options=["required", "expected", "optional"], required=True, default="optional"),
        },
    )  # fmt: skip
    if st.button("Create", type="primary", icon=":material/add:", key="create_type"):
        label, plural = (label or "").strip(), (plural or "").strip()
        if not label:
            st.warning("It needs a name.", icon=":material/info:")
            return
        declared = _declared(fields)
        _create(
            EntityType(
                slug(label, "type"), label, plural or f"{label}s", icon=icon or "", meaning=meaning or "", role_of=role or None,
                caption=(declared[0].name,) if declared else (), fields=declared,
                position=1 + max((item.position for item in served.lake().catalog.types), default=0),
            )
        )  # fmt: skip


def _declared(fields: pl.DataFrame) -> tuple[Field, ...]:
    return tuple(
        Field(slug(row["Field"]), row["Field"], row["Kind"], level=row["Level"], position=place)
        for place, row in enumerate(fields.iter_rows(named=True), 1)
        if row["Field"]
    )


def _create(made: EntityType) -> None:
    try:
        add_type(served.lake(), made)
    except XrmError as problem:
        say(problem)
        return
    remember_toast(f"{made.plural} are there now", "add")
    st.session_state["_open_list"] = made.name
    st.rerun()


@st.dialog("Rename the type", icon=":material/edit:")
def rename_type_dialog(name: str) -> None:
    """Other words for people; the name that queries use stays."""
    entity_type = served.lake().catalog.type(name)
    label = st.text_input("One is called", entity_type.label, key=f"rename_{name}")
    plural = st.text_input("Many are called", entity_type.plural, key=f"rename_many_{name}")
    if st.button("Rename", type="primary", key="do_rename_type"):
        try:
            rename_type(served.lake(), name, label=label or entity_type.label, plural=plural or None)
        except XrmError as problem:
            say(problem)
            return
        remember_toast("Renamed", "edit")
        st.rerun()


def open_new_list() -> None:
    """After a type was made its list is opened, once its page is registered."""
    name = st.session_state.pop("_open_list", None)
    if name and served.lake().catalog.has_type(name):
        go_list(name)
