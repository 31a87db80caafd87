"""The deck of pairs, and what its decisions do."""

from dataclasses import asdict
from typing import Any

import served
import streamlit as st
from components.frame import empty, say
from components.merge_deck import merge_deck
from components.sidebar import NAV
from navigation import icon_of

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.review import Pair, is_open, pairs_to_review, waiting_pairs
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.read import show_record
from xrm_lake.store.undo import undo

AHEAD = 12
DECK = "deck_part"


@st.fragment(key=DECK)
def review(entity_type: EntityType) -> None:
    """The deck, and what its decisions do. Only this part runs again while one judges."""
    name, key = entity_type.name, f"deck_{entity_type.name}"
    state: dict[str, Any] = st.session_state.setdefault(f"_{key}", {"acked": 0, "decisions": {}, "failed": {}})
    for problem in list(state["failed"].values())[-3:]:
        say(problem)
    remaining = served.remembered(waiting_pairs).get(name, 0) - len(state["failed"])
    if remaining <= 0 and not state["acked"]:
        empty(
            f"No pair of {entity_type.plural.lower()} waits. Press “Find duplicates” to look through all of them.",
            icon=icon_of(entity_type).split("/")[1].rstrip(":"),
        )
        return
    pairs = served.remembered(pairs_to_review, name, limit=AHEAD, without=tuple(state["failed"]))
    merge_deck(
        [_card(pair) for pair in pairs], [{"name": each.name, "label": each.label} for each in entity_type.active_fields],
        remaining=max(0, remaining), acked=state["acked"], key=key, on_log=lambda: _carry_out(key),
    )  # fmt: skip


def _card(pair: Pair) -> dict[str, Any]:
    return {
        "id": f"{pair.left_id}-{pair.right_id}", "left": pair.left_id, "right": pair.right_id, "score": pair.score,
        "evidence": list(pair.evidence), "a": asdict(pair.left), "b": asdict(pair.right), "result": pair.result,
    }  # fmt: skip


def _carry_out(key: str) -> None:
    """Do what the log says that was not done yet, in its order; what fails is said and the rest goes on."""
    state = st.session_state[f"_{key}"]
    for entry in sorted(st.session_state[key].get("log") or [], key=lambda each: each["seq"]):
        if entry["seq"] <= state["acked"]:
            continue
        pair = (int(entry["left"]), int(entry["right"]))
        try:
            _decide(state, entry, pair)
        except XrmError as problem:
            state["failed"][pair] = problem
        state["acked"] = entry["seq"]
    # The counts in the sidebar follow, the rest of the page stands still.
    st.rerun([NAV, DECK])


def _decide(state: dict[str, Any], entry: dict[str, Any], pair: tuple[int, int]) -> None:
    lake = served.lake()
    if entry["action"] == "undo":
        decision = state["decisions"].pop(entry["of"], None)
        if decision is not None:
            undo(lake, decision)
        return
    # The same pair twice, after a connection that broke, is one decision.
    if not is_open(lake, *pair):
        return
    if entry["action"] == "merge":
        ids = dict(zip("ab", pair, strict=True))
        decision = merge(lake, pair, keep={name: _standing(ids[side]) for name, side in entry["keep"].items()})
    else:
        decision = judge(lake, [pair], entry["action"])
    state["decisions"][entry["seq"]] = decision


def _standing(id: int) -> int:
    """Whose values the deck shows for a record: those of its golden record, if it has one."""
    return show_record(served.lake(), id).golden_id or id
