"""Duplicates: judge pairs with the keyboard, merge groups, and take decisions back."""

from dataclasses import asdict
from typing import Any

import served
import streamlit as st
from components.frame import calm, card, empty, head, remember_toast, say
from components.grid import table, texts
from components.merge_deck import merge_deck
from components.sidebar import NAV
from components.text import count, plain, shown
from navigation import go_record, icon_of
from views.record_changes import take_back

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.decisions import list_decisions
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.review import Pair, Side, groups_to_review, is_open, pairs_to_review, waiting_pairs
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.undo import undo

AHEAD = 12
DECK = "deck_part"
_WORDS = {"same": "merged", "different": "different", "unsure": "put aside", "open": "reopened"}


def page() -> None:
    """The page."""
    types = [item for item in served.lake().catalog.active_types if item.role_of is None]
    if not types:
        empty("There is no type of record yet. Make one under Model.", icon="account_tree")
        return
    found = served.remembered(waiting_pairs)
    waiting = {item.name: found.get(item.name, 0) for item in types}
    with head("Duplicates", "Records that may be one. A merge changes no record, and can be undone at any time."):
        find = st.button("Find duplicates", icon=":material/radar:", key="find_duplicates")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", gap="small"):
        entity_type = _chosen_type(types, waiting)
        view = st.segmented_control(
            "View", ["Review", "Groups", "Decisions"], default="Review", required=True, key="duplicates_view",
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
    if find:
        _find(entity_type)
    with calm():
        if view == "Review":
            _review(entity_type)
        elif view == "Groups":
            _groups(entity_type)
        else:
            _decisions()


def _chosen_type(types: list[EntityType], waiting: dict[str, int]) -> EntityType:
    """The type under review: the one in the address, else the one with most pairs."""
    names = {item.name: item for item in types}
    most = max(names, key=lambda name: waiting[name])
    shown_types = sorted(names, key=lambda name: (-waiting[name], list(names).index(name)))[:5]
    asked = st.query_params.get("type")
    if asked in names and asked not in shown_types:
        shown_types.append(asked)
    chosen = st.pills(
        "Type", shown_types, default=asked if asked in names else most, required=True, key="duplicates_type",
        format_func=lambda name: plain(names[name].plural) + (f" :gray[{waiting[name]:,}]" if waiting[name] else ""),
        label_visibility="collapsed",
    )  # fmt: skip
    st.query_params["type"] = chosen
    return names[chosen]


def _find(entity_type: EntityType) -> None:
    served.jobs().start("match", {"type": entity_type.name})
    remember_toast(f"Looking for duplicates among {entity_type.plural.lower()}", "radar")
    st.rerun()


@st.fragment(key=DECK)
def _review(entity_type: EntityType) -> None:
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
    from xrm_lake.store.read import show_record

    return show_record(served.lake(), id).golden_id or id


def _groups(entity_type: EntityType) -> None:
    groups = served.remembered(groups_to_review, entity_type.name)
    if not groups:
        empty("No three records or more look like one.", icon="group_work")
        return
    st.caption("Three records or more that look like one, largest first. Open one to look closer before you merge.")
    for place, sides in enumerate(groups):
        _group(entity_type, place, sides)


def _group(entity_type: EntityType, place: int, sides: tuple[Side, ...]) -> None:
    with card(key=f"group_{place}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(sides[0].caption)}** :gray[· {count(len(sides), 'record')}]", width="content")
            ids = [side.id for side in sides]
            if st.button("Merge all", icon=":material/call_merge:", key=f"merge_group_{ids[0]}"):
                with calm():
                    decision = merge(served.lake(), ids, reason="merged as a group")
                    remember_toast(f"Merged {count(len(ids), 'record')} as decision {decision}", "call_merge")
                    st.rerun()
        fields = [each for each in entity_type.active_fields if any(side.values[each.name] for side in sides)][:9]
        rows = [
            {"#": side.id, "Links": side.links} | {each.label: shown(side.values[each.name]) for each in fields}
            for side in sides
        ]
        event = st.dataframe(
            rows, hide_index=True, key=f"group_rows_{ids[0]}", on_select="rerun", selection_mode="single-cell",
            placeholder="–", alt="Records of this group; click one to open it",
        )  # fmt: skip
        if event.selection.cells:
            go_record(entity_type.name, ids[event.selection.cells[0][0]])


def _decisions() -> None:
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
    import polars as pl

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
