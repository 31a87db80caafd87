"""The deck of pairs, and what its decisions do."""

from dataclasses import asdict
from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import empty, say
from components.merge_deck import merge_deck
from components.sidebar import NAV
from navigation import icon_of

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.queue import ALL, Slice, count_open, draw_queue
from xrm_lake.hygiene.review import Pair, is_open, pairs_to_review, waiting_pairs
from xrm_lake.hygiene.turns import Order
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.lake import Lake
from xrm_lake.store.read import show_record
from xrm_lake.store.undo import undo

AHEAD = 12
DECK = "deck_part"


@st.fragment(key=DECK)
def review(entity_type: EntityType, order: Order = "value", within: Slice = ALL) -> None:
    """The deck, and what its decisions do. Only this part runs again while one judges."""
    name, key = entity_type.name, f"deck_{entity_type.name}"
    queue = served.kept(draw_queue, name, order=order, within=within, as_of=served.lake().clock().date())
    state: dict[str, Any] = st.session_state.setdefault(f"_{key}", {"acked": 0, "decisions": {}, "failed": {}})
    for problem in list(state["failed"].values())[-3:]:
        say(problem)
    remaining = _left(name, queue, order, within) - len(state["failed"])
    if remaining <= 0 and not state["acked"]:
        _nothing(entity_type, within != ALL or order == "audit")
        return
    pairs = served.remembered(_next_pairs, name, order, within, tuple(state["failed"]))
    merge_deck(
        [_card(pair) for pair in pairs], [{"name": each.name, "label": each.label} for each in entity_type.active_fields],
        remaining=max(0, remaining), acked=state["acked"], key=key, on_log=lambda: _carry_out(key),
    )  # fmt: skip


def _next_pairs(lake: Lake, name: str, order: Order, within: Slice, without: tuple[tuple[int, int], ...]) -> list[Pair]:
    queue = served.kept(draw_queue, name, order=order, within=within, as_of=lake.clock().date())
    return pairs_to_review(lake, name, limit=AHEAD, without=without, queue=queue)


def _left(name: str, queue: pl.DataFrame, order: Order, within: Slice) -> int:
    """How many pairs are left; of all of them the sidebar has asked already."""
    if within == ALL and order != "audit":
        return int(served.remembered(waiting_pairs).get(name, 0))
    return count_open(served.lake(), queue)


def _nothing(entity_type: EntityType, chosen: bool) -> None:
    named = entity_type.plural.lower()
    if chosen:
        empty(
            f"No pair of {named} waits that is as you asked. Take the filter away, or choose another order.",
            icon="filter_list_off",
        )
    else:
        icon = icon_of(entity_type).split("/")[1].rstrip(":")
        empty(f"No pair of {named} waits. Press “Find duplicates” to look through all of them.", icon=icon)


def _card(pair: Pair) -> dict[str, Any]:
    return {
        "id": f"{pair.left_id}-{pair.right_id}", "left": pair.left_id, "right": pair.right_id, "score": pair.score,
        "evidence": list(pair.evidence), "a": asdict(pair.left), "b": asdict(pair.right), "result": pair.result,
        "why": pair.why, "stake": pair.stake, "guards": list(pair.guards),
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
        keep = {name: _standing(ids[side]) for name, side in entry["keep"].items()}
        decision = merge(lake, pair, keep=keep, drawn=entry.get("drawn"))
    else:
        decision = judge(lake, [pair], entry["action"], drawn=entry.get("drawn"))
    state["decisions"][entry["seq"]] = decision


def _standing(id: int) -> int:
    """Whose values the deck shows for a record: those of its golden record, if it has one."""
    return show_record(served.lake(), id).golden_id or id
