"""What a record is linked to, and linking it to more."""

import json
from typing import Any

import polars as pl
import served
import streamlit as st
from components.fields import inputs
from components.frame import empty, remember_toast, say
from components.grid import table, texts
from components.text import count, plain
from navigation import go_record, icon_of, page_of

from xrm_lake.errors import XrmError
from xrm_lake.model.entity_type import LinkType
from xrm_lake.model.results import RecordView
from xrm_lake.store.links import link_records, unlink
from xrm_lake.store.search import search

_AS_ROWS = 14


def related(view: RecordView) -> None:
    """The links of the record, grouped by how they read from here."""
    if st.button("Link …", icon=":material/add_link:", key="open_link"):
        link_dialog(view)
    if view.links.is_empty():
        empty("This record is not linked to any other yet.", icon="link_off")
        return
    for (words,), links in view.links.group_by(["words"], maintain_order=True):
        st.caption(f"{plain(words)} · {links.height:,}")
        if links.height <= _AS_ROWS:
            with st.container(gap="xsmall"):
                for same in _alike(links):
                    _row(same)
            continue
        columns = texts(
            [("other", "Record"), ("other_type", "Type"), ("fields", "As"), ("since", "Since"), ("until", "Until")]
        )
        place = table(links, columns, key=f"links_{view.id}_{words}", alt=f"Links: {words}", most=10)
        if place is not None:
            go_record(links["other_type"][place], links["other_id"][place])


def _alike(links: pl.DataFrame) -> list[list[dict[str, Any]]]:
    """Links to the same record that say the same: the members of a golden record often bring one each."""
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for link in links.iter_rows(named=True):
        found.setdefault((link["other_id"], _told(link)), []).append(link)
    return list(found.values())


def _row(same: list[dict[str, Any]]) -> None:
    link = same[0]
    other = served.lake().catalog.type(link["other_type"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.page_link(
            page_of("record"), label=plain(link["other"], longest=70), icon=icon_of(other), width="stretch",
            query_params={"type": link["other_type"], "id": str(link["other_id"])},
        )  # fmt: skip
        told = " · ".join(filter(None, (_told(link), f"from {len(same)} members" if len(same) > 1 else "")))
        if told:
            st.caption(plain(told), width="content")
        if st.button(
            "Unlink", key=f"unlink_{link['link_id']}", icon=":material/link_off:", type="tertiary",
            help="End this link; History can bring it back",
        ):  # fmt: skip
            _unlink([each["link_id"] for each in same])


def _told(link: dict[str, Any]) -> str:
    fields = json.loads(link["fields"]) if link["fields"] else {}
    parts = [str(value) for name, value in fields.items() if value and not name.startswith("_")]
    if link["since"] or link["until"]:
        parts.append(f"{link['since'] or '…'} to {link['until'] or 'now'}")
    return " · ".join(parts)


def _unlink(link_ids: list[int]) -> None:
    try:
        for link_id in link_ids:
            unlink(served.lake(), link_id)
    except XrmError as problem:
        say(problem)
        return
    remember_toast("Unlinked", "link_off")
    st.rerun()


def _ways(view: RecordView) -> dict[str, tuple[LinkType, str]]:
    """How a link may be read from here: words, link type, direction."""
    catalog = served.lake().catalog
    out = {f"{item.label} …": (item, "out") for item in catalog.links_from(view.type) if item.name != "role_of"}
    back = {f"{item.inverse} …": (item, "in") for item in catalog.links_to(view.type) if item.name != "role_of"}
    return out | {words: way for words, way in back.items() if words not in out}


@st.dialog("Link to another record", width="medium", icon=":material/add_link:")
def link_dialog(view: RecordView) -> None:
    """Say how, find the other record, link."""
    ways = _ways(view)
    if not ways:
        st.markdown("No link type joins this type to another. Make one under Model.")
        return
    words = st.selectbox(f"{plain(view.caption)}", list(ways), key=f"link_way_{view.id}")
    link_type, direction = ways[words]
    other = _find(link_type, direction, view)
    held: dict[str, Any] = {}
    if link_type.fields:
        held = inputs(link_type.fields, {}, key=f"link_{link_type.name}")
    if st.button("Link", type="primary", icon=":material/add_link:", disabled=other is None, key="make_link") and other:
        _link(view, link_type, direction, other, {name: value for name, value in held.items() if value})


def _find(link_type: LinkType, direction: str, view: RecordView) -> int | None:
    lake = served.lake()
    allowed = link_type.to_types if direction == "out" else link_type.from_types
    text = st.text_input(
        "Which record?", key=f"link_text_{view.id}", live="250ms", icon=":material/search:",
        placeholder=f"Find {' or '.join(allowed) if allowed else 'any record'}",
    )  # fmt: skip
    if not text or len(text.strip()) < 2:
        return None
    hits = search(lake, text, type=allowed[0] if len(allowed) == 1 else None, limit=8)
    fitting = {
        hit[
            "id"
        ]: f"{plain(hit['caption'], longest=70)} :gray[· {plain(lake.catalog.type(hit['type']).label)} #{hit['id']}]"
        for hit in hits.iter_rows(named=True)
        if hit["id"] != view.id and (not allowed or hit["type"] in allowed)
    }
    if not fitting:
        st.caption("No record of a fitting type holds these words.")
        return None
    found: int | None = st.radio(
        count(len(fitting), "hit"),
        list(fitting),
        format_func=lambda each: fitting.get(each, str(each)),
        key="link_other",
    )
    return found


def _link(view: RecordView, link_type: LinkType, direction: str, other: int, fields: dict[str, Any]) -> None:
    ends = (view.id, other) if direction == "out" else (other, view.id)
    try:
        link_records(served.lake(), ends[0], link_type.name, ends[1], fields=fields or None)
    except XrmError as problem:
        say(problem)
        return
    remember_toast("Linked", "add_link")
    st.rerun()
