"""What an import would do, and what it did: each record accounted for, what was refused, and the way back."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import served
import streamlit as st
from components.frame import card, say
from components.grid import table
from components.text import count, plain
from navigation import go_list
from views.reconciliation import reconciliation
from views.record_changes import take_back

from xrm_lake.errors import XrmError
from xrm_lake.ingest.rejects import export_rejects, list_rejects
from xrm_lake.model.results import FileResult, ImportResult
from xrm_lake.server.fault import Fault
from xrm_lake.server.running import Cut, Done, End, Failed

_COUNTS = ("counted", "new", "changed", "same", "rejected", "conflicts", "links", "pending")


def dry_run(result: ImportResult) -> None:
    """What would come of it, file by file."""
    _totals(result)
    with card("Dry run", "What would come of it; nothing was kept"):
        _files(result)
    _notes(result)


def outcome(end: End) -> None:
    """How the import ended."""
    match end:
        case Done(result):
            _kept(result)
        case Cut():
            st.info("The import was stopped. Nothing of it was kept.", icon=":material/stop_circle:")
        case Failed(Fault() as fault):
            st.error(plain(fault.message(), longest=500), icon=":material/error:")
        case Failed(problem) if isinstance(problem, XrmError):
            say(problem)


def _kept(result: ImportResult) -> None:
    st.success(
        f"Imported {count(len(result.files), 'file')}: {result.total('new'):,} new, {result.total('changed'):,} changed.",
        icon=":material/download_done:",
    )
    _totals(result)
    with card("Files"):
        _files(result)
    for file in result.files:
        _one(file)
    _notes(result)
    with st.container(horizontal=True):
        types = [file.type for file in result.files if served.lake().catalog.has_type(file.type)]
        for name in dict.fromkeys(types):
            if st.button(f"Open {plain(served.lake().catalog.type(name).plural).lower()}", key=f"open_{name}"):
                go_list(name)


def _totals(result: ImportResult) -> None:
    with st.grid("auto", min_column_width=130, gap="small"):
        for name, label in (("new", "New"), ("changed", "Changed"), ("same", "Same as before"), ("rejected", "Rejected"),
                            ("conflicts", "Conflicts"), ("links", "Links"), ("pending", "Waiting links")):  # fmt: skip
            st.metric(label, f"{result.total(name):,}", border=True)


def _files(result: ImportResult) -> None:
    rows = pl.DataFrame(
        [
            {"file": each.file, "type": each.type} | {name: getattr(each, name) for name in _COUNTS}
            for each in result.files
        ]
    )
    of = st.column_config
    columns: dict[str, object] = {"file": of.TextColumn("File"), "type": of.TextColumn("Type")}
    columns |= {name: of.NumberColumn(name.capitalize(), format="localized") for name in _COUNTS}
    columns["counted"] = of.NumberColumn("Records", format="localized")
    table(rows, columns, key="import_file_rows", alt="Files and what came of each", select=False)
    if all(file.accounted for file in result.files):
        st.caption(
            ":green[:material/verified:] Every record is accounted for: new, changed, same and rejected add up to what was counted."
        )
    else:
        st.warning("Not every record is accounted for. Please report this.", icon=":material/error:")


def _one(file: FileResult) -> None:
    if file.batch_id is None:
        return
    with st.container(horizontal=True, border=True, vertical_alignment="center"):
        st.markdown(f"**{plain(file.file)}** :gray[· batch {file.batch_id}]", width="stretch")
        if st.button(f"Undo batch {file.batch_id}", icon=":material/undo:", key=f"undo_import_{file.batch_id}"):
            take_back(file.batch_id)
    reconciliation(file.batch_id)
    rejects = served.remembered(list_rejects, file.batch_id)
    if rejects.is_empty():
        return
    with card(
        f"Rejects of {file.file}", "What could not be taken in, with its reason. Mend the download and import it again."
    ):
        of = st.column_config
        columns = {
            "record_no": of.NumberColumn("Record", format="%d"), "line_no": of.NumberColumn("Line", format="%d"),
            "column_name": of.TextColumn("Column"), "reason": of.TextColumn("Reason", width="large"), "raw": of.TextColumn("Text"),
        }  # fmt: skip
        table(rejects, columns, key=f"rejects_{file.batch_id}", alt="Rejected records", select=False, most=10)
        st.download_button(
            "Download the rejects as CSV", data=_drawer(file.batch_id), file_name=f"rejects-{file.batch_id}.csv", mime="text/csv",
            icon=":material/download:", key=f"download_rejects_{file.batch_id}", on_click="ignore",
        )  # fmt: skip


def _drawer(batch_id: int):
    """Written only when somebody asks for it."""

    def written() -> bytes:
        with TemporaryDirectory() as folder:
            out = Path(folder) / "rejects.csv"
            export_rejects(served.lake(), batch_id, out)
            return out.read_bytes()

    return written


def _notes(result: ImportResult) -> None:
    for file in result.files:
        for note in file.notes:
            st.caption(f":material/info: {plain(file.file)}: {plain(note, longest=400)}")
