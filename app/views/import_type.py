"""What the rows of a table are, and by what their records are known: as found, or as somebody says."""

from dataclasses import replace

import served
import streamlit as st
from components.frame import say
from views.import_state import Wizard

from xrm_lake.errors import XrmError
from xrm_lake.ingest.needed import joined
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.ingest.prepare import Delivered, plan_delivered
from xrm_lake.model.catalog import Catalog

_NEARLY = ("text", "person_name", "company_name")
_HELP = (
    "Left empty, a record is known by its id in its source; where there is none, by all that its row says."
    " “Nearly” holds rows back that are written almost like a record, for you to answer."
)


def kind_of_rows(state: Wizard, plan: FilePlan, catalog: Catalog) -> bool:
    """The type of the rows; gives whether another was chosen and the table planned anew."""
    types = {item.name: item.plural for item in catalog.active_types}
    known = served.lake().catalog
    chosen = st.selectbox(
        "These rows are", list(types), index=list(types).index(plan.type) if plan.type in types else 0, width=260,
        key=f"plan_type_{state.version}_{state.shown}_{plan.type}",
        format_func=lambda name: types[name] if known.has_type(name) else f"{types[name]} (new)",
    )  # fmt: skip
    if chosen == plan.type:
        return False
    one = Delivered((plan.delivery,), called=state.prepared.delivered.called if state.prepared else "")
    try:
        made = plan_delivered(served.lake(), one, type=chosen, source=plan.source, propose=state.propose, saved=False)
    except XrmError as problem:
        say(problem)
        return False
    state.codes = {}
    state.put(state.shown, made.plans[0])
    state.planned = replace(state.plans(), additions=joined(state.plans().additions, made.additions))
    return True


def known_by(state: Wizard, plan: FilePlan, catalog: Catalog) -> None:
    """The fields that tell whether a record is there already, in place of its own id."""
    fields = {field.name: field.label for field in catalog.fields_for_import(plan.type)}
    filled = {column.field for column in plan.columns if column.to in ("field", "key") and column.field}
    keys = [column.header for column in plan.columns if column.position in plan.key]
    texts = [field.name for field in catalog.fields_for_import(plan.type) if field.kind in _NEARLY]
    options = [each for name in fields if name in filled for each in ((name, f"{name}~") if name in texts else (name,))]
    chosen = st.multiselect(
        "A record is the same if these are", options, default=[name for name in plan.match_on if name in options],
        format_func=lambda name: f"{fields[name[:-1]]}, nearly" if name.endswith("~") else fields[name],
        key=f"plan_match_{state.version}_{state.shown}_{plan.type}", width=360,
        placeholder=f"its own id ({', '.join(keys)})" if keys else "all of the row", help=_HELP,
    )  # fmt: skip
    if tuple(chosen) != plan.match_on:
        state.put(state.shown, replace(plan, match_on=tuple(chosen)))
