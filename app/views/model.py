"""Model: the types of record, their fields and how records are joined; made and changed while the lake is in use."""

import polars as pl
import served
import streamlit as st
from components.frame import calm, card, head, remember_toast
from components.grid import table, texts
from components.text import plain
from navigation import go_list, icon_of
from views.model_fields import add_field_dialog, change_field_dialog, retype_dialog
from views.model_link_list import link_types
from views.model_links import add_link_type_dialog
from views.model_map import model_map
from views.model_sources import sources
from views.model_types import add_type_dialog, rename_type_dialog
from views.model_viewers import viewers

from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.model import list_types, retire_field, retire_type


def page() -> None:
    """The page; the address names the type that is open."""
    with head("Model", "Types, fields and links. What is retired keeps its values, and can be brought back."):
        if st.button("New link type", icon=":material/add_link:", key="new_link_type"):
            add_link_type_dialog()
        if st.button("New type", icon=":material/add:", type="primary", key="new_type"):
            add_type_dialog()
    tab_types, tab_links, tab_map, tab_sources, tab_viewers = st.tabs(
        ["Types", "Link types", "Map", "Sources", "Viewers"], key="model_tabs", on_change="rerun"
    )
    if tab_types.open:
        with tab_types, calm():
            _types()
    if tab_links.open:
        with tab_links, calm():
            link_types()
    if tab_map.open:
        with tab_map:
            model_map()
    if tab_sources.open:
        with tab_sources, calm():
            sources()
    if tab_viewers.open:
        with tab_viewers, calm():
            viewers()


def _types() -> None:
    catalog = served.lake().catalog
    names = [item.name for item in catalog.types]
    if not names:
        st.caption("There is no type yet.")
        return
    asked = st.query_params.get("type")
    left, right = st.columns([1, 2.6], gap="small")
    with left:
        records = dict(served.remembered(list_types).select("type", "records").iter_rows())
        rows = pl.DataFrame(
            {
                "type": [item.plural + (" (retired)" if item.retired else "") for item in catalog.types],
                "fields": [len(item.active_fields) for item in catalog.types],
                "records": [records.get(item.name, 0) for item in catalog.types],
            }
        )
        columns = texts([("type", "Type")]) | {
            "fields": st.column_config.NumberColumn("Fields", width="small"),
            "records": st.column_config.NumberColumn("Records", format="localized", width="small"),
        }
        place = table(rows, columns, key="model_types", alt="Types; click one to see its fields", most=22)
        if place is not None:
            asked = names[place]
            st.query_params["type"] = asked
    with right:
        _type(catalog.type(asked if asked in names else names[0]))


def _type(entity_type: EntityType) -> None:
    name = entity_type.name
    with card(key="one_type"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"{icon_of(entity_type)} **{plain(entity_type.plural)}** :gray[· {plain(name)}]", width="stretch"
            )
            if entity_type.role_of:
                st.badge(f"Role of {plain(entity_type.role_of)}", color="violet")
            if not entity_type.retired and st.button("Open the list", key="model_open", type="tertiary"):
                go_list(name)
            if st.button("Rename", icon=":material/edit:", key="rename_type", type="tertiary"):
                rename_type_dialog(name)
            label = "Bring back" if entity_type.retired else "Retire"
            if st.button(label, icon=":material/archive:", key="retire_type", type="tertiary"):
                with calm():
                    retire_type(served.lake(), name, retired=not entity_type.retired)
                    remember_toast(
                        f"{entity_type.plural}: {'in use again' if entity_type.retired else 'retired'}", "archive"
                    )
                    st.rerun()
        if entity_type.meaning:
            st.caption(plain(entity_type.meaning, longest=400))
        if entity_type.stages:
            st.caption("Stages: " + " :gray[→] ".join(plain(stage.name) for stage in entity_type.stages))
        _fields(entity_type)


def _fields(entity_type: EntityType) -> None:
    fields = list(entity_type.fields)
    if st.button("New field", icon=":material/add:", key="new_field"):
        add_field_dialog(entity_type.name)
    if not fields:
        return
    rows = pl.DataFrame(
        {
            "label": [field.label + (" (retired)" if field.retired else "") for field in fields],
            "name": [field.name for field in fields],
            "kind": [field.kind.replace("_", " ") + (" (many)" if field.many else "") for field in fields],
            "level": [field.level for field in fields],
            "unique": [field.unique for field in fields],
            "keep": [field.keep.replace("_", " ") for field in fields],
            "meaning": [field.meaning for field in fields],
        }
    )
    columns = texts([("label", "Field"), ("name", "Name"), ("kind", "Kind"), ("level", "Level")]) | {
        "unique": st.column_config.CheckboxColumn("Unique", width="small"),
        "keep": st.column_config.TextColumn("A merge keeps"), "meaning": st.column_config.TextColumn("Meaning"),
    }  # fmt: skip
    place = table(rows, columns, key=f"fields_{entity_type.name}", alt="Fields; click one to change it", most=18)
    if place is None:
        st.caption("Click a field to change it.")
        return
    field = fields[place]
    with st.container(horizontal=True, border=True, vertical_alignment="center", key="one_field"):
        st.markdown(f"**{plain(field.label)}** :gray[· {plain(field.kind)}]", width="stretch")
        if st.button("Change", icon=":material/edit:", key="change_field"):
            change_field_dialog(entity_type.name, field.name)
        if st.button("Other kind …", icon=":material/swap_horiz:", key="retype_field", disabled=field.many):
            retype_dialog(entity_type.name, field.name)
        if st.button("Bring back" if field.retired else "Retire", icon=":material/archive:", key="retire_field"):
            with calm():
                retire_field(served.lake(), entity_type.name, field.name, retired=not field.retired)
                remember_toast(f"{field.label}: {'in use again' if field.retired else 'retired'}", "archive")
                st.rerun()
