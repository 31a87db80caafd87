"""The last step: what was kept, what was refused and how to mend it, what waits for an answer, and the way back."""

from pathlib import Path
from tempfile import TemporaryDirectory

import served
import streamlit as st
from components.frame import card, remember_toast, say
from components.grid import table, texts
from components.text import count, plain
from navigation import go_list
from views.import_account import accounts, gains, left_out, notes, totals
from views.import_state import Wizard
from views.import_work import read
from views.reconciliation import reconciliation
from views.record_changes import take_back

from xrm_lake.errors import XrmError
from xrm_lake.ingest.rejects import MENDED, export_rejects, list_rejects
from xrm_lake.model.results import FileResult, ImportResult
from xrm_lake.server.fault import Fault
from xrm_lake.server.running import Cut, Done, Failed
from xrm_lake.store.undo import undo


def outcome(state: Wizard) -> None:
    """How the import ended."""
    match state.end:
        case Done(result):
            _kept(state, result)
        case Cut():
            st.info("The import was stopped. Nothing of it was kept.", icon=":material/stop_circle:")
        case Failed(Fault() as fault):
            st.error(plain(fault.message(), longest=500), icon=":material/error:")
        case Failed(problem) if isinstance(problem, XrmError):
            say(problem)


def _kept(state: Wizard, result: ImportResult) -> None:
    told = f"{result.total('new'):,} new, {result.total('changed'):,} changed"
    st.success(f"Imported {count(len(result.files), 'file')}: {told}.", icon=":material/download_done:")
    totals(result)
    with card("Files"):
        accounts(result)
        _ways_on(result)
    gains(result)
    left_out(result)
    _open_questions(result)
    for file in result.files:
        _rejects(state, file)
    _batches(result)
    notes(result)


def _ways_on(result: ImportResult) -> None:
    types = [file.type for file in result.files if served.lake().catalog.has_type(file.type)]
    with st.container(horizontal=True):
        for name in list(dict.fromkeys(types))[:8]:
            if st.button(f"Open {plain(served.lake().catalog.type(name).plural).lower()}", key=f"open_{name}"):
                go_list(name)


def _open_questions(result: ImportResult) -> None:
    """What waits for an answer, and where it is given."""
    waiting, conflicts, held = result.total("pending"), result.total("conflicts"), result.total("held")
    ways = (
        (waiting, f"Settle {count(waiting, 'waiting link')}", "link", "to_pending", "Waiting links"),
        (conflicts, f"Answer {count(conflicts, 'conflict')}", "rule", "to_conflicts", "Conflicts"),
        (held, f"Look at {count(held, 'row')} held back", "pause_circle", "to_held", "Held back"),
    )
    with st.container(horizontal=True):
        for waits, said, icon, key, tab in ways:
            if waits and st.button(said, icon=f":material/{icon}:", key=key, on_click=_go, args=(tab,)):
                st.rerun()


def _go(tab: str) -> None:
    st.session_state["import_tabs"] = tab


def _rejects(state: Wizard, file: FileResult) -> None:
    if file.batch_id is None:
        return
    rejects = served.remembered(list_rejects, file.batch_id)
    if rejects.is_empty():
        return
    with card(
        f"Not taken in as it stood: {file.file}",
        "Each record or cell with its reason and its text; mended ones came in",
    ):
        of = st.column_config
        columns = {
            "record_no": of.NumberColumn("Record", format="%d", width=72), "line_no": of.NumberColumn("Line", format="%d", width=64),
            **texts([("column_name", "Column")]), "reason": of.TextColumn("Reason", width="large"), **texts([("raw", "Text")]),
        }  # fmt: skip
        table(rejects, columns, key=f"rejects_{file.batch_id}", alt="Rejected records", select=False, most=10)
        if any(not reason.startswith(MENDED) for reason in rejects["reason"]):
            _mend(state, file.batch_id)


def _mend(state: Wizard, batch_id: int) -> None:
    """The rejects as a file with the reason beside each, and the way back in for that file."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for name, ending in (("Excel", "xlsx"), ("CSV", "csv")):
            st.download_button(
                f"Download the rejects as {name}", data=_drawer(batch_id, ending), file_name=f"rejects-{batch_id}.{ending}",
                icon=":material/download:", key=f"download_{ending}_{batch_id}", on_click="ignore",
            )  # fmt: skip
        with st.popover("Bring the mended file in", icon=":material/healing:"):
            st.caption("It is read as this import was; its rows take the place of those that were refused.")
            sent = st.file_uploader("The mended file", type=["xlsx", "csv", "tsv", "txt"], key=f"mended_{batch_id}")
            if sent is not None and st.button("Read it", type="primary", key=f"read_mended_{batch_id}"):
                state.step = 0
                read(state, [sent], [])
                st.rerun()


def _drawer(batch_id: int, ending: str):
    """Written only when somebody asks for it."""

    def written() -> bytes:
        # Within the lake, where people's data belongs, and removed also if the writing fails.
        above = served.lake().path / "tmp"
        above.mkdir(exist_ok=True)
        with TemporaryDirectory(prefix="rejects-", dir=above, ignore_cleanup_errors=True) as folder:
            out = Path(folder) / f"rejects.{ending}"
            export_rejects(served.lake(), batch_id, out)
            return out.read_bytes()

    return written


def _batches(result: ImportResult) -> None:
    """The way back, for each file and for all."""
    batches = [(file.file, file.batch_id) for file in result.files if file.batch_id is not None]
    with card(
        "File by file",
        "Hold it against the lake, or take it back, now or later from History; what was changed meanwhile stays, and is listed",
    ):
        if len(batches) > 1 and st.button(
            f"Undo all {len(batches)} files", icon=":material/undo:", key="undo_import_all"
        ):
            _undo_all([batch for _, batch in batches])
        for name, batch in batches:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{plain(name)} :gray[· batch {batch}]", width="stretch")
                if st.button(
                    f"Undo batch {batch}", icon=":material/undo:", key=f"undo_import_{batch}", type="tertiary"
                ):
                    take_back(batch)
            reconciliation(batch)


def _undo_all(batches: list[int]) -> None:
    taken = 0
    # What came last goes first: it may rest on what came before.
    for batch in reversed(batches):
        try:
            taken += undo(served.lake(), batch).withdrawn
        except XrmError as problem:
            say(problem)
            return
    remember_toast(f"Undid {count(len(batches), 'file')}: {count(taken, 'record')} withdrawn", "undo")
    st.rerun()
