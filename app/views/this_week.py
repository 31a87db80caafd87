"""This week: what decayed, why, and what to fix first."""

from datetime import timedelta
from typing import Any

import polars as pl
import served
import streamlit as st
from components import blocks
from components.frame import calm, card, head, remember_toast
from components.text import count, plain
from components.words import BATCHES
from navigation import follow, page_of

from xrm_lake.hygiene.my_week import my_week
from xrm_lake.hygiene.owner_health import owner_health
from xrm_lake.hygiene.review import waiting_pairs
from xrm_lake.model.metrics import PROBLEMS, metric
from xrm_lake.reports.build import build_report
from xrm_lake.reports.page import Block, Column, Metric, Note, Page, Section, Table
from xrm_lake.reports.render.figures import compact, figure
from xrm_lake.store.model import list_types

_SEVERITY = {"error": ("Error", "red"), "warning": ("Warning", "orange")}
_SHOWN = 7


def page() -> None:
    """The page."""
    report: Page = served.remembered(build_report, "weekly")
    with head("This week", report.subtitle):
        if st.button(
            "Measure now",
            icon=":material/photo_camera:",
            key="measure",
            help="Match what is new, look for fixes, run all checks and take a snapshot",
        ):
            served.jobs().start("weekly", {})
            remember_toast("Checking all records", "rule")
            st.rerun()
        _fill_past()
        if st.button("Start fixing", icon=":material/bolt:", type="primary", key="start_fixing"):
            st.switch_page(page_of("duplicates"))
    with calm():
        if not any(served.remembered(list_types)["records"].to_list()):
            _welcome()
            return
        _week(report)


def _fill_past() -> None:
    """Snapshots of past weeks, from the ledger: for who began to measure only now."""
    with st.popover(
        "Past weeks", icon=":material/history:", help="Work out from the ledger what was not measured then"
    ):
        since = st.date_input("From", value=served.lake().clock().date() - timedelta(weeks=26), key="fill_from")
        if st.button("Work out", icon=":material/history:", key="fill_past"):
            served.jobs().start("backfill", {"since": since})
            remember_toast("Measuring past weeks", "history")
            st.rerun()


def _week(report: Page) -> None:
    sections = [block for block in report.blocks if isinstance(block, Section)]
    tables = [block for block in report.blocks if isinstance(block, Table)]
    if sections:
        _scores(sections[0])
    _decayed(report)
    left, right = st.columns([1.7, 1], gap="small")
    with left:
        _fix_first(next((each for each in tables if "action" in each.rows.columns), None))
    with right:
        _queue()
        _others()
        for section in sections[1:]:
            blocks.section(section, key=f"week_{section.title}", brief=True)
    for place, table in enumerate(each for each in tables if "action" not in each.rows.columns):
        blocks.draw_block(table, key=f"week_table_{place}")
    _health()
    _notes(tuple(each for each in report.blocks if not (isinstance(each, Note) and each.level == "alert")))


def _decayed(report: Page) -> None:
    """What gets worse, as the trends tell it; what only moves is no news."""
    alerts = tuple(each for each in report.blocks if isinstance(each, Note) and each.level == "alert")
    if alerts:
        blocks.notes(alerts)
        if st.button(
            "See since when, and which records", key="go_decay", type="tertiary", icon=":material/trending_down:"
        ):
            st.switch_page(page_of("decay"))


def _health() -> None:
    """How the records of each owner stand; for viewers only."""
    found = served.remembered(owner_health)
    if found is None or found.is_empty():
        return
    columns = (
        Column("owner", "Owner", "link", url="url"), Column("records", "Records", "number"),
        *(Column(name, metric(name).label, "percent", bar=True) for name in PROBLEMS),
    )  # fmt: skip
    urls = [f"/record?type=user&id={id}" for id in found["owner_id"]]
    rows = found.with_columns(pl.Series("url", urls, dtype=pl.String))
    blocks.draw_block(
        Table("Health by owner: share of their records with each problem", rows, columns, cap=30), key="week_health"
    )


def _scores(section: Section) -> None:
    metrics = [block for block in section.blocks if isinstance(block, Metric)]
    first, rest = metrics[0], metrics[1:]
    left, right = st.columns([1, 3.6], gap="small")
    with left, st.container(border=True, key="hero", height="stretch"):
        blocks.metric(first, bare=True, meaning="The mean of the five problems, at most 25 above the worst of them.")
        st.caption("Mean of the five problems, at most 25 above the worst")
    with right, st.grid(max(1, len(rest)), min_column_width=132, gap="small"):
        for each in rest:
            blocks.metric(each, brief=True)


