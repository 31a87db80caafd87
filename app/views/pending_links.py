"""Links of imports that wait for their other end: which record is meant?"""

from typing import Any

import polars as pl
import served
import streamlit as st
from components.frame import empty, remember_toast, say
from components.grid import table, texts
from components.telling import told_apart
from components.text import count, plain

from xrm_lake.errors import XrmError
from xrm_lake.ingest.pending import list_pending, resolve_pending
from xrm_lake.store.search import search

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
    columns = texts([("to_text", "The file says"), ("link", "Link"), ("reason", "Why it waits"), ("source", "Source")])
    columns["alike"] = st.column_config.NumberColumn("Links", format="localized", width="small")
    links = {link.name: link.label for link in served.lake().catalog.link_types}
    shown = waiting.with_columns(link=pl.Series([links.get(each, each) for each in waiting["type"]], dtype=pl.String))
    place = table(shown, columns, key="pending_rows", alt="Links that wait", most=10)
    if place is not None:
        _resolve(waiting.row(place, named=True))


def _resolve(row: dict[str, Any]) -> None:
    with st.container(border=True, key="resolve_pending"):
        verb = "waits" if row["alike"] == 1 else "wait"
        st.markdown(f"**{plain(row['to_text'])}** :gray[· {count(row['alike'], 'link')} {verb} for it]")
        text = st.text_input(
            "Find another",
            value="",
            key=f"pending_text_{row['pending_id']}",
            live="250ms",
            placeholder=row["to_text"],
            type="search",
        )
        options = _found(row, text) if text else _candidates(row)
        if not options:
            st.caption(
                "No record of a fitting type is called nearly so. Find it by other words, make it, or import it."
            )
            return
        chosen = st.radio(
            "It means",
            list(options),
            format_func=lambda each: options.get(each, str(each)),
            key=f"pending_{row['pending_id']}",
        )
        if chosen is not None and st.button(
            f"Link {count(row['alike'], 'time')}" if row["alike"] > 1 else "Link", type="primary",
            icon=":material/add_link:", key="settle_pending",
        ):  # fmt: skip
            _settle(row["pending_id"], chosen)


def _settle(pending_id: int, to_id: int) -> None:
    try:
        settled = resolve_pending(served.lake(), pending_id, to_id)
    except XrmError as problem:
        say(problem)
        return
    st.session_state.pop("pending_rows", None)
    remember_toast(f"Settled {count(settled, 'link')}", "add_link")
    st.rerun()


def _candidates(row: dict[str, Any]) -> dict[int, str]:
    """Those of that name, else those called nearly so, with how well each fits."""
    told = told_apart(row["candidates"] or ())
    alike = row["scores"] or ()
    return {id: f"{text} :gray[· {score:.0%} alike]" for (id, text), score in zip(told.items(), alike, strict=True)}


def _found(row: dict[str, Any], text: str) -> dict[int, str]:
    """What a search finds among records of the types that are meant."""
    types = (row["to_type"] or "").split("|")
    hits = search(served.lake(), text, limit=20).iter_rows(named=True)
    return told_apart(hit["id"] for hit in hits if not types[0] or hit["type"] in types)
