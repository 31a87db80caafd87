"""The sidebar: search, the pages with what waits on them, and the jobs that run."""

import served
import streamlit as st
from components.frame import show_toast
from components.search import search_dialog
from components.text import plain, short
from navigation import PLACES, icon_of, list_page, page_of

from xrm_lake.hygiene.fixes.propose import count_fixes
from xrm_lake.hygiene.issues import count_issues
from xrm_lake.hygiene.review import waiting_pairs
from xrm_lake.store.jobs import list_jobs
from xrm_lake.store.model import list_types

NAV = "nav"
_MOST_TYPES = 16


def sidebar() -> None:
    """Draw the sidebar of every page."""
    show_toast()
    with st.sidebar:
        if st.button("Search", icon=":material/search:", shortcut="Mod+K", width="stretch", key="open_search"):
            search_dialog()
        _places()
        if _running():
            _jobs_live()


@st.fragment(key=NAV)
def _places() -> None:
    with st.container(key="nav", gap="xxsmall"):
        waiting = {"duplicates": _pairs_waiting(), "issues": _issues_standing(), "fixes": _fixes_open()}
        group = ""
        for place in PLACES:
            if place.url == "record":
                continue
            if place.group == "Report" != group:
                _types()
            if place.group != group:
                group = place.group
                _caption(group)
            badge = f" :gray-badge[{short(waiting[place.url])}]" if waiting.get(place.url) else ""
            st.page_link(page_of(place.url), label=place.title + badge, width="stretch")


def _types() -> None:
    _caption("Records")
    types = served.lake().catalog.active_types
    counts = dict(served.remembered(list_types).select("type", "records").iter_rows())
    # Those that hold something first, if there are too many to show them all.
    shown = types if len(types) <= _MOST_TYPES else sorted(types, key=lambda item: -counts.get(item.name, 0))
    for item in shown[:_MOST_TYPES]:
        held = counts.get(item.name, 0)
        label = f"{plain(item.plural, longest=28)}" + (f" :small[:gray[{short(held)}]]" if held else "")
        st.page_link(list_page(item.name), label=label, icon=icon_of(item), width="stretch")
    if len(types) > _MOST_TYPES:
        more = st.selectbox(
            "More types", [item.name for item in shown[_MOST_TYPES:]], index=None, key="more_types",
            placeholder=f"{len(types) - _MOST_TYPES} more types", label_visibility="collapsed",
        )  # fmt: skip
        if more:
            st.switch_page(list_page(more))


def _caption(text: str) -> None:
    st.space(4)
    st.caption(text)


def _pairs_waiting() -> int:
    return sum(served.remembered(waiting_pairs).values())


def _issues_standing() -> int:
    return int(served.remembered(count_issues)["found"].sum() or 0)


def _fixes_open() -> int:
    return int(served.remembered(count_fixes)["fixes"].sum() or 0)


def _running() -> bool:
    return "running" in list_jobs(served.lake(), limit=5)["state"].to_list()


@st.fragment(run_every="1s")
def _jobs_live() -> None:
    live = [row for row in list_jobs(served.lake(), limit=5).iter_rows(named=True) if row["state"] == "running"]
    if not live:
        # The page shows what the job has brought.
        st.rerun()
    for row in live:
        share = min(1.0, row["done"] / row["total"]) if row["total"] else 0.0
        st.progress(share, text=f":small[{plain(row['message'] or row['verb'])} · {share:.0%}]")