def _fix_first(table: Table | None) -> None:
    with card("Fix first", "By severity, new records and the open value that they touch", key="fix_card"):
        if table is None or table.rows.is_empty():
            st.markdown(":green[:material/verified:] Nothing: the last check found no fault.")
            return
        with st.container(gap="xsmall", key="fix_first"):
            for place, row in enumerate(table.rows.head(_SHOWN).iter_rows(named=True)):
                _action(place, row)
        if table.rows.height > _SHOWN and st.button(
            "All issues", type="tertiary", icon=":material/arrow_forward:", icon_position="right"
        ):
            st.switch_page(page_of("issues"))


def _action(place: int, row: dict[str, Any]) -> None:
    label, color = _SEVERITY.get(row["severity"], (str(row["severity"]), "gray"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(label, color=color, width=74)
        st.markdown(f"**{plain(row['action'])}** :gray[{plain(row['type'])}]", width="stretch")
        told = (
            f"{row['new']:,} new" if row["new"] else "",
            f"{compact(row['at_risk'])} at risk" if row["at_risk"] else "",
        )
        if any(told):
            st.caption(" · ".join(each for each in told if each), width="content")
        st.markdown(f"**{row['found']:,}** :gray[{figure(row['share'], 'percent')}]", width=118, text_alignment="right")
        if st.button(
            "Open", key=f"fix_{place}", type="tertiary", icon=":material/arrow_forward:", icon_position="right"
        ):
            follow(row["url"])


def _queue() -> None:
    waiting = served.remembered(waiting_pairs)
    total = sum(waiting.values())
    with card("Your queue", "Pairs that may be one and wait for an answer", key="queue_card"):
        if not total:
            st.markdown(":green[:material/verified:] No pair waits.")
        for item in served.lake().catalog.active_types:
            if waiting.get(item.name):
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.markdown(plain(item.plural), width="stretch")
                    st.markdown(f"**{waiting[item.name]:,}**", width="content")
        with st.container(horizontal=True):
            if st.button(
                "Review pairs", type="primary", icon=":material/call_merge:", disabled=not total, key="review_pairs"
            ):
                st.switch_page(page_of("duplicates"))
            if st.button("Find duplicates", icon=":material/radar:", key="go_find"):
                st.switch_page(page_of("duplicates"))
        if total:
            st.caption(f"{count(total, 'pair')} in all; one takes a second with the keyboard.")
        mine = served.remembered(my_week, total)
        if mine.goal:
            reached = f"This week's goal of {mine.goal:,} is reached: **{mine.answered:,}** answered."
            open_ = f"This week: **{mine.answered:,}** of {mine.goal:,} answered. At that pace the queue is empty in four weeks."
            st.progress(min(1.0, mine.answered / mine.goal), text=reached if mine.answered >= mine.goal else open_)


def _others() -> None:
    """What others wrote since the user last did."""
    total = sum(served.remembered(waiting_pairs).values())
    mine = served.remembered(my_week, total)
    if mine.since is None or mine.others.is_empty():
        return
    with card("Since you were here", f"What others did after {mine.since:%Y-%m-%d %H:%M} UTC", key="others_card"):
        for kind, batches, records in mine.others.iter_rows():
            told = f" :gray[{records:,} records]" if records else ""
            st.markdown(f"{BATCHES.get(kind, (kind, ''))[0]} **{batches:,}**{told}")
        if st.button("History", key="go_history", type="tertiary", icon=":material/history:"):
            st.switch_page(page_of("history"))


def _notes(found: tuple[Block, ...]) -> None:
    blocks.notes(tuple(each for each in found if isinstance(each, Note)))


def _welcome() -> None:
    with card(key="welcome"):
        st.subheader("Welcome", anchor=False)
        st.markdown(
            "This lake is empty. Bring in an export of your CRM or a spreadsheet: what each column means is worked out,"
            " shown, and yours to change before anything is written."
        )
        with st.container(horizontal=True):
            if st.button("Import a file", type="primary", icon=":material/upload_file:", key="welcome_import"):
                st.switch_page(page_of("import"))
            if st.button("Look at the model", icon=":material/account_tree:", key="welcome_model"):
                st.switch_page(page_of("model"))
