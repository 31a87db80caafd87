"""The third step: what would come of it, in counts, row by row and cell by cell, before anything is kept."""

from dataclasses import replace
from math import ceil

import polars as pl
import served
import streamlit as st
from components.frame import card
from components.grid import height, texts
from components.text import count
from views.import_account import accounts, gains, left_out, notes, totals
from views.import_state import Wizard
from views.import_values import unknown_values
from views.import_work import run, try_it

from xrm_lake.ingest.shown_rows import count_rows, show_rows
from xrm_lake.model.results import ImportResult

VERDICTS = {
    "new": ("New", "green"), "changed": ("Changed", "blue"), "same": ("Same", "gray"), "conflict": ("Conflict", "orange"),
    "held": ("Held back", "violet"), "rejected": ("Rejected", "red"),
}  # fmt: skip
_PAGE = 50


def trial(state: Wizard) -> None:
    """The account of the dry run, and the way on."""
    assert state.tried is not None
    tried = state.tried
    totals(tried)
    with card("Files", "What would come of each; nothing was kept"):
        accounts(tried)
    gains(tried)
    left_out(tried)
    unknown_values(state, tried)
    _rows(state, tried)
    notes(tried)
    _on(state, tried)


def _rows(state: Wizard, tried: ImportResult) -> None:
    """Rows and cells by their verdict, a page at a time."""
    assert state.final is not None
    counted = count_rows(tried)
    if counted.is_empty():
        return
    with card("Row by row", "What would become of each record, and of each cell that differs from what is there"):
        only_new = st.toggle(
            "Only new records", value=state.terms.only_new, key=f"trial_only_new_{state.version}",
            help="Nothing that is there is changed; the rows that would are held back, and can come in later.",
        )  # fmt: skip
        if only_new != state.terms.only_new:
            _again(state, only_new=only_new)
        labels = {row["verdict"]: _label(row) for row in counted.iter_rows(named=True)}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.pills(
                "Show", list(labels), selection_mode="multi", format_func=lambda name: labels[name],
                default=[name for name in labels if name != "same"], key=f"trial_verdicts_{state.version}", label_visibility="collapsed",
            )  # fmt: skip
            file = None
            if len(tried.files) > 1:
                names = list(dict.fromkeys(each.file for each in tried.files))
                file = st.selectbox(
                    "Table", names, index=None, placeholder="All tables", key=f"trial_file_{state.version}", label_visibility="collapsed",
                    width=240,
                )  # fmt: skip
        slot = st.container()
        wanted = chosen or list(labels)
        place = st.session_state.get(f"trial_page_{state.version}", 1) - 1
        shown, total = show_rows(
            tried, state.final.plans, verdicts=wanted, file=file, limit=_PAGE, offset=_PAGE * place
        )
        with slot:
            _grid(state, shown, several=len(tried.files) > 1)
        if total > _PAGE:
            st.pagination(ceil(total / _PAGE), key=f"trial_page_{state.version}")


def _label(row: dict[str, object]) -> str:
    name, rows, cells = VERDICTS[str(row["verdict"])][0], int(str(row["rows"])), int(str(row["cells"]))
    parts = [count(rows, "row")] if rows else []
    parts += [count(cells, "cell")] if cells else []
    return f"{name} · {', '.join(parts)}"


def _grid(state: Wizard, shown: pl.DataFrame, *, several: bool) -> None:
    if shown.is_empty():
        st.caption("Nothing of this kind.")
        return
    of = st.column_config
    labels = _labels(state)
    rows = shown.with_columns(
        verdict=pl.Series([[VERDICTS[each][0]] for each in shown["verdict"]]),
        field=pl.Series([labels.get(each, each) for each in shown["field"]], dtype=pl.String),
    )
    names, colors = zip(*VERDICTS.values(), strict=True)
    columns: dict[str, object] = {
        "line_no": of.NumberColumn("Line", format="%d", width=60),
        "verdict": of.MultiselectColumn("Becomes", options=list(names), color=list(colors), width=104),
        **texts([("text", "Record")]),
        "field": of.TextColumn("Field", width="small"),
        **texts([("old", "Old"), ("new", "New")]),
        "reason": of.TextColumn("Why", width="medium"),
    }
    if several:
        columns = {"file": of.TextColumn("Table", width="small")} | columns
    event = st.dataframe(
        rows, key="trial_rows", hide_index=True, column_order=list(columns), column_config=columns, row_height=33,
        height=height(rows.height, most=14), placeholder="", alt="What would become of each row and cell",
        on_select="rerun", selection_mode="multi-row",
    )  # fmt: skip
    _leave_out(state, shown, [place for place in event.selection.rows if place < shown.height])


def _labels(state: Wizard) -> dict[str | None, str]:
    """What the fields of all tables are called."""
    assert state.final is not None
    catalog = state.final.additions.applied_to(served.lake().catalog)
    types = {plan.type for plan in state.final.plans if catalog.has_type(plan.type)}
    return {field.name: field.label for name in types for field in catalog.fields_for_import(name)} | {
        "extra": "beside"
    }


def _leave_out(state: Wizard, shown: pl.DataFrame, places: list[int]) -> None:
    """Rows that are ticked are left out when somebody says so; they are held back and can come in later."""
    ticked = {(file, number) for file, number in shown.select("file", "record_no").gather(places).iter_rows() if number}
    left_out = state.terms.left_out
    with st.container(horizontal=True, vertical_alignment="center"):
        if not ticked and not left_out:
            st.caption("Tick rows to leave them out; they are held back, and can come in later.")
        if ticked and st.button(
            f"Leave {count(len(ticked), 'row')} out", icon=":material/pause_circle:", key="leave_out"
        ):
            more = dict(left_out)
            for file, number in sorted(ticked):
                more[file] = f"{more[file]},{number}" if file in more else str(number)
            _again(state, left_out=more)
        if left_out and st.button(
            "Take all rows in again", icon=":material/replay:", key="leave_none_out", type="tertiary"
        ):
            _again(state, left_out={})


def _again(state: Wizard, **terms: object) -> None:
    """Try again on other terms."""
    assert state.final is not None
    state.terms = replace(state.terms, **terms)  # type: ignore[arg-type]
    st.session_state.pop("trial_rows", None)
    try_it(state, state.final)
    st.rerun()


def _on(state: Wizard, tried: ImportResult) -> None:
    """The way on stands at the foot of the page, wherever one reads."""
    new, changed = tried.total("new"), tried.total("changed")
    told = " and ".join(
        part for part in (f"{new:,} new" if new else "", f"{changed:,} changed" if changed else "") if part
    )
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="trial_on"):
        label = f"Import {told}" if told else "Import: nothing would change"
        if st.button(label, type="primary", icon=":material/download_done:", key="import_run"):
            run(state)
            st.rerun()
        if st.button("Back to the mapping", icon=":material/arrow_back:", key="import_back"):
            state.step = 1
            st.rerun()
