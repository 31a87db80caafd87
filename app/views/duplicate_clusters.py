"""Clusters of three records or more, each in one grid: these are one, those are not."""

from dataclasses import asdict
from itertools import combinations
from typing import Any

import polars as pl
import served
import streamlit as st
from components.cluster_grid import cluster_grid
from components.frame import empty, say
from components.sidebar import NAV

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.cluster_review import ClusterReview, open_clusters, review_cluster
from xrm_lake.hygiene.guards import GUARDS
from xrm_lake.hygiene.judge import judge
from xrm_lake.hygiene.judge_cluster import judge_cluster
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.counters import member_of_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.preview import preview_golden
from xrm_lake.store.undo import undo

AHEAD = 3
CLUSTERS = "clusters_part"


@st.fragment(key=CLUSTERS)
def clusters_deck(entity_type: EntityType) -> None:
    """The grid, and what its decisions do. Only this part runs again while one judges."""
    name, key = entity_type.name, f"clusters_{entity_type.name}"
    state: dict[str, Any] = st.session_state.setdefault(f"_{key}", {"acked": 0, "decisions": {}, "failed": {}})
    for problem in list(state["failed"].values())[-3:]:
        say(problem)
    with st.spinner("Putting together what looks like one …"):
        waiting = served.remembered(open_clusters, name).filter(~pl.col("cluster_id").is_in(list(state["failed"])))
        cards = [
            _card(entity_type, row, st.session_state.get(key)) for row in waiting.head(AHEAD).iter_rows(named=True)
        ]
    if waiting.is_empty() and not state["acked"]:
        empty(f"No three {entity_type.plural.lower()} or more look like one and wait for an answer.", icon="group_work")
        return
    cluster_grid(
        cards, [{"name": each.name, "label": each.label} for each in entity_type.active_fields],
        remaining=waiting.height, acked=state["acked"], key=key, on_log=lambda: _carry_out(key), on_draft=lambda: None,
    )  # fmt: skip


def _card(entity_type: EntityType, row: dict[str, Any], said: Any) -> dict[str, Any]:
    review: ClusterReview = served.remembered(review_cluster, tuple(row["ids"]))
    results = {_ids(side.id for side in review.records): review.result}
    draft = (said or {}).get("draft") or {}
    if draft.get("id") == row["cluster_id"] and set(draft["yes"]) <= set(row["ids"]):
        results[_ids(draft["yes"])] = served.remembered(_result, entity_type.name, tuple(draft["yes"]))
    return {
        "id": row["cluster_id"], "records": [asdict(side) for side in review.records], "differing": list(review.differing),
        "results": results, "cohesion": review.cohesion, "found": review.pairs.height,
        "bridge": asdict(review.bridge) if review.bridge else None, "guards": _guards(review),
        "stake": _stake(row),
    }  # fmt: skip


def _result(lake: Lake, type_name: str, ids: tuple[int, ...]) -> dict[str, str | None]:
    return preview_golden(lake, lake.catalog.type(type_name), [[member_of_golden(id) for id in ids]])[0]


def _ids(ids: Any) -> str:
    return ",".join(str(id) for id in ids)


def _stake(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("stake", "open_amount", "activities", "links")}


def _guards(review: ClusterReview) -> list[dict[str, str]]:
    """Each guard once, with the records that it stands between."""
    between: dict[tuple[str, str], list[str]] = {}
    for left, right, guard, reason in review.guards.iter_rows():
        between.setdefault((guard, reason), []).extend([] if left is None else [f"#{left} – #{right}"])
    return [
        {"guard": guard, "title": GUARDS[guard], "reason": f"{', '.join(pairs)}: {reason}" if pairs else reason}
        for (guard, reason), pairs in between.items()
    ]


def _carry_out(key: str) -> None:
    """Do what the log says that was not done yet, in its order; what fails is said and the rest goes on."""
    state = st.session_state[f"_{key}"]
    for entry in sorted(st.session_state[key].get("log") or [], key=lambda each: each["seq"]):
        if entry["seq"] <= state["acked"]:
            continue
        try:
            _decide(state, entry)
        except XrmError as problem:
            state["failed"][int(entry["id"])] = problem
        state["acked"] = entry["seq"]
    st.rerun([NAV, CLUSTERS])


def _decide(state: dict[str, Any], entry: dict[str, Any]) -> None:
    lake, yes, no = served.lake(), [int(id) for id in entry["yes"]], [int(id) for id in entry["no"]]
    match entry["action"]:
        case "undo":
            decision = state["decisions"].pop(entry["of"], None)
            if decision is not None:
                undo(lake, decision)
            return
        case "apart":
            decision = judge(lake, list(combinations(yes, 2)), "different", reason="judged as a cluster")
        case _:
            keep = {name: int(id) for name, id in entry["keep"].items()}
            decision = judge_cluster(lake, yes, no, keep=keep, reason="judged as a cluster")
    state["decisions"][entry["seq"]] = decision
