"""What each file is and what each column becomes: found out, shown with samples, and open to change."""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import card, say
from components.text import count, plain

from xrm_lake.errors import XrmError
from xrm_lake.ingest.known_presets import known_presets
from xrm_lake.ingest.mapping.order import in_order
from xrm_lake.ingest.overrule import choices, code_of, overrule, samples
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.ingest.recognise import plan_files


def mapping(state: dict[str, Any]) -> list[FilePlan]:
    """Show all plans; gives them as they are overruled."""
    return in_order([_file(state, place, plan) for place, plan in enumerate(state["plans"])])


def _file(state: dict[str, Any], place: int, plan: FilePlan) -> FilePlan:
    lake = served.lake()
    with card(key=f"plan_{place}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"**{plain(plan.delivery.name)}** :gray[· {count(plan.delivery.counted, 'record')}]", width="stretch"
            )
            if plan.preset:
                st.badge(plain(plan.preset), icon=":material/verified:", color="green", help="A known export")
            if plan.delivery.rejects.height:
                st.badge(f"{plan.delivery.rejects.height:,} unreadable", icon=":material/block:", color="orange")
            _sureness(plan)
        if plan.shape == "links":
            st.caption(f"Links of the kind “{plain(lake.catalog.link_type(plan.link_type).label)}” between records.")
            _shown(plan)
            return plan
        plan = _typed(state, place, plan)
        codes = _columns(place, plan)
        for note in (*plan.delivery.notes, *plan.notes):
            st.caption(f":material/info: {plain(note, longest=400)}")
        return overrule(plan, codes)


def _sureness(plan: FilePlan) -> None:
    color = "green" if plan.score >= 0.8 else "orange" if plan.score >= 0.5 else "red"
    st.badge(
        f"{plan.score:.0%} sure", color=color, help=f"Next best: {plain(plan.runner_up)}" if plan.runner_up else None
    )


def _typed(state: dict[str, Any], place: int, plan: FilePlan) -> FilePlan:
    types = {item.name: item.plural for item in served.lake().catalog.active_types}
    chosen = st.selectbox(
        "These rows are", list(types), index=list(types).index(plan.type) if plan.type in types else 0, width=260,
        key=f"plan_type_{place}", format_func=lambda name: types[name],
    )  # fmt: skip
    if plan.runner_up:
        what = "Might also be the export" if plan.preset else "Next best guess:"
        st.caption(f"{what} {plain(types.get(plan.runner_up, plan.runner_up))}")
    if chosen == plan.type:
        return plan
    known = state["told"].get((place, chosen))
    if known is None:
        try:
            lake = served.lake()
            known = plan_files(
                [plan.delivery], lake.catalog, type=chosen, presets=known_presets(lake.path), source=state["source"]
            )[0]
        except XrmError as problem:
            say(problem)
            return plan
        state["told"][place, chosen] = known
    return known


def _columns(place: int, plan: FilePlan) -> dict[int, str]:
    """A row for each column; what it becomes can be chosen."""
    said = choices(plan, served.lake().catalog)
    labels = _unlike(said)
    seen = samples(plan.delivery)
    rows = pl.DataFrame(
        {
            "header": [column.header or f"column {column.position + 1}" for column in plan.columns],
            "samples": [seen[column.position] if column.position < len(seen) else "" for column in plan.columns],
            "becomes": [labels[code_of(column)] for column in plan.columns],
            "sure": [100 * column.score for column in plan.columns],
            "else": [plain_runner_up(column.runner_up, said) or column.reason for column in plan.columns],
        }
    )
    of = st.column_config
    edited = st.data_editor(
        rows, hide_index=True, num_rows="fixed", key=f"plan_columns_{place}_{plan.type}", row_height=33,
        disabled=["header", "samples", "sure", "else"],
        column_config={
            "header": of.TextColumn("Column"), "samples": of.TextColumn("Samples", width="large"),
            "becomes": of.SelectboxColumn("Becomes", options=list(labels.values()), required=True, width="medium"),
            "sure": of.ProgressColumn("Sure", min_value=0, max_value=100, format="%.0f %%", width="small"),
            "else": of.TextColumn("Or else, or why"),
        },
    )  # fmt: skip
    back = {label: code for code, label in labels.items()}
    return {
        column.position: back[label]
        for column, label in zip(plan.columns, edited["becomes"], strict=True)
        if label in back
    }


def plain_runner_up(runner_up: str, said: dict[str, str]) -> str:
    """What else a column may be, by its label."""
    return said.get(f"field:{runner_up}", runner_up)


def _unlike(said: dict[str, str]) -> dict[str, str]:
    """Labels that tell all choices apart."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for code, label in said.items():
        name = label if label not in taken else f"{label} ({code.split(':', 1)[-1]})"
        taken.add(name)
        found[code] = name
    return found


def _shown(plan: FilePlan) -> None:
    st.dataframe(
        [{"Column": column.header, "Becomes": code_of(column).replace(":", " ")} for column in plan.columns],
        hide_index=True, placeholder="", alt=f"Columns of {plan.delivery.name}",
    )  # fmt: skip
