"""The second step: what each table is and what each column becomes, with samples; all of it open to change."""

from dataclasses import replace

import polars as pl
import served
import streamlit as st
from components.frame import card, say
from components.grid import ROW, table, texts
from components.text import count, plain
from views.import_state import Wizard
from views.import_terms import terms
from views.import_type import kind_of_rows, known_by
from views.import_work import try_it

from xrm_lake.errors import XrmError
from xrm_lake.ingest.gain import gained
from xrm_lake.ingest.needed import needed
from xrm_lake.ingest.overrule import choices, code_of, samples
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.ingest.prepare import plan_delivered
from xrm_lake.model.catalog import Catalog


def mapping(state: Wizard) -> None:
    """Show what was recognised, and the columns of one table."""
    place = _overview(state)
    if place != state.shown:
        state.settle()
        state.shown = place
    catalog = state.plans().additions.applied_to(served.lake().catalog)
    if state.plans().plans:
        _one(state, state.plans().plans[state.shown], catalog)
    _gains(state)
    terms(state)
    with st.bottom, st.container(horizontal=True, key="mapping_on"):
        if st.button(
            "Try it", type="primary", icon=":material/science:", key="import_try", help="Does everything, keeps nothing"
        ):
            try:
                final = state.to_try(served.lake().catalog)
            except XrmError as problem:
                say(problem)
            else:
                try_it(state, final)
                st.rerun()
        if st.button("Back", icon=":material/arrow_back:", key="import_back_files"):
            state.step = 0
            st.rerun()
    if state.problem is not None:
        say(state.problem)


def _overview(state: Wizard) -> int:
    """A line for each table; gives the place of the one whose columns are shown."""
    plans = state.plans().plans
    left_out = state.plans().left_out
    with card("What we recognised", f"{count(len(plans), 'table')}, in the order in which they are taken in"):
        rows = pl.DataFrame([_told(plan, served.lake().catalog, state) for plan in plans])
        of = st.column_config
        columns = texts([("file", "Table")]) | {
            "records": of.NumberColumn("Records", format="localized", width="small")
        }
        columns |= texts([("holds", "Holds"), ("how", "Recognised by")])
        columns["sure"] = of.ProgressColumn("Sure", min_value=0, max_value=100, format="%.0f %%", width="small")
        columns |= texts([("else", "Or else"), ("source", "Source")])
        several = len(plans) > 1
        place = table(
            rows, columns, key=f"import_overview_{state.version}", alt="What each table was recognised as; click one to see its columns",
            select=several, most=10,
        )  # fmt: skip
        if several:
            st.caption("Click a table to see and change what its columns become.")
        if left_out:
            with st.expander(f"{count(len(left_out), 'file is', 'files are')} left out", icon=":material/block:"):
                names = {"File": [each.file for each in left_out], "Why": [each.reason for each in left_out]}
                st.dataframe(names, hide_index=True, alt="What is left out", placeholder="")
    return state.shown if place is None else place


def _told(plan: FilePlan, catalog: Catalog, state: Wizard) -> dict[str, object]:
    grown = state.plans().additions.applied_to(catalog)
    if plan.shape == "links":
        holds = f"links: {grown.link_type(plan.link_type).label}"
        new = plan.link_type in {link.name for link in state.plans().additions.link_types}
    else:
        holds = grown.type(plan.type).plural
        new = not catalog.has_type(plan.type)
    how = "as last time" if plan.mapping_id else plan.preset or "headers and content"
    labels = {item.name: item.plural for item in grown.active_types}
    return {
        "file": plan.delivery.name, "records": plan.delivery.counted, "holds": f"{holds} (new)" if new else holds, "how": how,
        "sure": 100 * plan.score, "else": labels.get(plan.runner_up, plan.runner_up), "source": plan.source,
    }  # fmt: skip


def _one(state: Wizard, plan: FilePlan, catalog: Catalog) -> None:
    with card(key="one_plan"):
        _badges(plan)
        if plan.shape == "links":
            st.caption(f"Each row joins two records: “{plain(catalog.link_type(plan.link_type).label)}”.")
        else:
            with st.container(horizontal=True, vertical_alignment="bottom"):
                if kind_of_rows(state, plan, catalog):
                    st.rerun()
                known_by(state, state.plans().plans[state.shown], catalog)
        _saved(state, plan)
        _columns(state, plan, catalog)
        notes = (*plan.delivery.notes, *(() if plan.mapping_id else plan.notes))
        for note in notes:
            st.caption(f":material/info: {plain(note, longest=400)}")


