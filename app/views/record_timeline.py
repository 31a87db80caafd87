"""What happened around a record, latest first."""

import served
import streamlit as st
from components.frame import empty
from components.text import plain
from navigation import icon_of, page_of

from xrm_lake.model.results import RecordView
from xrm_lake.store.timeline import record_timeline

_ICONS = {
    "call": "call",
    "e-mail": "mail",
    "email": "mail",
    "mail": "mail",
    "meeting": "groups",
    "note": "sticky_note_2",
}


def timeline(view: RecordView) -> None:
    """The linked records that bear a date."""
    events = served.remembered(record_timeline, view.id)
    if events.is_empty():
        empty("Nothing with a date is linked to this record yet.", icon="event")
        return
    catalog = served.lake().catalog
    month = ""
    with st.container(gap="xsmall", key="timeline"):
        for event in events.iter_rows(named=True):
            if f"{event['happened_at']:%B %Y}" != month:
                month = f"{event['happened_at']:%B %Y}"
                st.caption(month)
            icon = _ICONS.get(str(event["what"]).lower())
            with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
                st.page_link(
                    page_of("record"), label=plain(event["caption"], longest=80), width="stretch",
                    icon=f":material/{icon}:" if icon else icon_of(catalog.type(event["type"])),
                    query_params={"type": event["type"], "id": str(event["id"])},
                )  # fmt: skip
                st.caption(f"{plain(event['what'] or catalog.type(event['type']).label)}", width="content")
                st.caption(f"{event['happened_at']:%d %b %Y}", width="content")
