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
from xrm_lake.hygiene.matched import was_matched
from xrm_lake.hygiene.queue import ALL, Slice, count_open, draw_queue, last_change, open_of
from xrm_lake.hygiene.review import Pair, detail_pairs, is_open, versions_of, waiting_pairs
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
    state: dict[str, Any] = st.session_state.setdefault(f"_{key}", {"acked": 0, "decisions": {}, "failed": {}})
    for problem in list(state["failed"].values())[-3:]:
        say(problem)
    remaining = _left(name, order, within) - len(state["failed"])
    if remaining <= 0 and not state["acked"]:
        _nothing(entity_type, within != ALL or order == "audit")
        return
    pairs = _next_pairs(state, name, order, within)
    merge_deck(
        [_card(pair) for pair in pairs], [{"name": each.name, "label": each.label} for each in entity_type.active_fields],
        remaining=max(0, remaining), acked=state["acked"], key=key, on_log=lambda: _carry_out(key),
    )  # fmt: skip


def _next_pairs(state: dict[str, Any], name: str, order: Order, within: Slice) -> list[Pair]:
    """
    The pairs ahead. Those that were looked up before are as they were, unless one of their records was changed since.

    More are looked up once half of them are used up: to look up twelve costs little more than to look up one.
    """
    lake, mark, failed = served.lake(), served.remembered(last_change), state["failed"]
    found = served.remembered(_open_rows, name, order, within, AHEAD + len(failed))
    rows = {(row["left_id"], row["right_id"]): row for row in found if (row["left_id"], row["right_id"]) not in failed}
    versions = served.remembered(versions_of, name, tuple(sorted({id for pair in rows for id in pair})))
    states = {pair: (mark, versions[pair[0]], versions[pair[1]]) for pair in rows}
    known = {pair: held for pair, held in state.get("known", {}).items() if states.get(pair) == held[0]}
    if any(pair not in known for pair in list(rows)[: AHEAD // 2]):
        fresh = [pair for pair in rows if pair not in known]
        details = detail_pairs(lake, name, [rows[pair] for pair in fresh])
        known |= {pair: (states[pair], detail) for pair, detail in zip(fresh, details, strict=True)}
    state["known"] = known
    return [known[pair][1] for pair in rows if pair in known]


def _open_rows(lake: Lake, name: str, order: Order, within: Slice, limit: int) -> list[dict[str, Any]]:
    queue = served.kept(draw_queue, name, order=order, within=within, as_of=lake.clock().date())
    return open_of(lake, name, queue, limit=limit).to_dicts()


def _left(name: str, order: Order, within: Slice) -> int:
    """How many pairs are left; of all of them the sidebar has asked already."""
    if within == ALL and order != "audit":
        return int(served.remembered(waiting_pairs).get(name, 0))
    return int(served.remembered(_count_open, name, order, within))


def _count_open(lake: Lake, name: str, order: Order, within: Slice) -> int:
    return count_open(lake, served.kept(draw_queue, name, order=order, within=within, as_of=lake.clock().date()))


def _nothing(entity_type: EntityType, chosen: bool) -> None:
    named = entity_type.plural.lower()
    if chosen:
        empty(
            f"No pair of {named} waits that is as you asked. Take the filter away, or choose another order.",
            icon="filter_list_off",
        )
    else:
        matched = served.remembered(was_matched, entity_type.name)
        icon = icon_of(entity_type).split("/")[1].rstrip(":")
        before = f"No pair of {named} waits." if matched else f"Nobody has looked for duplicates among {named} yet."
        empty(f"{before} Press “Find duplicates” to look through all of them.", icon=icon)


def _card(pair: Pair) -> dict[str, Any]:
    return {
        "id": f"{pair.left_id}-{pair.right_id}", "left": pair.left_id, "right": pair.right_id, "score": pair.score,
        "evidence": list(pair.evidence), "sentence": pair.sentence, "a": asdict(pair.left), "b": asdict(pair.right), "result": pair.result,
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