def _badges(plan: FilePlan) -> None:
    delivery = plan.delivery
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(delivery.name)}** :gray[· {count(delivery.counted, 'record')}]", width="stretch")
        if plan.preset:
            st.badge(plain(plan.preset), icon=":material/verified:", color="green", help="A known export")
        if delivery.rejects.height:
            st.badge(f"{delivery.rejects.height:,} unreadable", icon=":material/block:", color="orange")
        if delivery.repairs.height:
            st.badge(f"{delivery.repairs.height:,} mended", icon=":material/healing:", color="blue")


def _saved(state: Wizard, plan: FilePlan) -> None:
    if plan.mapping_id is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            ":material/bookmark: Read as the last file with these headers was. What you change now is remembered in turn.",
            width="stretch",
        )
        if st.button("Work it out anew", icon=":material/refresh:", key=f"anew_{state.shown}"):
            replan(state, saved=False)


def _columns(state: Wizard, plan: FilePlan, catalog: Catalog) -> None:
    """A row for each column; what it becomes can be chosen."""
    said = choices(plan, catalog)
    labels = _unlike(said, _made(state, plan))
    seen = samples(plan.delivery)
    rows = pl.DataFrame(
        {
            "header": [column.header or f"column {column.position + 1}" for column in plan.columns],
            "samples": [seen[column.position] if column.position < len(seen) else "" for column in plan.columns],
            "becomes": [labels[code_of(column)] for column in plan.columns],
            "sure": [100 * column.score for column in plan.columns],
            "else": [
                said.get(f"field:{column.runner_up}", column.runner_up) or column.reason for column in plan.columns
            ],
        }
    )
    of = st.column_config
    fixed = ["header", "samples", "sure", "else"]
    key = f"plan_columns_{state.version}_{state.shown}_{plan.delivery.name}_{plan.type}_{hash(plan.columns)}"
    if key not in st.session_state and state.codes:
        # Somebody was elsewhere meanwhile; the grid begins anew, so what was chosen in it goes into the plan.
        state.settle()
        st.rerun()
    edited = st.data_editor(
        rows, hide_index=True, num_rows="fixed", row_height=ROW, height=ROW * (min(rows.height, 14) + 1) + 3,
        key=key, disabled=fixed if plan.shape == "records" else [*fixed, "becomes"],
        column_config={
            "header": of.TextColumn("Column"), "samples": of.TextColumn("Samples", width="large"),
            "becomes": of.SelectboxColumn("Becomes", options=list(labels.values()), required=True, width="medium"),
            "sure": of.ProgressColumn("Sure", min_value=0, max_value=100, format="%.0f %%", width="small"),
            "else": of.TextColumn("Or else, or why"),
        },
    )  # fmt: skip
    back = {label: code for code, label in labels.items()}
    if plan.shape == "records":
        chosen = zip(plan.columns, edited["becomes"], strict=True)
        state.codes = {column.position: back[label] for column, label in chosen if label in back}


def _made(state: Wizard, plan: FilePlan) -> set[str]:
    """The codes of what the model has not got yet."""
    additions = state.plans().additions
    own = {field.name for item in additions.types if item.name == plan.type for field in item.fields}
    fields = {field.name for _, field in additions.fields} | own
    return {f"field:{name}" for name in fields} | {f"link:{link.name}" for link in additions.link_types}


def _unlike(said: dict[str, str], made: set[str]) -> dict[str, str]:
    """Labels that tell all choices apart, and what is there from what is to be made."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for code, label in said.items():
        new = code in made or ":".join(code.split(":")[:2]) in made
        name = f"{label} (new)" if new else label
        name = name if name not in taken else f"{name} ({code.split(':', 1)[-1]})"
        taken.add(name)
        found[code] = name
    return found


def _gains(state: Wizard) -> None:
    """What the model gains, and whether it may."""
    lake = served.lake()
    told = gained(needed(state.plans(), lake.catalog).additions, lake.catalog)
    if not told and state.propose:
        return
    with card(
        "What the model gains",
        "Made together with the records; to leave a field out, let its column become something else",
    ):
        wanted = st.toggle(
            "Make types, fields and links for what has no place", value=state.propose, key=f"import_propose_{state.version}",
            help="Otherwise columns without a place are kept beside the fields, and a table of no known type is refused.",
        )  # fmt: skip
        st.markdown("\n".join(f"- {plain(each, longest=400)}" for each in told))
        if wanted != state.propose:
            state.propose = wanted
            replan(state)


def replan(state: Wizard, *, saved: bool = True) -> None:
    """Work all out again from the files as they were read."""
    assert state.prepared is not None
    state.problem = None
    try:
        delivered = state.prepared.delivered
        planned = plan_delivered(served.lake(), delivered, source=state.source, propose=state.propose, saved=saved)
    except XrmError as problem:
        state.problem = problem
        return
    state.planned, state.codes, state.shown = replace(planned), {}, 0
    st.rerun()
