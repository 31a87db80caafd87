"""Decay: what gets worse, what gets better, and what only wavers; a click leads to the records."""

import served
import streamlit as st
from components.flow_chart import flow_chart
from components.frame import calm, card, empty, head, remember_toast
from components.look import is_dark
from components.text import count, plain
from views.decay_metric import detail
from views.decay_signals import signals_card

from xrm_lake.hygiene.courses import Course, courses, told_of
from xrm_lake.hygiene.trend.words import began, state_words
from xrm_lake.hygiene.trends import WORST_FIRST
from xrm_lake.model.metrics import FEWEST, METRICS
from xrm_lake.model.metrics import metric as metric_named
from xrm_lake.reports.render.figures import figure

_HUES = {
    "alert": "red", "worse": "orange", "watch": "yellow", "better": "green", "steady": "gray", "too few": "gray", "no baseline": "gray",
}  # fmt: skip
_ICONS = {
    "alert": "trending_up", "worse": "trending_up", "watch": "visibility", "better": "trending_down", "steady": "trending_flat",
    "too few": "hourglass_empty", "no baseline": "hourglass_empty",
}  # fmt: skip


def page() -> None:
    """The page; the address may name a type and a metric."""
    with head(
        "Decay", "Is trust in the records wearing away, or does a figure only waver? Told from what entered each week."
    ):
        if st.button(
            "Measure now",
            icon=":material/photo_camera:",
            key="measure_decay",
            help="Run all checks and take a snapshot",
        ):
            served.jobs().start("snapshot", {})
            remember_toast("Checking all records", "rule")
            st.rerun()
    with calm():
        found: list[Course] = served.remembered(courses)
        if not found:
            empty(
                "Nothing was measured yet. Take a snapshot each week: from the fourteenth on, trends are told.",
                icon="trending_flat",
            )
            signals_card()
            return
        scope = _scope(found)
        shown = sorted((each for each in found if each.scope == scope), key=_rank)
        asked = st.query_params.get("metric")
        chosen = next((each for each in shown if each.metric == asked), None)
        if chosen is not None:
            detail(chosen, [each for each in found if each.metric == chosen.metric])
        _list(shown)
        signals_card()
        _rules()


def badge(course: Course) -> None:
    """The state of a course, as a badge."""
    trend = course.trend
    icon = _ICONS[trend.state]
    if trend.state == "watch" and trend.direction < 0:
        icon = "trending_down"
    words = state_words(trend.state, trend.direction)
    st.badge(words[0].upper() + words[1:], icon=f":material/{icon}:", color=_HUES[trend.state])


def _scope(found: list[Course]) -> str:
    lake = served.lake()
    known = {each.scope for each in found}
    names = {"all": "All types"} | {item.name: item.plural for item in lake.catalog.active_types if item.name in known}
    asked = st.query_params.get("type")
    chosen = st.selectbox(
        "Type", list(names), key="decay_type", index=list(names).index(asked) if asked in names else 0,
        format_func=lambda name: names[name], label_visibility="collapsed", width=220,
    )  # fmt: skip
    if chosen == "all":
        st.query_params.pop("type", None)
    else:
        st.query_params["type"] = chosen
    return str(chosen)


def _rank(course: Course) -> tuple[int, int]:
    names = [item.name for item in METRICS]
    return WORST_FIRST.index(course.trend.state), names.index(course.metric)


def _list(shown: list[Course]) -> None:
    with card(key="decay_card"), st.container(key="rows", gap="small"):
        for course in shown:
            _line(course)


def _line(course: Course) -> None:
    item = metric_named(course.metric)
    with st.container(key=f"decay_{course.metric}"):
        name, now, past, go = st.columns([3.4, 1.3, 2.2, 0.8], gap="small", vertical_alignment="center")
        with name:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(
                    f"**{plain(item.label)}**",
                    width="content",
                    help=plain(f"Of the {item.of}: {item.meaning}.", longest=300),
                )
                badge(course)
            st.caption(plain(told_of(course), longest=400))
        with now:
            _share(course)
        with past:
            _past(course)
        with go:
            if st.button(
                "Open",
                key=f"open_{course.metric}",
                type="tertiary",
                icon=":material/arrow_forward:",
                icon_position="right",
            ):
                st.query_params["metric"] = course.metric
                st.rerun()


def _share(course: Course) -> None:
    """How it stands."""
    item = metric_named(course.metric)
    share = figure(course.num / course.den, "percent") if course.den >= FEWEST else "–"
    st.markdown(f"**{share}** :gray[now]")
    limit = figure(item.limit, "percent", digits=1) if course.den >= FEWEST else ""
    st.caption(
        plain(f"{course.num:,.0f} of {course.den:,.0f}" + (f", limit {limit}" if limit else ", too few for a share"))
    )


def _past(course: Course) -> None:
    """What entered each week, as a line."""
    item = metric_named(course.metric)
    if course.flows.tested.any():
        since = began(course.trend)
        told = f"{item.label}: what entered each week; {state_words(course.trend.state, course.trend.direction)}"
        st.vega_lite_chart(
            flow_chart(course, dark=is_dark(), height=54, bare=True), theme=None, key=f"spark_{course.metric}",
            alt=told + (f" since {since}" if since else ""),
        )  # fmt: skip


def _rules() -> None:
    with st.expander("How trends are told", icon=":material/info:"):
        st.markdown(
            "The line is the share that entered the bad state each week: of new records, of older ones, or of all, as the sentence says."
            " The grey band is where nineteen of twenty weeks lie while nothing changes.\n\n"
            "- **May be getting worse**: the smoothed line has left what chance allows (rule A). It may still be chance.\n"
            "- **Getting worse**: a rise over months (B), the share beyond its limit for two weeks (C), or eight weeks that lie clearly"
            " above all before them (D). **Fast**: rule A too.\n"
            "- **Too few records to tell**: even a rise by half could be missed. **Too early to tell**: fewer than 14 weeks.\n\n"
            f"The limit is half way between good and bad, a score of 50. No share is shown of fewer than {count(FEWEST, 'record')}."
        )
