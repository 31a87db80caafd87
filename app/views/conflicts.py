"""Conflicts: a source says something new of a value that a person has set. Whose counts?"""

import polars as pl
import served
import streamlit as st
from components.frame import empty, remember_toast, say
from components.grid import height, texts
from components.text import count

from xrm_lake.errors import XrmError
from xrm_lake.store.conflicts import Answer, answer_conflicts, list_conflicts
from xrm_lake.store.search import captions_of

_MOST = 300


def conflicts() -> None:
    """All that is open, with both values; several are answered at once."""
    found = served.remembered(list_conflicts, limit=_MOST)
    if found.is_empty():
        empty("No source contests a value that a person has set.", icon="rule")
        return
    st.caption(
        "A source says something else than what a person has set here. The person's value stays until you say which counts."
    )
    columns = texts(
        [
            ("record", "Record"),
            ("what", "Field"),
            ("mine", "Stands here"),
            ("theirs", "The source says"),
            ("source", "Source"),
        ]
    )
    event = st.dataframe(
        _readable(found), key="conflict_rows", hide_index=True, column_order=list(columns), column_config=columns, row_height=33,
        on_select="rerun", selection_mode="multi-row", height=height(found.height, most=14), placeholder="", alt="Conflicts",
    )  # fmt: skip
    chosen = [place for place in event.selection.rows if place < found.height]
    ids = found["conflict_id"].gather(chosen).to_list()
    with st.container(horizontal=True, key="answer_conflicts"):
        told = count(len(ids), "value") if ids else "values"
        if st.button(f"Keep {told} as they stand", icon=":material/person:", key="answer_mine", disabled=not ids):
            _answer(ids, "mine")
        if st.button(f"Take {told} from the source", icon=":material/input:", key="answer_theirs", disabled=not ids):
            _answer(ids, "theirs")


def _readable(found: pl.DataFrame) -> pl.DataFrame:
    """Records, fields and the ends of links by what they are called."""
    lake = served.lake()
    names = captions_of(lake, found["record_id"].to_list(), found["type"].to_list())
    labels = {(item.name, field.name): field.label for item in lake.catalog.types for field in item.fields} | {
        (item.name, link.name): link.label for item in lake.catalog.types for link in lake.catalog.link_types
    }
    rows = list(found.iter_rows(named=True))
    return pl.DataFrame(
        {
            "record": [names[row["record_id"]] for row in rows],
            "what": [labels.get((row["type"], row["field"]), row["field"]) for row in rows],
            "mine": [row["mine"] or "" for row in rows],
            "theirs": [row["theirs"] or "" for row in rows],
            "source": [row["source"] for row in rows],
        }
    )


def _answer(ids: list[int], answer: Answer) -> None:
    try:
        answer_conflicts(served.lake(), ids, answer)
    except XrmError as problem:
        say(problem)
        return
    st.session_state.pop("conflict_rows", None)
    remember_toast(f"Answered {count(len(ids), 'conflict')}; undo is in History", "rule")
    st.rerun()
