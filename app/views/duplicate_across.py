"""Records of two types that may mean the same: the same thing, one party in two roles, or different. They stay two."""

import json
from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import empty, remember_toast, say
from components.text import count, plain
from navigation import go_record

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.judge import judge
from xrm_lake.hygiene.matches_across import list_matches_across
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.read import show_record
from xrm_lake.store.undo import undo

_SHOWN = 8
_PARTIES = ("person", "organisation")
_ANSWERS = {
    "same_thing": ("Same thing", "link", "Two records of one thing: they are joined, and both stay."),
    "two_roles": ("Two roles", "badge", "One party in two roles: they are joined, and nothing of either is lost."),
    "different": ("Different", "close", "Not asked again until a value that counted has changed."),
}
_DONE = "_across_done"


def across(entity_type: EntityType) -> None:
    """The pairs of this type with others that wait for an answer, and the last answers with their undo."""
    waiting = served.remembered(list_matches_across, entity_type.name)
    other = _other(entity_type, waiting)
    if other is None:
        empty("There is no other type to compare with. Make one under Model.", icon="account_tree")
        return
    _last_answers()
    pairs = waiting.filter((pl.col("left_type") == other.name) | (pl.col("right_type") == other.name))
    if pairs.is_empty():
        both = f"{entity_type.plural.lower()} and {other.plural.lower()}"
        empty(f"No pair of {both} waits for an answer. Compare them to look anew.", icon="compare_arrows")
        return
    st.caption(f"{count(pairs.height, 'pair')} to answer, the likeliest first. Nothing is merged, whatever the answer.")
    for row in pairs.head(_SHOWN).iter_rows(named=True):
        _pair(row)


def _other(entity_type: EntityType, waiting: pl.DataFrame) -> EntityType | None:
    """The type to compare with; roles are compared by their parties."""
    types = {item.name: item for item in served.lake().catalog.active_types if item.role_of is None}
    types.pop(entity_type.name, None)
    if entity_type.name in _PARTIES:
        for party in _PARTIES:  # never one
            types.pop(party, None)
    if not types:
        return None
    counts = {
        name: waiting.filter(pl.any_horizontal(pl.col("left_type", "right_type") == name)).height for name in types
    }
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="across_controls"):
        chosen = st.selectbox(
            "With", sorted(types, key=lambda name: -counts[name]), key=f"across_{entity_type.name}", width=280,
            format_func=lambda name: types[name].plural + (f" ({counts[name]:,})" if counts[name] else ""),
        )  # fmt: skip
        if st.button("Compare", icon=":material/compare_arrows:", key="compare_types"):
            served.jobs().start("match_types", {"type": entity_type.name, "other": chosen})
            remember_toast(
                f"Comparing {entity_type.plural.lower()} with {types[chosen].plural.lower()}", "compare_arrows"
            )
            st.rerun()
    return types[chosen]


def _pair(row: dict[str, Any]) -> None:
    key = f"{row['left_id']}_{row['right_id']}"
    with st.container(border=True, key=f"across_pair_{key}"):
        sides = st.columns(2)
        for way, side in zip(("left", "right"), sides, strict=True):
            with side:
                _side(row, way)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for answer, (words, icon, meaning) in _ANSWERS.items():
                if st.button(words, icon=f":material/{icon}:", key=f"{answer}_{key}", help=meaning):
                    _answer(row, answer)
            st.badge(f"score {row['score']:.3f}", color="gray")
            st.caption(plain(row["sentence"]))


def _side(row: dict[str, Any], way: str) -> None:
    """What one record is called, and its values in the fields that were compared."""
    entity_type, id = served.lake().catalog.type(row[f"{way}_type"]), row[f"{way}_id"]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(row[way])}** :gray[{plain(entity_type.label)} \\#{id}]", width="content")
        if st.button(
            "Open",
            icon=":material/open_in_full:",
            type="tertiary",
            key=f"open_{way}_{row['left_id']}_{row['right_id']}",
        ):
            go_record(entity_type.name, id)
    labels = {field.name: field.label for field in entity_type.fields}
    values = served.remembered(show_record, id).values
    for piece in json.loads(row["evidence"]):
        field = piece[f"{way}_field"]
        if field in labels and piece["label"] != "missing":
            mark = "" if piece["label"] == "exact" else f" :orange[{piece['label']}]"
            st.caption(f"{plain(labels[field])}: {plain(values.get(field))}{mark}")


def _answer(row: dict[str, Any], answer: str) -> None:
    try:
        decision = judge(served.lake(), [(row["left_id"], row["right_id"])], answer)
    except XrmError as problem:
        say(problem)
        return
    done = st.session_state.setdefault(_DONE, [])
    done.append((decision, f"{row['left']} and {row['right']}: {_ANSWERS[answer][0].lower()}"))
    st.rerun()


def _last_answers() -> None:
    """The last answers of this visit, each with its undo; all of them stand among the decisions."""
    done = st.session_state.get(_DONE, [])
    for decision, words in done[-3:]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"across_done_{decision}"):
            st.caption(f":material/check: {plain(words)}", width="content")
            if st.button("Undo", icon=":material/undo:", type="tertiary", key=f"undo_across_{decision}"):
                done.remove((decision, words))
                _take_back(decision)


def _take_back(decision: int) -> None:
    try:
        undo(served.lake(), decision)
    except XrmError as problem:
        say(problem)
        return
    st.rerun()
