"""Duplicates: judge pairs and clusters with the keyboard, and take decisions back."""

import served
import streamlit as st
from components.frame import calm, empty, head, remember_toast
from components.text import plain
from views.certificate_panel import certificate_panel
from views.decisions import decisions
from views.duplicate_across import across
from views.duplicate_clusters import clusters_deck
from views.review_controls import controls
from views.review_deck import review

from xrm_lake.hygiene.review import waiting_pairs
from xrm_lake.model.entity_type import EntityType


def page() -> None:
    """The page."""
    types = [item for item in served.lake().catalog.active_types if item.role_of is None]
    if not types:
        empty("There is no type of record yet. Make one under Model.", icon="account_tree")
        return
    found = served.remembered(waiting_pairs)
    waiting = {item.name: found.get(item.name, 0) for item in types}
    with head("Duplicates", "Records that may be one. A merge changes no record, and can be undone at any time."):
        find = st.button("Find duplicates", icon=":material/radar:", key="find_duplicates")
    names = {item.name: item for item in types}
    asked = st.query_params.get("type")
    if asked and asked not in names:
        _say_unknown(asked, names[max(names, key=lambda name: waiting[name])])
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
        entity_type = _chosen_type(types, waiting)
        view = st.segmented_control(
            "View", ["Review", "Clusters", "Across types", "Merged"], default="Review", required=True, key="duplicates_view",
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
    if find:
        _find(entity_type)
    with calm():
        if view == "Review":
            review(entity_type, *controls(entity_type))
        elif view == "Clusters":
            clusters_deck(entity_type)
        elif view == "Across types":
            across(entity_type)
        else:
            certificate_panel(entity_type)
            decisions(entity_type)


def _chosen_type(types: list[EntityType], waiting: dict[str, int]) -> EntityType:
    """The type under review: the one in the address, else the one with most pairs."""
    names = {item.name: item for item in types}
    most = max(names, key=lambda name: waiting[name])
    shown_types = sorted(names, key=lambda name: (-waiting[name], list(names).index(name)))[:5]
    asked = st.query_params.get("type")
    if asked in names and asked not in shown_types:
        shown_types.append(asked)
    chosen = st.pills(
        "Type", shown_types, default=asked if asked in names else most, required=True, key="duplicates_type",
        format_func=lambda name: plain(names[name].plural) + (f" :gray[{waiting[name]:,}]" if waiting[name] else ""),
        label_visibility="collapsed",
    )  # fmt: skip
    st.query_params["type"] = chosen
    return names[chosen]


def _say_unknown(asked: str, shown: EntityType) -> None:
    role = next((item for item in served.lake().catalog.active_types if item.name == asked), None)
    told = (
        f"{role.plural} are roles: what is matched are the people and organisations that have them."
        if role
        else f"There is no type of record called “{asked}”."
    )
    st.warning(plain(f"{told} Shown are {shown.plural.lower()}."), icon=":material/info:")


def _find(entity_type: EntityType) -> None:
    served.jobs().start("match", {"type": entity_type.name})
    remember_toast(f"Looking for duplicates among {entity_type.plural.lower()}", "radar")
    st.rerun()
