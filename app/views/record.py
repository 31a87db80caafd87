"""One record: what it is, its values, and all that hangs on it."""

import served
import streamlit as st
from components.frame import calm, head, remember_toast, say
from components.text import count, plain
from navigation import go_record, icon_of, list_page, page_of
from views.record_changes import changes
from views.record_form import form
from views.record_members import members
from views.record_provenance import origins
from views.record_quality import quality
from views.record_related import related
from views.record_timeline import timeline

from xrm_lake.errors import UnknownRecord, XrmError
from xrm_lake.hygiene.issues import issues_of
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.results import RecordView
from xrm_lake.store.read import show_record
from xrm_lake.store.records import delete_record


def page() -> None:
    """The page of the record that the address names."""
    id = st.query_params.get("id", "")
    if not id.isdigit() or len(id) > 18:
        _not_found("This address names no record.")
        return
    try:
        view = served.remembered(show_record, int(id))
    except UnknownRecord:
        _not_found("There is no record of this id. It may have been part of a merge that was taken back.")
        return
    if view.id != int(id):
        go_record(view.type, view.id)
    _show(view)


def _show(view: RecordView) -> None:
    entity_type = served.lake().catalog.type(view.type)
    if not entity_type.retired:
        st.page_link(list_page(entity_type.name), label=plain(entity_type.plural), icon=":material/chevron_left:")
    with head(view.caption, _subtitle(entity_type, view)):
        plain_one = view.golden_id is None and view.deleted_at is None and not view.is_golden
        if plain_one and st.button("Delete …", icon=":material/delete:", type="tertiary", key="delete_record"):
            _confirm_delete(view)
    _badges(entity_type, view)
    _standing(view)
    left, right = st.columns([1, 1.2], gap="medium")
    with left:
        form(view)
    with right:
        _around(view)


def _around(view: RecordView) -> None:
    parts = {
        "Timeline": lambda: timeline(view),
        "Related": lambda: related(view),
        "Quality": lambda: quality(view),
        "Changes": lambda: changes(view),
    }
    if view.is_golden:
        parts |= {"Members": lambda: _golden(view)}
    tabs = st.tabs(list(parts), key=f"tabs_{view.id}_{len(parts)}", on_change="rerun")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab, calm():
                draw()


def _golden(view: RecordView) -> None:
    origins(view)
    members(view)


def _badges(entity_type: EntityType, view: RecordView) -> None:
    lake = served.lake()
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.badge(plain(entity_type.label), icon=icon_of(entity_type), color="primary")
        stage = view.values.get(entity_type.stage_field) if entity_type.stage_field else None
        if stage:
            outcome = next((each.outcome for each in entity_type.stages if each.name == stage), "open")
            st.badge(plain(stage), color={"won": "green", "lost": "red"}.get(outcome, "blue"))
        if view.is_golden:
            st.badge(f"Golden record of {len(view.members)}", icon=":material/workspace_premium:", color="yellow")
        if _issues(view):
            st.badge(count(_issues(view), "issue"), icon=":material/error_outline:", color="orange")
        st.badge(f"#{view.id}", color="gray")
        if view.source and not view.is_golden:
            key = f" · {plain(view.source_key, longest=40)}" if view.source_key else ""
            st.badge(f"{plain(view.source, longest=40)}{key}", icon=":material/source:", color="gray")
    if view.party or view.roles:
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="roles"):
            if view.party:
                st.page_link(
                    page_of("record"), label=f"is **{plain(view.party['caption'])}**",
                    icon=icon_of(lake.catalog.type(view.party["type"])),
                    query_params={"type": view.party["type"], "id": str(view.party["id"])},
                )  # fmt: skip
            for role in view.roles:
                kind = lake.catalog.type(role["type"])
                st.page_link(
                    page_of("record"), label=f"is a **{plain(kind.label).lower()}**", icon=icon_of(kind),
                    query_params={"type": role["type"], "id": str(role["id"])},
                )  # fmt: skip


def _standing(view: RecordView) -> None:
    if view.deleted_at is not None:
        st.warning("This record was deleted. Undo that in Changes to bring it back.", icon=":material/delete:")
    if view.golden_id is not None:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(
                ":material/call_merge: This record was merged with others. Edits belong into the golden record; what"
                " stands here is kept as its source gave it."
            )
            if st.button("Open the golden record", type="primary", key="open_golden"):
                go_record(view.type, view.golden_id)


def _subtitle(entity_type: EntityType, view: RecordView) -> str:
    values = view.values | ((view.party or {}).get("values") or {})
    parts = [str(values[name]) for name in ("job_title", "industry", "city", "country") if values.get(name)]
    employer = view.links.filter(type="works_for", direction="out")["other"].to_list()[:1]
    return " · ".join([*parts[:2], *employer]) or entity_type.meaning or f"since {view.created_at:%Y-%m-%d}"


def _issues(view: RecordView) -> int:
    return served.remembered(issues_of, view.id).height


def _not_found(text: str) -> None:
    with head("Not found"):
        pass
    st.warning(text, icon=":material/search_off:")
    st.page_link(page_of("this-week"), label="To the start", icon=":material/arrow_back:")


@st.dialog("Delete this record", icon=":material/delete:")
def _confirm_delete(view: RecordView) -> None:
    st.markdown(f"Take **{plain(view.caption)}** out of use? It is kept, and its page can bring it back.")
    if st.button("Delete", type="primary", key="really_delete"):
        try:
            batch = delete_record(served.lake(), view.id)
        except XrmError as problem:
            say(problem)
            return
        remember_toast(f"Deleted; to bring it back, undo batch {batch}", "delete")
        st.rerun()
