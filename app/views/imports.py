"""Import: bring files in, see what each column means, try it, run it, settle what is left over."""

from pathlib import Path
from typing import Any

import served
import streamlit as st
from components.frame import calm, card, head, say
from components.text import count, plain
from views.import_mapping import mapping
from views.import_result import dry_run, outcome
from views.known_exports import known_exports
from views.pending_links import pending_links

from xrm_lake.errors import ImportRefused, XrmError
from xrm_lake.ingest.folder import gather
from xrm_lake.ingest.known_presets import known_presets
from xrm_lake.ingest.load import load_plans
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.ingest.read import read_files
from xrm_lake.ingest.read.address import address_of
from xrm_lake.ingest.recognise import plan_files
from xrm_lake.ingest.saved_mapping import saved_type, with_saved
from xrm_lake.model.results import ImportResult
from xrm_lake.store.jobs import list_jobs

_STEPS = ("Files", "Mapping", "Dry run", "Result")
_STATE = "_import"


def page() -> None:
    """The page; each step can be gone back to until something is written."""
    with head("Import", "Nothing is written before you have seen what would be."):
        if _state() and st.button("Start over", icon=":material/restart_alt:", key="import_restart"):
            st.session_state.pop(_STATE, None)
            st.rerun()
    tab_files, tab_pending, tab_known = st.tabs(
        ["Files", "Waiting links", "Known exports"], key="import_tabs", on_change="rerun"
    )
    if tab_known.open:
        with tab_known, calm():
            known_exports()
    if tab_pending.open:
        with tab_pending, calm():
            pending_links()
    if tab_files.open:
        with tab_files, calm():
            _steps()


def _steps() -> None:
    state = _state()
    step = state.get("step", 0)
    st.markdown(
        " :gray[›] ".join(
            f":primary[**{name}**]" if place == step else f":gray[{name}]" for place, name in enumerate(_STEPS)
        )
    )
    (_choose, _map, _try, _done)[step](state)


def _choose(state: dict[str, Any]) -> None:
    left, right = st.columns(2, gap="small")
    with (
        left,
        card("Upload", "CSV, Excel, JSON, Parquet, SQLite or a .zip of them; several at once, if they belong together"),
    ):
        sent = st.file_uploader(
            "Files", type=[
                "csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "json", "jsonl", "ndjson", "parquet", "db", "sqlite", "gz", "zip",
            ], accept_multiple_files=True,
            label_visibility="collapsed", key="import_files",
        )  # fmt: skip
    with right, card("Or from this machine", "The path of a file or a folder, or the address of a database"):
        path = st.text_input("Path", key="import_path", placeholder="/data/exports", label_visibility="collapsed")
        source = st.text_input(
            "Source", key="import_source", placeholder="such as HubSpot; found out if left empty",
            help="The system the files come from. With a record's own id it tells whether a record is there already.",
        )  # fmt: skip
    if st.button("Read the files", type="primary", icon=":material/table_view:", key="import_read"):
        with st.spinner("Reading, and working out what each column means …"):
            _read(state, sent, path, source)


def _read(state: dict[str, Any], sent: list[Any] | None, path: str | None, source: str | None) -> None:
    lake = served.lake()
    try:
        paths = [*_uploaded(sent or []), *_named(path)]
        if not paths:
            st.warning("Choose a file first, or name a path.", icon=":material/info:")
            return
        deliveries = read_files(paths, lake.landing)
        plans = plan_files(
            deliveries, lake.catalog, presets=known_presets(lake.path), source=source or None,
            saved_type=lambda item: saved_type(lake, item, source or None),
        )  # fmt: skip
        plans = with_saved(lake, plans)
    except XrmError as problem:
        say(problem)
        return
    state |= {"plans": plans, "deliveries": deliveries, "source": source or None, "told": {}, "step": 1}
    st.rerun()


def _uploaded(sent: list[Any]) -> list[Path]:
    """The uploads as files: they are read from the disk like any other."""
    folder = served.lake().path / "tmp" / "uploads" / str(st.session_state.get("_visit", 0))
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file in sent:
        # Only the last part of the name: an upload never says where it is put.
        path = folder / (Path(file.name).name or "upload")
        path.write_bytes(file.getbuffer())
        paths.append(path)
    return paths


def _named(path: str | None) -> list[str | Path]:
    if not path or not path.strip():
        return []
    if address_of(path.strip()):
        return [path.strip()]
    named = Path(path.strip()).expanduser()
    return [found.path for found in gather([named]).files] if named.is_dir() else [named]


def _map(state: dict[str, Any]) -> None:
    plans: list[FilePlan] = mapping(state)
    with st.container(horizontal=True):
        if st.button(
            "Try it", type="primary", icon=":material/science:", key="import_try", help="Does everything, keeps nothing"
        ):
            _dry_run(state, plans)
        if st.button("Back", icon=":material/arrow_back:", key="import_back_files"):
            state["step"] = 0
            st.rerun()


def _dry_run(state: dict[str, Any], plans: list[FilePlan]) -> None:
    bar = st.progress(0.0, text="Trying …")

    def show(what: str, done: int, total: int | None) -> None:
        bar.progress(min(1.0, done / total) if total else 0.0, text=plain(what))

    try:
        state["tried"] = load_plans(served.lake(), plans, dry_run=True, progress=show)
    except ImportRefused as problem:
        say(problem)
        return
    finally:
        bar.empty()
    state |= {"final": plans, "step": 2}
    st.rerun()


def _try(state: dict[str, Any]) -> None:
    tried: ImportResult = state["tried"]
    dry_run(tried)
    new = tried.total("new") + tried.total("changed")
    with st.container(horizontal=True):
        label = f"Import {count(new, 'record')}" if new else "Import"
        if st.button(label, type="primary", icon=":material/download_done:", key="import_run"):
            # The plans are carried out as they were tried.
            state["job"] = served.jobs().start("import", {"plans": state["final"]}, function=load_plans)
            state["step"] = 3
            st.rerun()
        if st.button("Back to the mapping", icon=":material/arrow_back:", key="import_back"):
            state["step"] = 1
            st.rerun()


def _done(state: dict[str, Any]) -> None:
    end = served.jobs().end(state["job"])
    if end is None:
        _running(state["job"])
        return
    outcome(end)


@st.fragment(run_every="0.7s")
def _running(job: int) -> None:
    if served.jobs().end(job) is not None:
        st.rerun()
    row = next((each for each in list_jobs(served.lake()).iter_rows(named=True) if each["job_id"] == job), None)
    if row is not None:
        share = min(1.0, row["done"] / row["total"]) if row["total"] else 0.0
        st.progress(share, text=plain(row["message"] or "Importing …"))
    if st.button("Stop", icon=":material/stop_circle:", key="import_stop", help="Nothing is kept then"):
        with calm():
            served.jobs().stop(job)


def _state() -> dict[str, Any]:
    state: dict[str, Any] = st.session_state.setdefault(_STATE, {})
    return state
