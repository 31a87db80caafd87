"""What the last check says of a record."""

import served
import streamlit as st
from components.frame import empty
from components.text import plain
from components.words import SHORT, check_words

from xrm_lake.hygiene.issues import issues_of
from xrm_lake.model.results import RecordView

_COLOURS = {"error": "red", "warning": "orange"}


def finding_chips(view: RecordView) -> dict[str, str]:
    """What the last check says of each field of a record, as a chip in markdown; errors go before warnings."""
    found: dict[str, str] = {}
    for issue in served.remembered(issues_of, view.id).iter_rows(named=True):
        if issue["field"] and issue["field"] not in found:
            words = issue["message"] or SHORT.get(issue["check_name"])
            if words:
                found[issue["field"]] = f":{_COLOURS.get(issue['severity'], 'gray')}-badge[{plain(words, longest=60)}]"
    return found


def quality(view: RecordView) -> None:
    """The issues of the record, each in a sentence."""
    issues = served.remembered(issues_of, view.id)
    if issues.is_empty():
        empty("The last check found nothing wrong with this record.", icon="verified")
        return
    entity_type = served.lake().catalog.type(view.type)
    with st.container(gap="xsmall", key="rows"):
        for issue in issues.iter_rows(named=True):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.badge(issue["severity"].capitalize(), color=_COLOURS.get(issue["severity"], "gray"))
                own = issue["message"]
                st.markdown(plain(check_words(entity_type, issue["check_name"], issue["field"], own)), width="stretch")
                if issue["detail"] and issue["detail"] != own:
                    st.caption(plain(issue["detail"], longest=120), width="content")
