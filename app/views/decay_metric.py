"""One metric of the Decay page: its course, what the rules saw, where it comes from, and the records."""

from datetime import timedelta
from typing import Any

import polars as pl
import served
import streamlit as st
from components.flow_chart import flow_chart
from components.frame import card
from components.grid import table, texts
from components.look import is_dark
from components.text import plain
from navigation import follow, go_record

from xrm_lake.hygiene.courses import Course, told_of
from xrm_lake.hygiene.entered import LISTED, list_entered
from xrm_lake.hygiene.trend.words import began, evidence, state_words
from xrm_lake.hygiene.trends import trends
from xrm_lake.model.metrics import PROBLEMS
from xrm_lake.model.metrics import metric as metric_named
from xrm_lake.store.search import captions_of

MOST = 300
WEEK = timedelta(days=7)


def detail(course: Course, scopes: list[Course]) -> None:
    """What is to be known of one metric; `scopes` are its courses in all scopes."""
    item = metric_named(course.metric)
    with card(item.label, told_of(course), key="decay_detail"):
        st.vega_lite_chart(
            flow_chart(course, dark=is_dark(), height=210), theme=None, key=f"flow_{course.metric}",
            alt=f"{item.label}: the share that entered each week, with its usual range",
        )  # fmt: skip
        why = served.remembered(trends, course.scope, metric=course.metric)["cause"][0]
        if why:
            st.markdown(plain(why, longest=500))
        saw = evidence(course.trend)
        if saw:
            st.caption(plain(f"What the rules saw. {saw}.", longest=600))
        st.caption(plain(f"Counted are, of the {item.of}, {item.meaning}.", longest=300))
        with st.container(horizontal=True, gap="small"):
            _go(course)
            if st.button("Close", icon=":material/close:", key="close_detail", type="tertiary"):
                st.query_params.pop("metric", None)
                st.rerun()
    left, right = st.columns([1, 1.6], gap="small")
    with left:
        _types(course, scopes)
    with right:
        _records(course)


def _go(course: Course) -> None:
    type = "" if course.scope == "all" else f"&type={course.scope}"
    if course.metric in PROBLEMS and st.button("All issues", icon=":material/rule:", key="to_issues"):
        follow(f"/issues?problem={course.metric}{type}")
    if course.metric in ("duplicate", "new_duplicate") and st.button(
        "Review pairs", icon=":material/call_merge:", key="to_pairs"
    ):
        follow("/duplicates")


def _types(course: Course, scopes: list[Course]) -> None:
    types = {item.name: item.plural for item in served.lake().catalog.active_types}
    rows = [each for each in scopes if each.scope in types]
    if course.scope != "all" or not rows:
        return
    with card("By type"):
        told = pl.DataFrame({
            "type": [types[each.scope] for each in rows],
            "state": [state_words(each.trend.state, each.trend.direction).capitalize() for each in rows],
            "since": [began(each.trend) for each in rows],
        }, schema_overrides={"since": pl.Date})  # fmt: skip
        columns = texts([("type", "Type"), ("state", "State")]) | {
            "since": st.column_config.DateColumn("Since", format="YYYY-MM-DD")
        }
        place = table(told, columns, key=f"decay_types_{course.metric}", alt="State by type", most=8)
        if place is not None:
            st.query_params["type"] = rows[place].scope
            for key in (f"decay_types_{course.metric}", "decay_type"):
                st.session_state.pop(key, None)
            st.rerun()


def _records(course: Course) -> None:
    if course.metric not in LISTED:
        return
    scope = None if course.scope == "all" else course.scope
    since = began(course.trend) if course.trend.direction > 0 else None
    after = since - WEEK if since else None
    shown: pl.DataFrame = served.remembered(list_entered, course.metric, type=scope, since=after, limit=MOST)
    with card(f"Entered since {since}, and still there" if since else "The latest to enter, and still there"):
        if shown.is_empty():
            st.caption("No record.")
            return
        captions = captions_of(served.lake(), shown["entity_id"].to_list(), shown["type"].to_list())
        labels = {item.name: item.label for item in served.lake().catalog.types}
        rows = pl.DataFrame([_readable(row, captions, labels) for row in shown.iter_rows(named=True)])
        columns = texts([("record", "Record"), ("type", "Type"), ("since", "Since"), ("source", "Source")])
        place = table(
            rows, columns, key=f"decay_rows_{course.metric}", alt="Records in the bad state, latest first", most=10
        )
        if shown.height == MOST:
            st.caption(f"The latest {MOST}; `xrm entered {course.metric}` lists all.")
        if place is not None:
            go_record(shown["type"][place], shown["entity_id"][place])


def _readable(row: dict[str, Any], captions: dict[int, str], labels: dict[str, str]) -> dict[str, str]:
    return {
        "record": captions.get(row["entity_id"], str(row["entity_id"])), "type": labels.get(row["type"], row["type"]),
        "since": str(row["since"]), "source": row["source"] or "",
    }  # fmt: skip
