"""History: every batch that was written, and taking it back."""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import calm, card, empty, head
from components.grid import table
from components.text import plain, shown
from components.words import BATCHES
from views.reconciliation import reconciliation
from views.record_changes import take_back

from xrm_lake.store.ledger import list_batches
from xrm_lake.store.undo import UNDOABLE

MOST = 300


def page() -> None:
    """The page."""
    with head(
        "History",
        "Everything that was written, newest first. Imports, edits and decisions can be taken back at any time.",
    ):
        pass
    kind = _kind()
    with calm():
        found = served.remembered(list_batches, limit=MOST, kind=kind)
        if found.is_empty():
            empty("Nothing of this kind was written yet.", icon="history")
            return
        slot = st.container()
        place = _table(found)
        if place is not None:
            with slot:
                _one(found.row(place, named=True))


def _kind() -> str | None:
    return st.pills(
        "Kind", list(BATCHES), key="batch_kind", label_visibility="collapsed",
        format_func=lambda each: f":material/{BATCHES[each][1]}: {BATCHES[each][0]}",
    )  # fmt: skip


def _table(found: pl.DataFrame) -> int | None:
    rows = list(found.iter_rows(named=True))
    told = found.select("batch_id", "changes", "rows_new", "rows_changed", "rows_rejected").with_columns(
        when=pl.Series([shown(row["made_at"]) for row in rows]),
        what=pl.Series([_what(row) for row in rows]),
        who=pl.Series([row["made_by"] or "" for row in rows]),
        told=pl.Series([_told(row) for row in rows]),
        state=pl.Series([f"undone by {row['undone_by']}" if row["undone_by"] else "" for row in rows]),
    )
    of = st.column_config
    columns = {
        "batch_id": of.NumberColumn("Batch", format="%d", width=72), "when": of.TextColumn("When", width=126),
        "what": of.TextColumn("What", width=110), "who": of.TextColumn("Who"), "told": of.TextColumn("About", width="large"),
        "changes": of.NumberColumn("Changes", format="localized"), "rows_new": of.NumberColumn("New", format="localized"),
        "rows_rejected": of.NumberColumn("Rejected", format="localized"), "state": of.TextColumn("State"),
    }  # fmt: skip
    return table(told, columns, key="batches", alt="Batches, newest first; click one to take it back", most=18)


def _one(row: dict[str, Any]) -> None:
    with card(key="one_batch"), st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**Batch {row['batch_id']}** · {plain(_what(row))} · {plain(_told(row)) or plain(row['made_by'])}",
            width="stretch",
        )
        if row["undone_by"] is not None:
            st.badge(f"undone by batch {row['undone_by']}", color="gray")
        elif row["kind"] in UNDOABLE:
            label = "Bring it back" if row["kind"] == "undo" else f"Undo batch {row['batch_id']}"
            if st.button(label, type="primary", icon=":material/undo:", key=f"undo_{row['batch_id']}"):
                st.session_state.pop("batches", None)
                take_back(row["batch_id"])
        else:
            st.caption("Nothing of it stands in the records, so there is nothing to undo.", width="content")
    if row["kind"] == "import" and row["undone_by"] is None and row["file_name"]:
        reconciliation(row["batch_id"])


def _what(row: dict[str, Any]) -> str:
    return BATCHES.get(row["kind"], (row["kind"], ""))[0]


def _told(row: dict[str, Any]) -> str:
    parts = [
        row["file_name"],
        row["note"],
        row["source"] if row["source"] not in ("manual", row["file_name"]) else None,
    ]
    return " · ".join(str(part) for part in parts if part)
