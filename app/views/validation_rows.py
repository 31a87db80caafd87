"""The records that a check fails, what the check means, and who answers for it."""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import card
from components.grid import table, texts
from components.text import count, plain
from components.words import check_words
from navigation import go_record, page_of
from views.validation_form import change_check_dialog

from xrm_lake.hygiene.issues import list_issues
from xrm_lake.store.own_checks import own_check
from xrm_lake.store.search import captions_of

MOST = 200


def failing_rows(row: dict[str, Any], *, is_own: bool) -> None:
    """The card of one check of one type."""
    lake = served.lake()
    entity_type = lake.catalog.type(row["type"])
    title = check_words(entity_type, row["check_name"], row["field"], row["message"])
    with card(f"{entity_type.plural}: {title}", key="failing"):
        _meaning(row, is_own)
        issues = served.remembered(list_issues, row["type"], check=row["check_name"], limit=100_000)
        issues = issues.filter(pl.col("field").eq_missing(row["field"])).head(MOST)
        if issues.is_empty():
            st.caption("Every record that it looks at passes.")
            return
        captions = captions_of(lake, issues["entity_id"].to_list(), issues["type"].to_list())
        told = issues.with_columns(
            record=pl.Series([captions.get(id, str(id)) for id in issues["entity_id"]], dtype=pl.String)
        )
        first = f"The first {MOST} of " if row["found"] > MOST else ""
        st.caption(f"{first}{count(row['found'], 'record')}. Click one to open it.")
        names = [("record", "Record"), *([("detail", "Detail")] if issues["detail"].is_not_null().any() else [])]
        place = table(
            told,
            texts(names),
            key=f"failing_{row['type']}_{row['check_name']}_{row['field']}",
            alt="Failing records",
            most=10,
        )
        with st.container(horizontal=True, gap="small"):
            st.page_link(
                page_of("issues"), label="All of them among the issues", icon=":material/rule:",
                query_params={"type": row["type"], "check": row["check_name"]},
            )  # fmt: skip
        if place is not None:
            go_record(row["type"], issues["entity_id"][place])


def _meaning(row: dict[str, Any], is_own: bool) -> None:
    catalog = served.lake().catalog
    field = next((item for item in catalog.type(row["type"]).fields if item.name == row["field"]), None)
    owner, meaning = row["owner"] or (field.owner if field else ""), field.meaning if field else ""
    if is_own:
        check = own_check(served.lake(), row["check_name"])
        meaning = check.meaning or meaning
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.badge(row["severity"].capitalize(), color="red" if row["severity"] == "error" else "orange")
        if field and field.applies_if:
            st.badge(f"Only where {plain(field.applies_if, longest=80)}", color="gray", icon=":material/filter_alt:")
        st.badge(f"Owner: {plain(owner)}" if owner else "No owner", color="gray", icon=":material/person:")
        if is_own and st.button("Change this check", icon=":material/edit:", type="tertiary", key="change_this_check"):
            change_check_dialog(row["check_name"])
    if meaning:
        st.markdown(plain(meaning, longest=500))
