"""Whether a type may merge by itself: a panel with what was measured, what would be merged, and the way back."""

import served
import streamlit as st
from components.frame import calm, card, remember_toast
from components.grid import table, texts
from components.text import count, plain, shown
from views.record_changes import take_back

from xrm_lake.errors import XrmError
from xrm_lake.hygiene.auto_merge import auto_merge
from xrm_lake.hygiene.certificate import certificate, let_go_on
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.results import Certificate


def certificate_panel(entity_type: EntityType) -> None:
    """The certificate of a type; a button merges what is certain, once that is allowed."""
    found: Certificate = served.remembered(certificate, entity_type.name)
    with card("Merging without a person", key="certificate"):
        _state(found)
        _figures(found)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if st.button("What would be merged", icon=":material/visibility:", key="auto_merge_try"):
                st.session_state["_auto_merge_tried"] = entity_type.name
            if st.button(
                "Merge what is certain",
                icon=":material/auto_awesome:",
                key="auto_merge",
                disabled=not found.allows or not found.left_today,
            ):
                _merge(entity_type)
            if found.stopped_at is not None and st.button(
                "Let it go on", icon=":material/play_arrow:", key="let_go_on"
            ):
                with calm():
                    let_go_on(served.lake(), entity_type.name)
                    remember_toast(f"{entity_type.plural} may merge by themselves again", "play_arrow")
                    st.rerun()
        if st.session_state.get("_auto_merge_tried") == entity_type.name:
            _tried(entity_type)
        _cooling(found)


def _state(found: Certificate) -> None:
    if found.stopped_at is not None:
        st.warning(
            f"Stopped on {shown(found.stopped_at)}: two merges were taken back within 7 days. Look at what went wrong before it goes on.",
            icon=":material/front_hand:",
        )
    elif found.doubt is not None:
        st.info(
            f"The model doubts itself: {plain(found.doubt, longest=300)}. All of it is review.", icon=":material/info:"
        )
    elif not found.holds:
        st.info(
            f"Not certified yet: {count(found.to_judge, 'more pair')} of the audit to judge, if none of them is wrong.",
            icon=":material/fact_check:",
        )
    else:
        st.success("Certified: precise enough to merge by itself.", icon=":material/verified:")


def _figures(found: Certificate) -> None:
    with st.container(horizontal=True, gap="small"):
        st.metric("Audited", f"{found.audited:,}", help="Pairs that were drawn at random and judged")
        st.metric("Wrong or unsure", f"{found.wrong + found.unsure:,}")
        st.metric(
            "Precision at least",
            f"{found.precision_at_least:.2%}" if found.audited else "–",
            help="One-sided 95 % bound; 99 % is needed",
        )
        st.metric(
            "Merged today",
            f"{found.merged_today:,}",
            help=f"Clusters, by the day of UTC; without a person no more than {found.at_most:,} a day",
        )
        st.metric(
            "Taken back",
            f"{found.taken_back:,}",
            help="Merges without a person that were undone; two within 7 days stop it",
        )


def _merge(entity_type: EntityType) -> None:
    with calm():
        done = auto_merge(served.lake(), entity_type.name)
        remember_toast(
            f"{count(done.clusters, 'cluster')} merged, {done.left_out.height:,} left to people", "auto_awesome"
        )
        st.rerun()


def _tried(entity_type: EntityType) -> None:
    try:
        tried = served.remembered(auto_merge, entity_type.name, dry_run=True)
    except XrmError as problem:
        st.warning(plain(problem, longest=1200))
        return
    st.caption(
        f"{count(tried.clusters, 'cluster')} of {count(tried.records, 'record')} would be merged, {tried.left_out.height:,} are left to people."
    )
    if tried.left_out.height:
        columns = texts([("reason", "Left out because"), ("detail", "What speaks against it")]) | {
            "cluster_id": st.column_config.NumberColumn("Oldest record", format="#%d"),
            "records": st.column_config.NumberColumn("Records", width="small"),
        }
        table(
            tried.left_out,
            columns,
            key="auto_merge_left_out",
            alt="Clusters that are left to people",
            select=False,
            most=8,
        )


def _cooling(found: Certificate) -> None:
    for run in found.runs.head(5).iter_rows(named=True):
        if run["cooling_until"] is None:
            continue
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f":material/ac_unit: {count(run['clusters'], 'cluster')} merged {shown(run['made_at'])}"
                f" :gray[· cooling until {shown(run['cooling_until'])}]",
                width="stretch",
            )
            if st.button(
                "Undo all of it", icon=":material/undo:", type="tertiary", key=f"undo_run_{run['decision_id']}"
            ):
                take_back(run["decision_id"])
