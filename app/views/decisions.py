"""What was judged, and taking any of it back at any time."""

from datetime import date, datetime, time
from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import calm, empty
from components.grid import table
from components.text import plain, shown
from navigation import go_record
from views.record_changes import take_back

from xrm_lake.hygiene.decisions import count_decisions, list_decisions
from xrm_lake.hygiene.undo_effect import undo_effect
from xrm_lake.model.entity_type import EntityType

_PAGE = 50
_WORDS = {
    "same": "merged", "different": "kept apart", "unsure": "put aside", "open": "reopened",
    "same_thing": "same thing", "two_roles": "two roles",
}  # fmt: skip
_WHAT = {
    "All": None, "Merged": "same", "Kept apart": "different", "Put aside": "unsure",
    "Same thing": "same_thing", "Two roles": "two_roles",
}  # fmt: skip
_STATES = {"All": None, "Stands": True, "Undone": False}
_ANYBODY = "Anybody"


def decisions(entity_type: EntityType) -> None:
    """The decisions on a type, newest first, a page at a time."""
    wanted = {"type": entity_type.name, **_filters()}
    page = st.session_state.get("decisions_page", 1)
    found = served.remembered(list_decisions, **wanted, limit=_PAGE + 1, offset=(page - 1) * _PAGE)
    if found.is_empty() and page == 1:
        empty(
            "Nothing was judged that is as you asked."
            if served.remembered(count_decisions).height
            else "Nothing was judged yet.",
            icon="gavel",
        )
        return
    shown_rows = found.head(_PAGE)
    place = table(pl.DataFrame([_told(row) for row in shown_rows.iter_rows(named=True)]), _columns(),
                  key=f"decisions_{page}", alt="Decisions, newest first; click one to see what its undo would do", most=14)  # fmt: skip
    if place is None:
        st.caption("Click a decision to open its record, to see what an undo would do, or to take it back.")
    else:
        _offer(shown_rows.row(place, named=True))
    if page > 1 or found.height > _PAGE:
        st.pagination(page + (found.height > _PAGE), key="decisions_page")


def _filters() -> dict[str, Any]:
    people = [name for name in served.remembered(count_decisions)["made_by"].to_list() if name]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="decision_filters"):
        what = st.selectbox("Judged", list(_WHAT), key="judged", width=150, on_change=_first_page)
        who = st.selectbox("By", [_ANYBODY, *people], key="judged_by", width=170, on_change=_first_page)
        state = st.selectbox("State", list(_STATES), key="judged_state", width=130, on_change=_first_page)
        since = st.date_input("Since", None, format="YYYY-MM-DD", key="judged_since", width=150, on_change=_first_page)
    return {
        "verdict": _WHAT[what], "made_by": None if who == _ANYBODY else who, "standing": _STATES[state],
        "since": datetime.combine(since, time()) if isinstance(since, date) else None,
    }  # fmt: skip


def _first_page() -> None:
    st.session_state["decisions_page"] = 1


def _columns() -> dict[str, object]:
    of = st.column_config
    return {
        "decision": of.NumberColumn("Decision", format="%d", width=76),
        "when": of.TextColumn("When (UTC)", width=124), "who": of.TextColumn("Who", width=92), "what": of.TextColumn("Judged", width=104),
        "caption": of.TextColumn("Record"), "other": of.TextColumn("And"), "reason": of.TextColumn("Why"),
        "state": of.TextColumn("State", width=104),
    }  # fmt: skip


def _told(row: dict[str, Any]) -> dict[str, Any]:
    split = row["verdict"] == "same" and row["apart"]
    more = f" and {row['pairs'] - 1:,} more" if row["pairs"] > 1 else ""
    drawn = {"audit": "drawn for the audit", "information": "asked to learn", "value": "asked for its value"}.get(
        row["drawn"], ""
    )
    return {
        "when": shown(row["made_at"]), "who": row["made_by"], "what": "split" if split else _WORDS.get(row["verdict"], row["verdict"]),
        "caption": row["caption"], "other": row["other"] + more, "reason": row["reason"] or drawn,
        "state": f"undone by {row['undone_by']}" if row["undone_by"] else "stands", "decision": row["decision_id"],
    }  # fmt: skip


def _offer(row: dict[str, Any]) -> None:
    with calm(), st.container(horizontal=True, border=True, vertical_alignment="center", key="offer_undo"):
        effect = served.remembered(undo_effect, row["decision_id"])
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{plain(row['caption'])}** · decision {row['decision_id']}")
            before = "An undo: " if row["undone_by"] is None else f"Undone by {row['undone_by']}. Taking that back: "
            st.caption(plain(before + effect.sentence, longest=300))
        if st.button("Open", icon=":material/open_in_full:", key="open_decided"):
            go_record(row["type"], row["record_id"])
        if row["undone_by"] is None:
            if st.button(
                "Undo this decision", icon=":material/undo:", type="primary", key=f"undo_{row['decision_id']}"
            ):
                take_back(row["decision_id"])
        elif st.button("Bring it back", icon=":material/redo:", key=f"redo_{row['undone_by']}"):
            take_back(row["undone_by"])
