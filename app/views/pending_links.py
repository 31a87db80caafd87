"""Links of imports that wait for their other end: which record is meant?"""

from typing import Any

import served
import streamlit as st
from components.frame import empty, remember_toast, say
from components.grid import table, texts
from components.text import count, plain

from xrm_lake.errors import XrmError
from xrm_lake.ingest.pending import list_pending, resolve_pending
from xrm_lake.store.search import captions_of, search

_MOST = 300


def pending_links() -> None:
    """What waits, those that wait for the same text together; one answer settles them all."""
    waiting = served.remembered(list_pending, limit=_MOST)
    if waiting.is_empty():
        empty("No link waits for its other end.", icon="link")
        return
    waiting = waiting.unique(
        ["type", "direction", "to_type", "to_text", "match_by", "source"], keep="first", maintain_order=True
    )
    st.caption(
        "A file named a record that is not known, or several of that name. Click one to say which is meant; a later import may settle it too."
    )
    columns = texts(
        [
            ("to_text", "The file says"),
            ("to_type", "A"),
            ("type", "Link"),
            ("reason", "Why it waits"),
            ("source", "Source"),
        ]
    ) | {"alike": st.column_config.NumberColumn("Links", format="localized")}
    place = table(waiting, columns, key="pending_rows", alt="Links that wait", most=10)
    if place is not None:
        _resolve(waiting.row(place, named=True))


def _resolve(row: dict[str, Any]) -> None:
    with st.container(border=True, key="resolve_pending"):
        st.markdown(
            f"**{plain(row['to_text'])}** :gray[· {count(row['alike'], 'link')} {'waits' if row['alike'] == 1 else 'wait'} for it]"
        )
        options = _options(row)
        if not options:
            st.caption("No record of a fitting type holds these words. Make it, or import it.")
            return
        chosen = st.selectbox(
            "It means",
            list(options),
            format_func=lambda each: options.get(each, str(each)),
            key=f"pending_{row['pending_id']}",
        )
        if st.button("Link", type="primary", icon=":material/add_link:", key="settle_pending"):
            try:
                settled = resolve_pending(served.lake(), row["pending_id"], chosen)
            except XrmError as problem:
                say(problem)
                return
            st.session_state.pop("pending_rows", None)
            remember_toast(f"Settled {count(settled, 'link')}", "add_link")
            st.rerun()


def _options(row: dict[str, Any]) -> dict[int, str]:
    """The candidates of the import, else what a search finds."""
    lake = served.lake()
    types = (row["to_type"] or "").split("|")
    text = st.text_input(
        "Find another", value="", key=f"pending_text_{row['pending_id']}", live="250ms", placeholder=row["to_text"]
    )
    candidates = list(row["candidates"] or []) if not text else []
    if candidates and len(types) == 1 and types[0]:
        captions = captions_of(lake, candidates, types * len(candidates))
        return {id: f"{caption} #{id}" for id, caption in captions.items()}
    hits = search(lake, text or row["to_text"], limit=20)
    return {
        hit["id"]: f"{hit['caption']} · {lake.catalog.type(hit['type']).label} #{hit['id']}"
        for hit in hits.iter_rows(named=True)
        if not types[0] or hit["type"] in types
    }
