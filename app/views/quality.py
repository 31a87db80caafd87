"""Quality report: the week before and after, to read and to take along."""

import served
import streamlit as st
from components import blocks
from components.frame import calm, head
from views.reports import downloads

from xrm_lake.reports.build import build_report
from xrm_lake.reports.page import Page


def page() -> None:
    """The page."""
    report: Page = served.remembered(build_report, "quality")
    with head(report.title, f"{report.question} {report.subtitle}"), st.container(horizontal=True):
        downloads(report)
    with calm():
        blocks.draw(report)
