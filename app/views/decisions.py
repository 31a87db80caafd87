"""What was judged, and taking it back."""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import empty
from components.grid import table, texts
from components.text import plain, shown
from navigation import go_record
from views.record_changes import take_back

from xrm_lake.hygiene.decisions import list_decisions

_WORDS = {"same": "merged", "different": "different", "unsure": "put aside", "open": "reopened"}


def decisions() -> None:
    """All decisions, newest first."""
    found = served.remembered(list_decisions, limit=200)
    if found.is_empty():
        empty("Nothing was judged yet.", icon="gavel")
        return
    st.caption("Click a decision to open its record or to take it back.")
    told = [
        {
            "when": shown(row["made_at"]), "who": row["made_by"], "what": _WORDS.get(row["verdict"], row["verdict"]),
            "caption": row["caption"], "other": row["other"] + (f" and {row['pairs'] - 1} more" if row["pairs"] > 1 else ""),
            "state": f"undone by {row['undone_by']}" if row["undone_by"] else "stands", "decision": row["decision_id"],
        }
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    columns = texts([
        ("when", "When"), ("who", "Who"), ("what", "Judged"), ("caption", "Record"), ("other", "And"), ("state", "State"),
    ]) | {"decision": st.column_config.NumberColumn("Decision", format="%d")}  # fmt: skip
    place = table(pl.DataFrame(told), columns, key="decisions", alt="Decisions, newest first", most=16)
    if place is not None:
        _offer(found.row(place, named=True))


def _offer(row: dict[str, Any]) -> None:
    with st.container(horizontal=True, border=True, vertical_alignment="center", key="offer_undo"):
        st.markdown(f"**{plain(row['caption'])}** · decision {row['decision_id']}", width="stretch")
        if st.button("Open", icon=":material/open_in_full:", key="open_decided"):
            go_record(row["type"], row["record_id"])
        if row["undone_by"] is None and st.button(
            "Undo this decision", icon=":material/undo:", type="primary", key=f"undo_{row['decision_id']}"
        ):
            take_back(row["decision_id"])
