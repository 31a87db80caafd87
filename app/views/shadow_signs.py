"""The six indicators of a shadow CRM: raised, not, or not to be told; a raised sign opens the records that are its evidence."""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import card
from components.grid import table, texts
from components.text import count, plain
from navigation import go_record

from xrm_lake.hygiene.shadow.list_shadow import INDICATORS, count_shadow, evidence, list_shadow


def shadow() -> None:
    """All indicators with their signs."""
    found: pl.DataFrame = served.remembered(list_shadow)
    raised, unknown = count_shadow(found)
    st.markdown(f"**{raised} of {len(INDICATORS)}** indicators are raised; of {unknown} nothing can be told.")
    for indicator, title in INDICATORS.items():
        rows = found.filter(indicator=indicator)
        with card(key=f"shadow_{indicator}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{plain(title)}**", width="content")
                _badge(rows)
            for place, row in enumerate(rows.iter_rows(named=True)):
                _sign(row, f"{indicator}_{place}")


def _badge(rows: pl.DataFrame) -> None:
    if rows["raised"].fill_null(value=False).any():
        st.badge("Raised", icon=":material/flag:", color="orange")
    elif rows["raised"].is_not_null().any():
        st.badge("Not raised", icon=":material/check:", color="green")
    else:
        st.badge("Cannot be told", icon=":material/hourglass_empty:", color="gray")


def _sign(row: dict[str, Any], key: str) -> None:
    types = {item.name: item.plural for item in served.lake().catalog.types}
    of = f"{types[row['type']]}: " if row["type"] in types else ""
    counted = f" ({row['num']:,.0f} of {row['den']:,.0f})" if row["num"] is not None and row["den"] else ""
    words = plain(f"{of}{row['verdict']}{counted}", longest=400)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":orange[:material/flag:] {words}" if row["raised"] else f":gray[{words}]", width="stretch")
        if row["records"]:
            shown = st.toggle(
                count(len(row["records"]), "record"), key=f"evidence_{key}", help="The first 100 that were counted"
            )
        else:
            shown = False
    if shown:
        _records(row["records"], key)


def _records(ids: list[int], key: str) -> None:
    kept = evidence(served.lake(), ids)
    labels = {item.name: item.label for item in served.lake().catalog.types}
    rows = kept.select(record="caption", type=pl.col("type").replace(labels))
    place = table(
        rows,
        texts([("record", "Record"), ("type", "Type")]),
        key=f"rows_{key}",
        alt="Evidence; click one to open it",
        most=8,
    )
    if place is not None:
        go_record(kept["type"][place], kept["id"][place])
