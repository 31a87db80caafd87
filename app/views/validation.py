"""Validation: what every check promises, how much of it holds, and checks of one's own."""

import math
from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import calm, card, empty, head, remember_toast
from components.grid import table, texts
from components.text import count, plain
from components.words import PROBLEMS, check_words
from views.validation_form import change_check_dialog, new_check_dialog
from views.validation_rows import failing_rows

from xrm_lake.hygiene.issues import count_issues
from xrm_lake.store.own_checks import list_checks

_WHICH = {"failing": "Failing", "all": "All checks", "own": "Your own"}


def page() -> None:
    """The page; the address may name a type, a check and a field."""
    with head("Validation", "What records must keep, and how many do."):
        if st.button("New check", icon=":material/add:", key="new_check"):
            new_check_dialog()
        if st.button("Run checks", icon=":material/play_arrow:", type="primary", key="run_checks"):
            served.jobs().start("check", {})
            remember_toast("Checking all records", "rule")
            st.rerun()
    with calm():
        counts, own = served.remembered(count_issues), served.remembered(list_checks)
        _failures(counts)
        if counts.is_empty():
            empty("Nothing was checked yet. Run the checks to see what holds.", icon="fact_check")
        else:
            _checks(counts, set(own["name"]))
        _own(own)


def _failures(counts: pl.DataFrame) -> None:
    """Checks that could not be run: the fault of the check, not of the records."""
    for row in counts.filter(pl.col("failed") > 0).iter_rows(named=True):
        st.error(
            f"**{plain(row['message'] or row['check_name'])}** could not be told of {count(row['failed'], 'record')}:"
            f" {plain(row['reason'], longest=300)}. No record is at fault for that: mend the check.",
            icon=":material/build:",
        )


def _checks(counts: pl.DataFrame, own: set[str]) -> None:
    shown = _chosen(counts, own)
    with card("Checks", "One check of one type in each line; click it to see the records that it fails."):
        if shown.is_empty():
            st.caption("Every check passes." if counts["found"].sum() == 0 else "There is none of this sort.")
            return
        place = table(
            _readable(shown), _columns(shown), key="validation_rows", alt="Checks and how many records pass", most=14
        )
    asked = st.query_params
    row = shown.row(place, named=True) if place is not None else _asked(shown, asked.get("check"), asked.get("field"))
    if row is not None:
        failing_rows(row, is_own=row["check_name"] in own)


def _chosen(counts: pl.DataFrame, own: set[str]) -> pl.DataFrame:
    types = {item.name: item.plural for item in served.lake().catalog.active_types if item.name in set(counts["type"])}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="validation_filters"):
        which = st.pills("Which", list(_WHICH), default="failing", key="validation_which", format_func=_WHICH.__getitem__,
                         label_visibility="collapsed")  # fmt: skip
        asked = st.query_params.get("type")
        options = ["", *types]
        chosen = st.selectbox("Type", options, index=options.index(asked) if asked in options else 0, key="validation_type",
                              format_func=lambda each: types.get(each, "All types"), label_visibility="collapsed", width=180)  # fmt: skip
    if chosen:
        counts = counts.filter(pl.col("type") == chosen)
    if which == "failing":
        counts = counts.filter(pl.col("found") > 0)
    elif which == "own":
        counts = counts.filter(pl.col("check_name").is_in(list(own)))
    return counts.sort("severity", pl.col("found") / pl.col("checked"), descending=[False, True], maintain_order=True)


def _asked(shown: pl.DataFrame, check: str | None, field: str | None) -> dict[str, Any] | None:
    found = shown.filter(pl.col("check_name") == check) if check else shown.clear()
    if field:
        found = found.filter(pl.col("field") == field)
    return found.row(0, named=True) if found.height else None


def _readable(shown: pl.DataFrame) -> pl.DataFrame:
    catalog = served.lake().catalog
    rows = list(shown.iter_rows(named=True))
    return pl.DataFrame(
        {
            "what": [
                check_words(catalog.type(row["type"]), row["check_name"], row["field"], row["message"]) for row in rows
            ],
            "type": [catalog.type(row["type"]).plural for row in rows],
            "passes": [_passes(row["found"], row["checked"]) for row in rows],
            "found": [row["found"] for row in rows],
            "checked": [row["checked"] for row in rows],
            "at_risk": [row["at_risk"] for row in rows],
            "severity": [row["severity"].capitalize() for row in rows],
            "problem": [PROBLEMS.get(row["problem"], row["problem"]) for row in rows],
            "owner": [row["owner"] or "" for row in rows],
        },
        schema_overrides={"at_risk": pl.Float64},
    )


def _passes(found: int, checked: int) -> float:
    """The share that passes, in percent; never all of them, in the one place that is shown, while one fails."""
    return math.floor(1000 * (1 - found / checked)) / 10 if checked else 100.0


def _columns(counts: pl.DataFrame) -> dict[str, object]:
    of = st.column_config
    currency = next((each for each in counts["currency"] if each), "")
    columns: dict[str, object] = {
        "what": of.TextColumn("Check", width="medium"),
        **({"type": of.TextColumn("Type")} if counts["type"].n_unique() > 1 else {}),
        "passes": of.ProgressColumn("Passes", min_value=0, max_value=100, format="%.1f %%"),
        "found": of.NumberColumn("Failing", format="localized"), "checked": of.NumberColumn("Of", format="localized"),
    }  # fmt: skip
    if counts["at_risk"].is_not_null().any():
        told = "Open amount of the deals that these records are, or are linked to; each deal once"
        columns["at_risk"] = of.NumberColumn(
            f"At risk ({currency})" if currency else "At risk", format="localized", help=told
        )
    columns |= texts([("severity", "Severity"), ("problem", "Problem")])
    return columns | (texts([("owner", "Owner")]) if counts["owner"].is_not_null().any() else {})


def _own(own: pl.DataFrame) -> None:
    with card("Your own checks", key="own_checks"):
        if own.is_empty():
            st.caption("There is none yet. A new check is made of fields and comparisons, or written in SQL.")
            return
        st.caption("Click one to change it, or to take it out of use.")
        catalog = served.lake().catalog
        told = own.with_columns(
            type=pl.Series([catalog.type(name).plural for name in own["type"]], dtype=pl.String),
            state=pl.when("retired").then(pl.lit("Retired")).otherwise(pl.lit("In use")),
            severity=pl.col("severity").str.to_titlecase(),
        )
        names = [("message", "What is wrong"), ("type", "Type"), ("condition", "Flags a record if"), ("severity", "Severity"),
                 ("owner", "Owner"), ("state", "State")]  # fmt: skip
        place = table(
            told,
            texts(names),
            key=f"own_rows_{st.session_state.get('_own_seen', 0)}",
            alt="Checks of your own",
            most=10,
        )
        if place is not None:
            # A click is answered once: what is clicked again opens again.
            st.session_state["_own_seen"] = st.session_state.get("_own_seen", 0) + 1
            change_check_dialog(own["name"][place])
