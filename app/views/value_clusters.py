"""Value clusters: the spellings of one value in a field, the one proposed for all, and putting it in their place."""

import polars as pl
import served
import streamlit as st
from components.frame import calm, card, empty, head
from components.grid import height, texts
from components.mended import remember_mended, remember_refused, show_mended
from components.text import count, plain

from xrm_lake.hygiene.fixes.spellings import METHODS
from xrm_lake.hygiene.fixes.unify import refuse_values, unify_values
from xrm_lake.hygiene.fixes.value_clusters import has_words, value_clusters
from xrm_lake.hygiene.fixes.waiting import waiting_links
from xrm_lake.store.model import list_types

MOST = 200
_ALL = "all"
_METHODS = {
    _ALL: "All methods", "fingerprint": "Same words", "ngram": "Same letters", "metaphone": "Sound (English)", "cologne": "Sound (German)",
    "nearest": "Few slips", "spelling": "Dictionary",
}  # fmt: skip
assert set(_METHODS) == {_ALL, *METHODS}


def page() -> None:
    """The page; the address names the type, the field and the method."""
    with head("Value clusters", "Spellings of one value, from strict methods to lax ones. Numbers keep values apart."):
        pass
    show_mended()
    with calm():
        type_name, field = _place()
        method, at_least = _method()
        with st.spinner("Looking for spellings …"):
            found = served.remembered(
                value_clusters, type_name, field, method=None if method == _ALL else method, at_least=at_least
            )
        if found.is_empty():
            empty("No two values of this field look like spellings of one.", icon="spellcheck")
            return
        _clusters(type_name, field, found)


def _place() -> tuple[str, str]:
    """The type and the field to look at, from the address; chosen here, they stand in it."""
    places = _places()
    asked = st.query_params.get("type", "")
    types = list(places)
    catalog = served.lake().catalog
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="cluster_place"):
        type_name = st.selectbox(
            "Type", types, index=types.index(asked) if asked in types else 0, key="cluster_type",
            format_func=lambda each: catalog.type(each).plural, width=200,
        )  # fmt: skip
        fields = places[type_name]
        named = st.query_params.get("field", "")
        field = st.selectbox(
            "Field", list(fields), index=list(fields).index(named) if named in fields else 0, key=f"cluster_field_{type_name}",
            format_func=lambda each: fields[each], width=240,
        )  # fmt: skip
    st.query_params["type"], st.query_params["field"] = type_name, field
    return type_name, field


def _places() -> dict[str, dict[str, str]]:
    """By type what can be looked at: its fields of words, and its links that wait; types with most records first."""
    lake = served.lake()
    held = dict(served.remembered(list_types).select("type", "records").iter_rows())
    waiting: dict[str, set[str]] = {}
    for type_name, link in served.remembered(waiting_links).iter_rows():
        waiting.setdefault(type_name, set()).add(link)
    links = {item.name: item for item in lake.catalog.link_types}
    places = {}
    for item in sorted(lake.catalog.active_types, key=lambda each: -held.get(each.name, 0)):
        # The fields whose values repeat are what clusters are for: they come before the names.
        fields = sorted(
            (each for each in item.active_fields if has_words(each)), key=lambda each: each.name in item.caption
        )
        told = {each.name: each.label for each in fields}
        told |= {
            name: f"Link that waits: {links[name].label} …"
            for name in sorted(waiting.get(item.name, ()))
            if name in links
        }
        if told:
            places[item.name] = told
    return places


def _method() -> tuple[str, float]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="cluster_method_row"):
        asked = st.query_params.get("method", _ALL)
        method = st.segmented_control(
            "Method, strict to lax", list(_METHODS), default=asked if asked in _METHODS else _ALL, key="cluster_method",
            format_func=lambda each: _METHODS[each], required=True,
        )  # fmt: skip
        at_least = 0.8
        if method == "nearest":
            at_least = st.slider("How alike", 0.6, 0.95, 0.8, 0.05, key="cluster_alike", width=220)
    st.query_params["method"] = method or _ALL
    return method or _ALL, at_least


