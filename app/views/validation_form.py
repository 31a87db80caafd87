"""A check of one's own as a form: fields and comparisons, or SQL; tried on all records before it is saved."""

from dataclasses import replace

import polars as pl
import served
import streamlit as st
from components.frame import remember_toast, say
from components.grid import table, texts
from components.text import count, plain, shown
from views.validation_comparisons import comparisons

from xrm_lake.errors import XrmError
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import slug
from xrm_lake.model.own_check import PROBLEMS, SEVERITIES, OwnCheck
from xrm_lake.store.own_checks import add_check, change_check, own_check, retire_check
from xrm_lake.store.try_check import CheckTrial, try_check

_BY_FORM, _BY_SQL = "Fields and comparisons", "SQL"


@st.dialog("New check", width="large", icon=":material/add:")
def new_check_dialog() -> None:
    """Tried first, then saved."""
    form(OwnCheck("", "", ""), key="new")


@st.dialog("Change the check", width="large", icon=":material/edit:")
def change_check_dialog(name: str) -> None:
    """What it says of itself, and whether it is in use."""
    check = own_check(served.lake(), name)
    form(check, key=f"change_{name}")
    word, icon = ("Bring it back", "undo") if check.retired else ("Take it out of use", "archive")
    if st.button(word, icon=f":material/{icon}:", type="tertiary", key="retire_check"):
        _do(
            lambda: retire_check(served.lake(), name, retired=not check.retired),
            "Done; it counts from the next run of checks on",
        )


def form(before: OwnCheck, *, key: str) -> None:
    """The form of a check; what was not tried as it stands cannot be saved."""
    made = _made(before, key)
    seen = _told(made)
    left, right = st.columns(2)
    if left.button("Try it", icon=":material/science:", key=f"{key}_try", width="stretch"):
        st.session_state["_tried"] = seen
    tried = st.session_state.get("_tried") == seen and _trial(made)
    if right.button("Save", type="primary", icon=":material/save:", key=f"{key}_save", disabled=not tried, width="stretch",
                    help=None if tried else "Try it first: it shows what it would find."):  # fmt: skip
        _save(before, made)


def _made(before: OwnCheck, key: str) -> OwnCheck:
    """The check as the form says it now."""
    said = _said(before, key)
    entity_type = served.lake().catalog.type(said.type)
    asked = _condition(said, entity_type, key)
    fields = {"": "nowhere", **{item.name: item.label for item in entity_type.active_fields}}
    left, right = st.columns(2)
    beside = left.selectbox("Shown beside", list(fields), index=list(fields).index(before.field) if before.field in fields else 0,
                            key=f"{key}_{said.type}_field", format_func=fields.__getitem__)  # fmt: skip
    owner = right.text_input("Owner", before.owner, key=f"{key}_owner", placeholder="Sales operations")
    meaning = st.text_input("Why it matters", before.meaning, key=f"{key}_meaning")
    return replace(asked, field=beside, owner=(owner or "").strip(), meaning=(meaning or "").strip())


def _said(before: OwnCheck, key: str) -> OwnCheck:
    """What is wrong, with records of which type, how badly."""
    types = {item.name: item for item in served.lake().catalog.active_types}
    message = st.text_input(
        "What is wrong with a record at fault",
        before.message,
        key=f"{key}_message",
        placeholder="Closes before it was opened",
    )
    left, middle, right = st.columns(3)
    type_name = left.selectbox("Type", [before.type] if before.name else list(types), key=f"{key}_type",
                               format_func=lambda each: types[each].plural, disabled=bool(before.name))  # fmt: skip
    severity = middle.selectbox("Severity", SEVERITIES, index=SEVERITIES.index(before.severity), key=f"{key}_severity",
                                format_func=str.capitalize, help="An error counts in the measures; a warning is listed.")  # fmt: skip
    words = {"malformed": "Badly formatted", "incomplete": "Incomplete"}
    problem = right.selectbox(
        "Counts as", PROBLEMS, index=PROBLEMS.index(before.problem), key=f"{key}_problem", format_func=words.__getitem__
    )
    name = before.name or slug(message or "check", "check")
    return replace(
        before, name=name, message=(message or "").strip(), type=type_name, severity=severity, problem=problem
    )


def _condition(before: OwnCheck, entity_type: EntityType, key: str) -> OwnCheck:
    """The check with its condition, compared or written."""
    by_sql = bool(before.condition and not before.form)
    way = st.segmented_control(
        "A record is at fault if", [_BY_FORM, _BY_SQL], default=_BY_SQL if by_sql else _BY_FORM, key=f"{key}_way"
    )
    if way != _BY_SQL:
        made, any_of = comparisons(entity_type, before, key=f"{key}_{entity_type.name}")
        return replace(before, form=made, any_of=any_of, condition="")
    condition = st.text_area(
        "Condition", before.condition, key=f"{key}_sql", label_visibility="collapsed", placeholder="close_date < opened_on",
        help="One boolean expression over the fields of the type; $as_of is the day of the check. Null is no fault.",
    )  # fmt: skip
    return replace(before, form=(), any_of=False, condition=(condition or "").strip())


def _told(check: OwnCheck) -> tuple[object, ...]:
    """What decides on what a check finds: a trial holds until one of these changes."""
    return check.type, check.condition, check.form, check.any_of


def _trial(check: OwnCheck) -> bool:
    """Show what a check would find; gives whether it can be run."""
    try:
        trial: CheckTrial = try_check(served.lake(), replace(check, message=check.message or "Tried"), limit=5)
    except XrmError as problem:
        say(problem)
        return False
    share = f" ({100 * trial.found / trial.checked:.1f} %)" if trial.checked else ""
    st.markdown(f"**{count(trial.found, 'record')}** of {trial.checked:,}{share} would be at fault.")
    if trial.failed:
        st.warning(
            f"Of {count(trial.failed, 'record')} it cannot be told; mend the condition.", icon=":material/build:"
        )
    if trial.records.height:
        labels = {item.name: item.label for item in served.lake().catalog.type(check.type).fields}
        rows = trial.records.select("id", *(each for each in trial.records.columns if each != "id"))
        told = rows.with_columns(
            pl.Series(name, [shown(value) for value in rows[name].to_list()], dtype=pl.String)
            for name in rows.columns[1:]
        )
        table(
            told,
            texts([(name, labels.get(name, "Id")) for name in rows.columns]),
            key="trial_rows",
            alt="Records at fault",
            select=False,
        )
    return True


def _save(before: OwnCheck, made: OwnCheck) -> None:
    lake = served.lake()
    if not made.message:
        st.warning("Say what is wrong with a record at fault.", icon=":material/info:")
        return
    if not before.name:
        _do(lambda: add_check(lake, made), f"{plain(made.message)}: counts from the next run of checks on")
        return
    words = ("message", "severity", "problem", "field", "owner", "meaning", "any_of")
    settings: dict[str, object] = {
        word: getattr(made, word) for word in words if getattr(made, word) != getattr(before, word)
    }
    if made.form != before.form or made.any_of != before.any_of:
        settings["form"] = made.form
    if made.condition and made.condition != before.condition:
        settings["condition"] = made.condition
    _do(lambda: change_check(lake, before.name, **settings), "Saved; it counts from the next run of checks on")


def _do(act: object, told: str) -> None:
    try:
        act()  # type: ignore[operator]
    except XrmError as problem:
        say(problem)
        return
    st.session_state.pop("_tried", None)
    remember_toast(told, "check")
    st.rerun()
