"""Records to take along: those of a list in a form that comes back exactly, or the whole lake."""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import served
import streamlit as st
from components.text import count

from xrm_lake.model.entity_type import EntityType
from xrm_lake.reports.export import export_type
from xrm_lake.reports.export_all import export_all

_FORMS = {"csv": "CSV", "xlsx": "Excel workbook", "parquet": "Parquet", "jsonl": "JSON lines"}


def export_menu(entity_type: EntityType, where: str, total: int) -> None:
    """The records that meet the condition, with their links; and a way to take all there is."""
    name = entity_type.name
    with st.popover("Export", icon=":material/download:", key="export_menu"):
        st.caption(
            f"{count(total, 'record')} with their links. Edited and brought in again, exactly the edited cells change."
        )
        for form, label in _FORMS.items():
            st.download_button(
                label, data=_written(lambda at, form=form: export_type(served.lake(), name, out=at, format=form, where=where or None), form),
                file_name=f"{name}.{form}", width="stretch", key=f"export_{form}", on_click="ignore",
            )  # fmt: skip
        st.download_button(
            "The whole lake (zip of CSV)", data=_whole, file_name="lake.zip", mime="application/zip", width="stretch", key="export_all",
            on_click="ignore", type="tertiary",
        )  # fmt: skip


def _written(write: Callable[[Path], object], ending: str) -> Callable[[], bytes]:
    """Written only when somebody asks for it: within the lake, where people's data belongs, and removed also if it fails."""

    def drawn() -> bytes:
        with TemporaryDirectory(prefix="export-", dir=_room(), ignore_cleanup_errors=True) as folder:
            out = Path(folder) / f"export.{ending}"
            write(out)
            return out.read_bytes()

    return drawn


def _whole() -> bytes:
    with TemporaryDirectory(prefix="export-", dir=_room(), ignore_cleanup_errors=True) as folder:
        out = Path(folder) / "lake"
        export_all(served.lake(), out=out)
        return Path(shutil.make_archive(str(out), "zip", out)).read_bytes()


def _room() -> Path:
    room = served.lake().path / "tmp"
    room.mkdir(exist_ok=True)
    return room
