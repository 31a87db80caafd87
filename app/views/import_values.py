"""Values that no list knows: what does a source mean by them?"""

import polars as pl
import served
import streamlit as st
from components.frame import card
from components.grid import ROW
from components.text import count, plain
from views.import_state import Wizard
from views.import_work import try_it

from xrm_lake.errors import Misuse
from xrm_lake.ingest.told_values import over
from xrm_lake.model.results import ImportResult


def unknown_values(state: Wizard, tried: ImportResult) -> None:
    """Each unknown value with the nearest that is known; what is told is tried at once, and remembered for the source."""
    rows = [row for file in tried.files if file.unknown is not None for row in file.unknown.iter_rows(named=True)]
    if not rows:
        return
    with card(
        f"{count(len(rows), 'value')} that no list knows",
        "Say what they mean and they are read so, also next time; what is left as it is comes in as the file has it, or is refused",
    ):
        accept = st.toggle("Take all suggestions", key=f"values_all_{state.version}_{len(rows)}")
        shown = pl.DataFrame(
            {
                "column": [row["header"] for row in rows],
                "value": [row["value"] for row in rows],
                "count": [row["count"] for row in rows],
                "means": [(row["suggestion"] or "") if accept else "" for row in rows],
                "suggestion": [row["suggestion"] or "" for row in rows],
                "score": [None if row["score"] is None else 100 * row["score"] for row in rows],
            },
            schema_overrides={"score": pl.Float64},
        )
        of = st.column_config
        edited = st.data_editor(
            shown, hide_index=True, num_rows="fixed", row_height=ROW, height=ROW * (min(shown.height, 10) + 1) + 3,
            key=f"values_{state.version}_{len(rows)}_{accept}", disabled=["column", "value", "count", "suggestion", "score"],
            column_config={
                "column": of.TextColumn("Column"), "value": of.TextColumn("The file says"),
                "count": of.NumberColumn("Rows", format="localized", width="small"), "means": of.TextColumn("It means"),
                "suggestion": of.TextColumn("Nearest known"),
                "score": of.ProgressColumn("Alike", min_value=0, max_value=100, format="%.0f %%", width="small"),
            },
        )  # fmt: skip
        told: dict[str, dict[str, str]] = {}
        for row, means in zip(rows, edited["means"], strict=True):
            if means and means.strip():
                told.setdefault(row["field"], {})[row["value"]] = means.strip()
        number = sum(len(words) for words in told.values())
        label = f"Read {count(number, 'value')} so and try again" if number else "Read them so and try again"
        if st.button(label, icon=":material/translate:", key="values_again", disabled=not number):
            _try_again(state, told)


def _try_again(state: Wizard, told: dict[str, dict[str, str]]) -> None:
    before, state.told = state.told, over(state.told, told)
    try:
        wanted = state.to_try(served.lake().catalog)
    except Misuse as problem:
        state.told = before
        st.error(plain(problem, longest=400))
        return
    try_it(state, wanted)
    st.rerun()
