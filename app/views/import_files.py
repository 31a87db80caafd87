"""The first step: which files, and the system they come from."""

from pathlib import Path
from typing import Any

import streamlit as st
from components.frame import card, say
from views.import_state import Wizard
from views.import_work import read

from xrm_lake.errors import XrmError
from xrm_lake.ingest.read.address import address_of

_ENDINGS = [
    "csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "json", "jsonl", "ndjson", "parquet", "db", "sqlite",
    "gz", "bz2", "xz", "zip",
]  # fmt: skip


def choose_files(state: Wizard) -> None:
    """Files dropped into the page, or named by a path."""
    left, right = st.columns(2, gap="small")
    with (
        left,
        card("Upload", "CSV, Excel, JSON, Parquet, SQLite, .gz or .zip; several at once, if they belong together"),
    ):
        sent = st.file_uploader(
            "Files", type=_ENDINGS, accept_multiple_files=True, label_visibility="collapsed",
            key=f"import_files_{state.version}",
        )  # fmt: skip
    with right, card("Or from this machine", "For large files: a file, a folder with files, or a database"):
        path = st.text_input(
            "Path", key="import_path", placeholder="/data/exports", label_visibility="collapsed",
            help="All tables of a folder and of the folders in it are taken in together. A database is named by its address,"
            " such as sqlite:///crm.db or postgresql://host/crm.",
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.text_input(
            "Source", key="import_source", placeholder="such as HubSpot; found out if left empty", width=300,
            help="The system the files come from. With a record's own id it tells whether a record is there already.",
        )  # fmt: skip
        if st.button("Read the files", type="primary", icon=":material/table_view:", key="import_read"):
            state.source = (source or "").strip() or None
            _read(state, sent or [], path)
    if state.problem is not None:
        say(state.problem)


def _read(state: Wizard, sent: list[Any], path: str | None) -> None:
    try:
        paths = _named(path)
    except XrmError as problem:
        say(problem)
        return
    if sent or paths:
        read(state, sent, paths)
        st.rerun()
    st.warning("Choose a file first, or name a path.", icon=":material/info:")


def _named(path: str | None) -> list[Path | str]:
    text = (path or "").strip()
    if not text:
        return []
    return [text] if address_of(text) else [Path(text).expanduser()]
