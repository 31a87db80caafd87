"""What happened to a record, and taking it back."""

import polars as pl
import served
import streamlit as st
from components.frame import empty, remember_toast, say
from components.grid import table, texts
from components.text import count, shown
from components.words import OPS

from xrm_lake.errors import XrmError
from xrm_lake.model.results import RecordView
from xrm_lake.store.ledger import record_history
from xrm_lake.store.undo import UNDOABLE, undo


def changes(view: RecordView) -> None:
    """The history of the record, newest first; a click on a row offers to undo its batch."""
    history = served.remembered(record_history, view.id)
    if history.is_empty():
        empty("Nothing happened to this record yet.", icon="history")
        return
    rows = _readable(view, history)
    columns = {
        "when": st.column_config.TextColumn("When", width=118),
        **texts(
            [
                ("who", "Who"),
                ("what", "What"),
                ("field", "Field"),
                ("old", "Before"),
                ("new", "After"),
                ("batch", "Batch"),
            ]
        ),
    }
    st.caption("Click a row to take its batch back.")
    place = table(rows, columns, key=f"history_{view.id}", alt="History of this record", most=14)
    if place is not None:
        _offer_undo(history.row(place, named=True))


def _readable(view: RecordView, history: pl.DataFrame) -> pl.DataFrame:
    labels = {field.name: field.label for field in served.lake().catalog.type(view.type).fields}
    rows = list(history.iter_rows(named=True))
    return pl.DataFrame(
        {
            "when": [shown(row["made_at"]) for row in rows],
            "who": [row["made_by"] or "" for row in rows],
            "what": [OPS.get(row["op"], row["op"]) + (" (undone)" if row["undone_by"] else "") for row in rows],
            "field": [labels.get(row["field"], row["field"] or "") for row in rows],
            "old": [row["old"] or "" for row in rows],
            "new": [row["new"] or "" for row in rows],
            "batch": [f"{row['batch_id']} · {row['kind']}" for row in rows],
        }
    )


def _offer_undo(row: dict[str, object]) -> None:
    with st.container(horizontal=True, border=True, vertical_alignment="center", key="offer_undo"):
        batch = int(str(row["batch_id"]))
        if row["undone_by"] is not None:
            st.markdown(f"Batch {batch} was undone by batch {row['undone_by']}.")
        elif row["kind"] not in UNDOABLE:
            st.markdown(f"Batch {batch} ({row['kind']}) cannot be undone: nothing of it stands in the records.")
        else:
            st.markdown(f"Take back **all** of batch {batch} ({row['kind']})?", width="stretch")
            if st.button(f"Undo batch {batch}", icon=":material/undo:", type="primary", key=f"undo_{batch}"):
                take_back(batch)


def take_back(batch: int) -> None:
    """Undo a batch, say what came of it, and draw the page again."""
    try:
        result = undo(served.lake(), batch)
    except XrmError as problem:
        say(problem)
        return
    parts = [
        (result.withdrawn, "record withdrawn", "records withdrawn"),
        (result.restored, "record brought back", "records brought back"),
        (result.fields, "field", "fields"),
        (result.links, "link", "links"),
        (result.verdicts, "verdict", "verdicts"),
        (result.kept.height, "later change kept", "later changes kept"),
    ]
    told = ", ".join(count(number, one, many) for number, one, many in parts if number)
    remember_toast(f"Undid batch {batch}: {told or 'nothing stood any more'}", "undo")
    st.rerun()
