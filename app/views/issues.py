"""Issues: what the last check found, by problem, type and check, down to the record."""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import calm, card, empty, head, remember_toast, say
from components.grid import table, texts
from components.text import count, plain
from components.words import PROBLEMS, check_words
from navigation import go_record

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.issues import count_issues, list_issues
from xrm_lake.store.search import captions_of

MOST = 500


def page() -> None:
    """The page; the address may name a type, a problem, a check and a field."""
    with head("Issues", "What the last check found, record by record."):
        if st.button("Run checks", icon=":material/play_arrow:", type="primary", key="run_checks"):
            served.jobs().start("check", {})
            remember_toast("Checking all records", "rule")
            st.rerun()
    with calm():
        counts = served.remembered(count_issues)
        if counts.is_empty():
            empty("Nothing was checked yet. Run the checks to see what is wrong, and where.", icon="rule")
            return
        asked = _asked()
        _records(asked)
        _summary(counts)


def _asked() -> dict[str, str | None]:
    """What to show, from the address; changed here, it stands in the address again."""
    types = {item.name: item.plural for item in served.lake().catalog.active_types}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="issue_filters"):
        problem = _problem()
        chosen = st.selectbox(
            "Type", ["", *types], key="issue_type", index=_index(["", *types], st.query_params.get("type")),
            format_func=lambda each: types.get(each, "All types"), label_visibility="collapsed", width=180,
        )  # fmt: skip
    check = st.query_params.get("check")
    if check and st.button(f"Check: {plain(check)}", icon=":material/close:", key="drop_check", help="Show all checks"):
        del st.query_params["check"]
        st.rerun()
    _put("type", chosen)
    _put("problem", problem)
    return {"type": chosen or None, "problem": problem or None, "check": check or None}


def _problem() -> str:
    asked = st.query_params.get("problem")
    chosen = st.pills(
        "Problem", list(PROBLEMS), default=asked if asked in PROBLEMS else None, key="issue_problem",
        format_func=lambda each: PROBLEMS[each], label_visibility="collapsed",
    )  # fmt: skip
    return chosen or ""


def _records(asked: dict[str, str | None]) -> None:
    try:
        found = served.remembered(
            list_issues, asked["type"], check=asked["check"], problem=asked["problem"], limit=MOST
        )
    except XrmError as problem:
        say(problem)
        return
    with card("Records"):
        if found.is_empty():
            st.caption("No record has such an issue.")
            return
        first = "The first " if found.height == MOST else ""
        st.caption(f"{first}{count(found.height, 'issue')}. Click one to open its record.")
        columns = texts(
            [
                ("record", "Record"),
                ("type", "Type"),
                ("what", "What is wrong"),
                ("severity", "Severity"),
                ("detail", "Detail"),
            ]
        )
        place = table(_readable(found), columns, key="issue_rows", alt="Issues, errors first", most=12)
        if place is not None:
            go_record(found["type"][place], found["entity_id"][place])


def _readable(found: pl.DataFrame) -> pl.DataFrame:
    lake = served.lake()
    captions = captions_of(lake, found["entity_id"].to_list(), found["type"].to_list())
    own = {
        row["check_name"]: row["message"]
        for row in served.remembered(count_issues).iter_rows(named=True)
        if row["message"]
    }
    rows = [_row(row, captions, own) for row in found.iter_rows(named=True)]
    return pl.DataFrame(rows)


def _row(row: dict[str, Any], captions: dict[int, str], own: dict[str, str]) -> dict[str, str]:
    entity_type = served.lake().catalog.type(row["type"])
    return {
        "record": captions.get(row["entity_id"], str(row["entity_id"])), "type": entity_type.label,
        "what": check_words(entity_type, row["check_name"], row["field"], own.get(row["check_name"])), "severity": row["severity"].capitalize(),
        "detail": row["detail"] or "",
    }  # fmt: skip


def _summary(counts: pl.DataFrame) -> None:
    lake = served.lake()
    with card("By check", "Every check that was run, with how many records it looked at; click one to see its records"):
        rows = list(counts.iter_rows(named=True))
        told = pl.DataFrame(
            {
                "problem": [PROBLEMS.get(row["problem"], row["problem"]) for row in rows],
                "type": [lake.catalog.type(row["type"]).plural for row in rows],
                "check": [
                    check_words(lake.catalog.type(row["type"]), row["check_name"], row["field"], row["message"])
                    for row in rows
                ],
                "severity": [row["severity"].capitalize() for row in rows],
                "found": [row["found"] for row in rows],
                "checked": [row["checked"] for row in rows],
                "share": [100 * row["found"] / row["checked"] if row["checked"] else 0.0 for row in rows],
            }
        )
        columns = texts([("problem", "Problem"), ("type", "Type"), ("check", "Check"), ("severity", "Severity")]) | {
            "found": st.column_config.NumberColumn("Found", format="localized"),
            "checked": st.column_config.NumberColumn("Of", format="localized"),
            "share": st.column_config.ProgressColumn("Share", min_value=0, max_value=100, format="%.1f %%"),
        }
        place = table(told, columns, key="check_rows", alt="Checks and how much each found", most=14)
        if place is not None:
            _put("type", rows[place]["type"])
            _put("check", rows[place]["check_name"])
            _put("problem", "")
            for key in ("check_rows", "issue_type", "issue_problem"):
                st.session_state.pop(key, None)
            st.rerun()


def _put(name: str, value: str | None) -> None:
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def _index(options: list[str], asked: str | None) -> int:
    return options.index(asked) if asked in options else 0