def _clusters(type_name: str, field: str, found: pl.DataFrame) -> None:
    """One line a cluster; those that are marked are unified, each with the value that stands in its line."""
    rows = _lines(found)
    key = f"clusters_{type_name}_{field}_{st.query_params['method']}_{served.lake().commits}"
    with card(key="cluster_card"):
        number = found["cluster"].n_unique()
        more = f" The first {MOST} are shown." if number > MOST else ""
        with st.container(horizontal=True, horizontal_alignment="distribute", key="cluster_head"):
            st.caption(
                f"{count(number, 'cluster')}. Mark those to unify; what they become can be edited.{more}",
                width="content",
            )
            every = st.toggle("Mark all", key=f"{key}_all", width="content")
        columns = texts([("spellings", "Spellings, with their records"), ("method", "Found by")]) | {
            "mark": st.column_config.CheckboxColumn("Unify", width=64),
            "becomes": st.column_config.TextColumn("Becomes", required=True),
            "records": st.column_config.NumberColumn("Records", format="localized", width=84),
        }
        edited = st.data_editor(
            rows.head(MOST).with_columns(mark=pl.lit(every)), key=f"{key}_{every}", hide_index=True, column_config=columns,
            column_order=["mark", "spellings", "becomes", "records", "method"], disabled=["spellings", "records", "method"],
            row_height=33, height=height(min(rows.height, MOST), most=14),
        )  # fmt: skip
        marked = edited.filter("mark")
        meant = _meant(found, marked)
        if marked.height == 1:
            meant = _some(found, marked.row(0, named=True), key)
        _buttons(type_name, field, meant)


def _lines(found: pl.DataFrame) -> pl.DataFrame:
    told = found.with_columns(text=pl.format("{} ({})", "value", "records"))
    return (
        told.group_by("cluster", maintain_order=True)
        .agg(
            spellings=pl.col("text").filter(pl.col("records") > 0).str.join("  ·  "),
            becomes=pl.col("proposed").first(),
            records=pl.col("records").sum(),
            method=pl.col("method").first().replace(_METHODS),
        )
        .with_columns(mark=pl.lit(False))
    )


def _meant(found: pl.DataFrame, marked: pl.DataFrame) -> dict[str, str]:
    """What becomes what, of all marked clusters."""
    told = found.join(marked.select("cluster", "becomes"), on="cluster", how="inner")
    changed = told.filter(pl.col("value") != pl.col("becomes"), pl.col("records") > 0)
    meant = dict(changed.select("value", "becomes").iter_rows())
    return {value: _last(value, meant) for value in meant}


def _last(value: str, meant: dict[str, str]) -> str:
    """What a value becomes in the end, where what it becomes is to become another itself."""
    seen = {value}
    while (next_one := meant.get(value, value)) not in seen:
        value = next_one
        seen.add(value)
    return value


def _some(found: pl.DataFrame, line: dict[str, str], key: str) -> dict[str, str]:
    """Of one cluster, the values that are meant: any may be left out."""
    mine = found.filter(pl.col("cluster") == line["cluster"], pl.col("value") != line["becomes"], pl.col("records") > 0)
    values = mine["value"].to_list()
    chosen = st.pills(
        f"Becomes {plain(line['becomes'])}", values, default=values, selection_mode="multi", key=f"{key}_some_{line['cluster']}",
        format_func=lambda value: plain(value, longest=60),
    )  # fmt: skip
    return dict.fromkeys(chosen, line["becomes"])


def _buttons(type_name: str, field: str, meant: dict[str, str]) -> None:
    told = count(len(meant), "spelling") if meant else "spellings"
    with st.container(horizontal=True, key="cluster_buttons"):
        if st.button(f"Unify {told}", icon=":material/merge:", type="primary", key="unify", disabled=not meant):
            with calm(), st.spinner("Unifying …"):
                remember_mended(unify_values(served.lake(), type_name, field, meant))
                st.rerun()
        if st.button(
            "They are not the same",
            icon=":material/block:",
            key="refuse_values",
            disabled=not meant,
            help="Never propose it again",
        ):
            with calm():
                remember_refused(refuse_values(served.lake(), type_name, field, meant), len(meant))
                st.rerun()
