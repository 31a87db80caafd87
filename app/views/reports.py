"""Reports: read one, choose its day, take it along."""

from datetime import date

import served
import streamlit as st
from components import blocks
from components.frame import calm, head
from components.text import plain

from xrm_lake.reports.build import REPORTS, build_report
from xrm_lake.reports.page import Page
from xrm_lake.reports.render import FORMATS, render

_WORDS = {
    "html": "HTML page", "md": "Markdown", "json": "JSON", "xlsx": "Excel workbook", "text": "Plain text", "pdf": "PDF",
    "eml": "E-mail draft",
}  # fmt: skip


def page() -> None:
    """The page; the address names the report."""
    names = {report.name: report for report in REPORTS}
    asked = st.query_params.get("name")
    bar = st.container(horizontal=True, vertical_alignment="center", gap="small", key="report_choice")
    with bar:
        chosen = st.segmented_control(
            "Report", list(names), default=asked if asked in names else REPORTS[0].name, required=True, key="report_name",
            format_func=lambda name: names[name].title, label_visibility="collapsed",
        )  # fmt: skip
    st.query_params["name"] = chosen
    slot = st.container()
    with bar:
        options = _options(names[chosen].options)
    with calm():
        report: Page = served.remembered(build_report, chosen, **options)
        with slot, head(report.title, f"{report.question} {report.subtitle}"):
            downloads(report)
        blocks.draw(report)


def _options(taken: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    st.space("stretch")
    st.caption("As of", width="content")
    as_of: date | None = st.date_input(
        "As of", None, key="as_of", format="YYYY-MM-DD", width=170, label_visibility="collapsed"
    )
    if as_of:
        found["as_of"] = as_of
    staged = {item.name: item for item in served.lake().catalog.active_types if item.stages}
    if "type" in taken and len(staged) > 1:
        found["type"] = st.selectbox(
            "Of", list(staged), key="report_type", format_func=lambda name: staged[name].plural, width=200,
            label_visibility="collapsed",
        )  # fmt: skip
    return found


def downloads(report: Page) -> None:
    """A button from which the report can be taken along in every form."""
    with st.popover("Download", icon=":material/download:", key="downloads"):
        for form in FORMATS:
            st.download_button(
                _WORDS.get(form.name, form.name), data=_drawer(report, form.name), mime=form.media_type, width="stretch",
                file_name=f"{plain(report.name)}-{report.as_of}{form.suffix}", key=f"download_{form.name}", on_click="ignore",
            )  # fmt: skip


def _drawer(report: Page, name: str):
    """Drawn only when somebody asks for it."""

    def drawn() -> bytes:
        content = render(report, name)
        return content.encode("utf-8") if isinstance(content, str) else content

    return drawn
