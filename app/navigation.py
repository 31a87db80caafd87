"""Where one can go: the fixed pages, one page for each type of record, and the way to any record."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import parse_qsl, urlsplit

import served
import streamlit as st
from streamlit.material_icon_names import ALL_MATERIAL_ICONS

from xrm_lake.model.entity_type import EntityType


@dataclass(frozen=True)
class Place:
    """A fixed page: its address, its name, its icon, its module under `views`, what it is for."""

    url: str
    title: str
    icon: str
    view: str
    help: str
    group: str = ""


PLACES: tuple[Place, ...] = (
    Place("this-week", "This week", "space_dashboard", "this_week", "What decayed, and what to fix first."),
    Place("duplicates", "Duplicates", "call_merge", "duplicates", "Judge pairs of records that may be one.", "Fix"),
    Place("decay", "Decay", "trending_down", "decay", "What gets worse, and what only wavers.", "Fix"),
    Place("issues", "Issues", "rule", "issues", "What is wrong, and in which records.", "Fix"),
    Place("fixes", "Fixes", "auto_fix_high", "fixes", "What could be mended: preview it, apply it, undo it.", "Fix"),
    Place("clusters", "Value clusters", "spellcheck", "value_clusters", "Spellings of one value in a field.", "Fix"),
    Place("rules", "Validation", "fact_check", "validation", "What records must keep, and how many do.", "Fix"),
    Place("governance", "Governance", "policy", "governance", "Shadow CRM, debt, dictionary, readiness.", "Fix"),
    Place(
        "quality",
        "Quality report",
        "difference",
        "quality",
        "The week before and after: decayed, fixed, merged, remaining.",
        "Report",
    ),
    Place("reports", "Reports", "bar_chart_4_bars", "reports", "Reports to read, download and send.", "Report"),
    Place("import", "Import", "upload_file", "imports", "Bring files in: mapping, dry run, rejects.", "Data"),
    Place("history", "History", "history", "history", "All that happened, and taking it back.", "Data"),
    Place("model", "Model", "account_tree", "model", "Types, fields and links.", "Data"),
    Place("record", "Record", "badge", "record", "One record."),
)
_NOT_FOR_TYPES = {place.url for place in PLACES} | {"api", "static", "media", "component", "app"}


def open_pages() -> st.Page:
    """Register all pages of this moment, types made a second ago included; gives the one that is asked for."""
    pages = {place.url: _page(place) for place in PLACES}
    pages |= {_type_key(item.name): _type_page(item) for item in served.lake().catalog.active_types}
    st.session_state["_pages"] = pages
    page = st.navigation(list(pages.values()), position="hidden")
    here = (page.url_path, st.query_params.get("id"))
    # What a visit leaves behind, such as the version of a record that an edit began with, ends with the visit.
    if st.session_state.get("_here") != here:
        st.session_state["_here"] = here
        st.session_state["_visit"] = st.session_state.get("_visit", 0) + 1
    return page


def page_of(url: str) -> st.Page:
    """A fixed page, by its address."""
    return st.session_state["_pages"][url]


def list_page(type_name: str) -> st.Page:
    """The list of a type of record."""
    return st.session_state["_pages"][_type_key(type_name)]


def go_record(type_name: str, id: int) -> None:
    """Open a record."""
    st.switch_page(page_of("record"), query_params={"type": type_name, "id": str(id)})


def go_list(type_name: str) -> None:
    """Open the list of a type."""
    st.switch_page(list_page(type_name))


def follow(address: str) -> None:
    """Open an address of the app, such as `/issues?type=deal`; one that is not there leads home."""
    parts = urlsplit(address)
    pages = st.session_state["_pages"]
    name = parts.path.strip("/")
    page = pages.get(name) or pages.get(_type_key(name)) or pages["this-week"]
    st.switch_page(page, query_params=dict(parse_qsl(parts.query)))


def icon_of(entity_type: EntityType) -> str:
    """A type's icon, as far as it is known."""
    return f":material/{entity_type.icon if entity_type.icon in ALL_MATERIAL_ICONS else 'category'}:"


def _page(place: Place) -> st.Page:
    return st.Page(
        _runner(place.view), title=place.title, icon=f":material/{place.icon}:", url_path=place.url,
        default=place is PLACES[0], visibility="hidden" if place.url == "record" else "visible", help=place.help,
    )  # fmt: skip


def _type_page(entity_type: EntityType) -> st.Page:
    def run() -> None:
        import_module("views.record_list").page(entity_type.name)

    url = f"{entity_type.name}-records" if entity_type.name in _NOT_FOR_TYPES else entity_type.name
    return st.Page(run, title=entity_type.plural or entity_type.name, icon=icon_of(entity_type), url_path=url)


def _runner(view: str) -> Callable[[], None]:
    def run() -> None:
        import_module(f"views.{view}").page()

    return run


def _type_key(name: str) -> str:
    return f"type:{name}"
