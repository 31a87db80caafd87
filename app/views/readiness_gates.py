"""Readiness: for each use whether the records are enough, gate by gate, and what is missing."""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import card
from components.text import plain
from navigation import go_list

from xrm_lake.hygiene.adoption import adoption
from xrm_lake.hygiene.readiness import USES, is_ready, readiness

GATES = {
    "closed": "Outcomes", "each_outcome": "Of either sort", "stage_history": "History of stages", "interactions": "Activities over time",
    "filled": "Filled", "defined": "Says something", "dated": "Dates and amounts", "months_won": "Months won in", "steady": "Still holds",
    "notes": "Texts",
}  # fmt: skip
_ICONS = {
    True: ":green[:material/check:]",
    False: ":orange[:material/close:]",
    None: ":gray[:material/hourglass_empty:]",
}


def readiness_gates() -> None:
    """The uses with their gates, then how far people use what records come from."""
    found: pl.DataFrame = served.remembered(readiness)
    types = {item.name: item.plural for item in served.lake().catalog.active_types}
    for use, title in USES.items():
        rows = found.filter(use=use)
        with card(key=f"ready_{use}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{plain(title)}**", width="content")
                if is_ready(found, use):
                    st.badge("Ready", icon=":material/check:", color="green")
                else:
                    st.badge("Not ready", icon=":material/block:", color="orange")
                _to_records(use, [name for name in rows["type"].unique(maintain_order=True) if name in types], types)
            st.markdown("  \n".join(_gate(row, types) for row in rows.iter_rows(named=True)))
    with card("Adoption", "Over all people together; nobody is named", key="adoption"):
        told = served.remembered(adoption)["verdict"]
        st.markdown("  \n".join(f":gray[{plain(words, longest=200)}]" for words in told))


def _to_records(use: str, names: list[str], types: dict[str, str]) -> None:
    for name in names:
        label = plain(types[name])
        if st.button(
            label, key=f"records_{use}_{name}", type="tertiary", icon=":material/arrow_forward:", icon_position="right"
        ):
            go_list(name)


def _gate(row: dict[str, Any], types: dict[str, str]) -> str:
    name = types.get(row["type"], row["type"])
    words = f"{GATES[row['gate']]}, {name}: {row['verdict']}"
    return f"{_ICONS[row['passed']]} {plain(words, longest=300)}"
