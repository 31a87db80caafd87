"""Rows that imports held back: left out by choice, or nearly like a record that is there. They can come in at any time."""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import card, empty
from components.grid import table, texts
from components.telling import told_apart
from components.text import count, plain
from views.import_state import start_over
from views.import_work import take

from xrm_lake.ingest.held import list_held

_MOST = 300
_NEW = 0


def held_rows() -> None:
    """All of them; one that is nearly like a record is answered, those that were left out come in together."""
    found = served.remembered(list_held)
    if found.is_empty():
        empty("No row is held back.", icon="pause_circle")
        return
    st.caption("These rows are counted, but did not come in. Click one to say which record it is, or to bring it in.")
    columns = texts([("file_name", "File"), ("raw", "Row"), ("reason", "Why"), ("best", "Nearest")])
    columns = {"line_no": st.column_config.NumberColumn("Line", format="%d", width=64)} | columns
    rows = found.head(_MOST)
    scores = [f"{each[0]:.0%} alike" if each else "" for each in rows["scores"].to_list()]
    shown = rows.with_columns(best=pl.Series(scores, dtype=pl.String))
    place = table(shown, columns, key="held_rows", alt="Rows that are held back", most=12)
    if place is not None:
        _one(rows.row(place, named=True))
    for batch_id, number in _left_out(found).items():
        st.button(
            f"Bring in {count(number, 'row')} left out of batch {batch_id}", icon=":material/move_to_inbox:", key=f"take_{batch_id}",
            on_click=_take, args=(batch_id,),
        )  # fmt: skip


def _left_out(found: pl.DataFrame) -> dict[int, int]:
    """How many rows of each batch wait for no answer."""
    counted: dict[int, int] = {}
    for batch_id, candidates in found.select("batch_id", "candidates").iter_rows():
        if candidates is None:
            counted[batch_id] = counted.get(batch_id, 0) + 1
    return counted


def _one(row: dict[str, Any]) -> None:
    batch, number = row["batch_id"], row["record_no"]
    with card(key="one_held"):
        st.markdown(f"**{plain(row['raw'], longest=400)}**")
        if row["candidates"] is None:
            st.button("Bring it in", type="primary", icon=":material/move_to_inbox:", key="take_one", on_click=_take, args=(batch,),
                      kwargs={"only": str(number)})  # fmt: skip
            return
        options = _options(row) | {_NEW: "A new record"}
        chosen = st.radio("It is", list(options), format_func=lambda each: options[each], key=f"held_{batch}_{number}")
        st.button(
            "Bring it in as that", type="primary", icon=":material/move_to_inbox:", key="take_one", on_click=_take, args=(batch,),
            kwargs={"answers": {number: chosen or None}},
        )  # fmt: skip


def _options(row: dict[str, Any]) -> dict[int, str]:
    near = told_apart(row["candidates"])
    return {
        id: f"{text} :gray[· {score:.0%} alike]" for (id, text), score in zip(near.items(), row["scores"], strict=True)
    }


def _take(batch_id: int, **chosen: Any) -> None:
    """Go to the result of bringing them in."""
    take(start_over(), batch_id, **chosen)
    st.session_state.pop("held_rows", None)
    st.session_state["import_tabs"] = "Files"
