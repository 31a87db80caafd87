"""Possible duplicates: records that one about to be made or changed may be, with a way to each."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import served
import streamlit as st
from components.text import plain
from navigation import icon_of, page_of

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.similar import SIMILAR, similar
from xrm_lake.hygiene.subject import tells
from xrm_lake.model.entity_type import EntityType


def look(type_name: str, values: Mapping[str, Any]) -> pl.DataFrame:
    """The records that a new one of these values may be; none if a value is wrong, which making it will tell."""
    try:
        return similar(served.lake(), type_name, values)
    except XrmError:
        return pl.DataFrame(schema=SIMILAR)


def look_again(type_name: str, id: int, values: Mapping[str, Any]) -> pl.DataFrame:
    """The records that a record becomes like only by this change."""
    lake = served.lake()
    if not tells(lake, type_name, values):
        return pl.DataFrame(schema=SIMILAR)
    try:
        after = similar(lake, type_name, values, without=id)
        before = similar(lake, type_name, {}, without=id, limit=50) if after.height else after
    except XrmError:
        return pl.DataFrame(schema=SIMILAR)
    return after.join(before, on="id", how="anti", maintain_order="left")


def show(found: pl.DataFrame, type_name: str) -> None:
    """Each with its score, and why."""
    if found.is_empty():
        return
    st.warning(
        "Look whether it is one of these before you save.", icon=":material/content_copy:", title="Possible duplicates"
    )
    entity_type = _shown_type(type_name, found)
    for each in found.iter_rows(named=True):
        likely = "" if each["score"] is None else f" · score {min(each['score'], 0.999):.3f}"
        st.page_link(
            page_of("record"), label=f"{plain(each['caption'])}{likely} · :gray[{plain(each['reason'])}]", icon=icon_of(entity_type),
            query_params={"type": entity_type.name, "id": str(each["id"])},
        )  # fmt: skip


def _shown_type(type_name: str, found: pl.DataFrame) -> EntityType:
    """Of a role, its parties are what was found."""
    lake = served.lake()
    entity_type = lake.catalog.type(type_name)
    if entity_type.role_of is None:
        return entity_type
    name = lake.query("select type from entity where id = $id", id=found["id"][0]).value()
    return lake.catalog.type(name)
