"""Governance debt: the score, what each part takes from it, and the findings, each with the way to its records and its field."""

import polars as pl
import served
import streamlit as st
from components.frame import card
from components.grid import table, texts
from components.text import plain
from navigation import follow, go_list

from xrm_lake.hygiene.debt.finding import PARTS
from xrm_lake.hygiene.debt.list_debt import debt_score, list_debt

MEASURES = {
    "empty": "Hardly filled", "constant": "Says always the same", "abandoned": "Written no more", "values": "Same values", "names": "Same name",
    "complementary": "Each fills the other", "unused_stage": "Unused stage", "same_name": "Same name",
    "contradictory_chance": "Chance contradicts",
    "two_chances": "Two chances", "late": "Late", "rejected": "Many rejected",
}  # fmt: skip


def debt() -> None:
    """The parts, then what was found."""
    found: pl.DataFrame = served.remembered(list_debt)
    score = debt_score(found)
    with card(key="debt_parts"):
        st.markdown(
            "No score: nothing can be told." if score is None else f"**{score:g} of 100**, after what each part takes:"
        )
        for row in found.filter(measure="all").iter_rows(named=True):
            icon = (
                ":gray[:material/hourglass_empty:]"
                if row["raised"] is None
                else ":orange[:material/flag:]"
                if row["raised"]
                else ":green[:material/check:]"
            )
            taken = f" **−{row['points']:.1f}**" if row["points"] else ""
            st.markdown(f"{icon} {PARTS[row['part']]}: :gray[{plain(row['verdict'], longest=200)}]{taken}")
    rows = found.filter(pl.col("measure") != "all")
    if rows.is_empty():
        return
    types = {item.name: item.plural for item in served.lake().catalog.types}
    with card("Found", "Click one to see its records, or to change it in the model"):
        shown = rows.select(
            "subject", "verdict", type=pl.col("type").replace(types), what=pl.col("measure").replace(MEASURES)
        )
        columns = texts([("type", "Type"), ("subject", "Of what"), ("what", "What"), ("verdict", "Why")])
        place = table(shown, columns, key="debt_rows", alt="Findings of governance debt", most=16)
        if place is not None:
            _on(rows["type"][place], rows["subject"][place])


def _on(type_name: str, subject: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(subject)}**", width="content")
        if type_name and st.button("Records", icon=":material/list:", key="debt_records"):
            go_list(type_name)
        if st.button("Model", icon=":material/account_tree:", key="debt_model"):
            follow(f"/model?type={type_name}" if type_name else "/model")
