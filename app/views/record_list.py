"""The list of a type: find, filter, sort, page, open, make, merge and delete records."""

from dataclasses import dataclass
from math import ceil

import polars as pl
import served
import streamlit as st
from components.frame import calm, empty, head
from components.grid import ROW, column, height
from components.text import count, plain
from navigation import go_record, icon_of, page_of
from views.list_export import export_menu
from views.record_bulk import bulk
from views.record_new import new_dialog

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.read import count_records, filled_fields, list_records

PAGE = 50
_COLUMNS = 10
# A column that is empty in most records says little at a glance.
_TELLING = 0.2


@dataclass(frozen=True)
class Asked:
    """What the toolbar asks for."""

    text: str
    where: str
    sort: str
    descending: bool
    columns: tuple[str, ...]


def page(type_name: str) -> None:
    """The page of one type."""
    entity_type = served.lake().catalog.type(type_name)
    with head(entity_type.plural, entity_type.meaning):
        exports = st.container(width="content")
        if st.button("Import", icon=":material/upload:", key="list_import"):
            st.switch_page(page_of("import"))
        if st.button(
            f"New {plain(entity_type.label).lower()}", icon=":material/add:", type="primary", shortcut="Alt+N"
        ):
            new_dialog(type_name)
    asked = _toolbar(entity_type)
    with calm():
        _list(entity_type, asked)
        with exports:
            found = served.remembered(count_records, type_name, where=asked.where or None, text=None)
            export_menu(entity_type, asked.where, found)


def _toolbar(entity_type: EntityType) -> Asked:
    name = entity_type.name
    fields = {field.name: field for field in served.lake().catalog.fields_for_import(name)}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="toolbar"):
        text = st.text_input(
            "Find", key=f"q_{name}", bind="query-params", live="350ms", placeholder=f"Find {entity_type.plural.lower()}",
            label_visibility="collapsed", icon=":material/search:", width=260, on_change=_first_page, args=(name,),
        )  # fmt: skip
        with st.popover("Condition", icon=":material/filter_alt:"):
            where = st.text_area(
                "Only records for which this holds", key=f"where_{name}", bind="query-params", height=80,
                placeholder=_example(entity_type), on_change=_first_page, args=(name,),
            )  # fmt: skip
            st.caption(
                "An SQL condition over the fields: " + ", ".join(plain(each) for each in list(fields)[:14]) + " …"
            )
        with st.popover("Columns", icon=":material/view_column:"):
            columns = st.multiselect(
                "Columns", list(fields), default=_usual(entity_type, fields), key=f"columns_{name}", persist_state="session",
                format_func=lambda each: fields[each].label if each in fields else each, label_visibility="collapsed",
            )  # fmt: skip
        if where:
            st.badge(plain(where, longest=40), icon=":material/filter_alt:", color="primary")
        st.space("stretch")
        sort = st.selectbox(
            "Sort by", ["id", *fields, "updated_at"], key=f"sort_{name}", bind="query-params", width=190,
            label_visibility="collapsed", help="Sort by", on_change=_first_page, args=(name,),
        )  # fmt: skip
        order = st.segmented_control(
            "Order", ["asc", "desc"], default="asc", required=True, key=f"order_{name}", bind="query-params",
            format_func=lambda each: ":material/arrow_upward:" if each == "asc" else ":material/arrow_downward:",
            label_visibility="collapsed",
        )  # fmt: skip
    return Asked(text or "", (where or "").strip(), sort or "id", order == "desc", tuple(columns))


def _list(entity_type: EntityType, asked: Asked) -> None:
    name = entity_type.name
    named = {"where": asked.where or None, "text": asked.text or None}
    total = served.remembered(count_records, name, **named)
    if not total:
        _nothing(entity_type, asked)
        return
    pages = ceil(total / PAGE)
    slot = st.container()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="pager"):
        note = st.container(width="content")
        at = st.pagination(pages, key=f"page_{name}", bind="query-params") if pages > 1 else 1
    first = (min(at, pages) - 1) * PAGE
    rows = served.remembered(
        list_records, name, sort=asked.sort, descending=asked.descending, limit=PAGE, offset=first, **named
    )
    note.caption(f"{count(total, 'record')} · {first + 1:,} to {first + rows.height:,}")
    with slot:
        _grid(entity_type, rows, asked)


def _grid(entity_type: EntityType, rows: pl.DataFrame, asked: Asked) -> None:
    fields = {field.name: field for field in served.lake().catalog.fields_for_import(entity_type.name)}
    shown = [
        "id",
        *(["party"] if entity_type.role_of else []),
        *(each for each in asked.columns if each in rows.columns),
    ]
    configs = {each: column(fields[each]) for each in asked.columns if each in fields}
    configs["id"] = st.column_config.NumberColumn("Id", format="%d", width=72)
    configs["party"] = st.column_config.TextColumn("Who")
    event = st.dataframe(
        rows.select(shown), key=f"grid_{entity_type.name}", hide_index=True, column_config=configs, on_select="rerun",
        selection_mode=["multi-row", "single-cell"], height=height(rows.height), row_height=ROW, placeholder="",
        alt=f"{entity_type.plural}: click a cell to open its record",
    )  # fmt: skip
    ids = rows["id"].to_list()
    cells = [cell for cell in event.selection.cells if cell[0] < len(ids)]
    if cells:
        go_record(entity_type.name, ids[cells[0][0]])
    chosen = [ids[place] for place in event.selection.rows if place < len(ids)]
    if chosen:
        bulk(entity_type, chosen)


def _nothing(entity_type: EntityType, asked: Asked) -> None:
    if asked.text or asked.where:
        empty("No record meets this. Try fewer words, or another condition.", icon="search_off")
    else:
        empty(
            f"There are no {entity_type.plural.lower()} yet. Make the first one, or bring a file in.",
            icon=icon_of(entity_type).split("/")[1].rstrip(":"),
        )


def _usual(entity_type: EntityType, fields: dict[str, Field]) -> list[str]:
    """What says most of a record: its caption, then what is required and expected, then the rest."""
    caption = [each for each in entity_type.caption if each in fields]
    names = (
        {each for each in fields if fields[each].kind in ("given_name", "family_name")}
        if "full_name" in caption
        else set()
    )
    ranked = sorted(
        (each for each in fields if each not in caption and each not in names and fields[each].kind != "long_text"),
        key=lambda each: ("required", "expected", "optional").index(fields[each].level),
    )
    filled = served.remembered(filled_fields, entity_type.name)
    telling = [each for each in ranked if filled.get(each, 0) > _TELLING]
    return [*caption, *(telling or ranked)][:_COLUMNS]


def _example(entity_type: EntityType) -> str:
    field = next(
        (each for each in entity_type.active_fields if each.kind in ("money", "integer", "number", "date")), None
    )
    if field is None:
        first = entity_type.active_fields[0].name if entity_type.active_fields else "id"
        return f"{first} is null"
    return f"{field.name} >= '2026-01-01'" if field.kind == "date" else f"{field.name} > 1000"


def _first_page(name: str) -> None:
    st.session_state[f"page_{name}"] = 1
