"""What the last check says of a record."""

import served
import streamlit as st
from components.frame import empty
from components.text import plain
from components.words import check_words

from xrm_lake.hygiene.issues import issues_of
from xrm_lake.model.results import RecordView

_COLOURS = {"error": "red", "warning": "orange"}


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
                st.markdown(plain(check_words(entity_type, issue["check_name"], issue["field"])), width="stretch")
                if issue["detail"]:
                    st.caption(plain(issue["detail"], longest=120), width="content")
