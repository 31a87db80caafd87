"""The long parts of an import, done in the background: reading and planning, the dry run, the import itself."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import served
import streamlit as st
from components.frame import calm
from components.text import plain
from views.import_state import Wizard

from xrm_lake.errors import Refused, XrmError
from xrm_lake.ingest.again import import_held
from xrm_lake.ingest.load import load_planned
from xrm_lake.ingest.plan import Planned
from xrm_lake.ingest.prepare import Prepared, prepare
from xrm_lake.server.fault import Fault
from xrm_lake.server.running import Cut, Done, End, Failed
from xrm_lake.store.jobs import list_jobs

_WORDS = {"read": "Reading, and working out what each column means", "try": "Trying", "run": "Importing"}


def read(state: Wizard, sent: list[Any], paths: list[Path]) -> None:
    """Begin to read files: uploads, and those named by their paths."""
    folder, uploads = _kept(sent)
    named = {"paths": [*uploads, *paths], "source": state.source, "propose": state.propose}
    _begin(state, "read", named, prepare, afterwards=lambda: shutil.rmtree(folder, ignore_errors=True))


def try_it(state: Wizard, planned: Planned) -> None:
    """Begin the dry run."""
    state.final = planned
    _begin(state, "try", {"planned": planned, "terms": state.terms, "dry_run": True}, load_planned)


def run(state: Wizard) -> None:
    """Begin the import, as it was tried."""
    _begin(state, "run", {"planned": state.final, "terms": state.terms}, load_planned)


def take(state: Wizard, batch_id: int, **chosen: Any) -> None:
    """Begin to bring in rows that an earlier import held back."""
    _begin(state, "run", {"batch_id": batch_id, **chosen}, import_held)


def work(state: Wizard) -> None:
    """Show how far it is, and go on to the next step when it is done."""
    assert state.job is not None
    end = served.jobs().end(state.job)
    if end is None:
        _watch(state.job, _WORDS[state.doing])
        return
    state.job = None
    _arrive(state, end)
    st.rerun()


def _begin(
    state: Wizard,
    doing: str,
    named: dict[str, Any],
    function: Callable[..., Any],
    *,
    afterwards: Callable[[], None] | None = None,
) -> None:
    state.problem = None
    state.doing = doing
    state.job = served.jobs().start("import", named, function=function, afterwards=afterwards)


def _arrive(state: Wizard, end: End) -> None:
    if state.doing == "run":
        state.end, state.step = end, 3
        return
    match end:
        case Done(Prepared() as prepared):
            state.prepared, state.planned, state.step = prepared, prepared.planned, 1
            state.shown, state.codes = 0, {}
        case Done(result):
            state.tried, state.step = result, 2
        case Failed(XrmError() as problem):
            state.problem = problem
        case Failed(Fault() as fault):
            state.problem = Refused(fault.message())
        case Cut():
            state.problem = None


def _kept(sent: list[Any]) -> tuple[Path, list[Path]]:
    """The uploads as files: they are read from the disk like any other."""
    above = served.lake().path / "tmp"
    above.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="upload-", dir=above))
    paths = []
    for place, file in enumerate(sent, 1):
        # Only the last part of the name: an upload never says where it is put. Each in a folder of its own: two may have one name.
        path = folder / str(place) / (Path(file.name).name or "upload")
        path.parent.mkdir()
        path.write_bytes(file.getbuffer())
        paths.append(path)
    return folder, paths


@st.fragment(run_every="0.5s")
def _watch(job: int, words: str) -> None:
    if served.jobs().end(job) is not None:
        st.rerun()
    row = next((each for each in list_jobs(served.lake()).iter_rows(named=True) if each["job_id"] == job), None)
    total = row["total"] if row is not None else None
    share = min(1.0, row["done"] / total) if row is not None and total else 0.0
    said = (row["message"] if row is not None else "") or ""
    with st.container(border=True, key="import_working"):
        st.progress(share, text=f"**{words} …** :gray[{plain(said)}]")
        if st.button("Stop", icon=":material/stop_circle:", key="import_stop", help="Nothing is kept then"):
            with calm():
                served.jobs().stop(job)
