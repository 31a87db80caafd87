"""Renderers: the forms a report can take. To add one: write its file, list it here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xrm_lake.errors import UnknownName

if TYPE_CHECKING:
    from xrm_lake.reports.page import Page


@dataclass(frozen=True)
class Format:
    """One form of a report: its name, the suffix of its files, its media type, and who draws it."""

    name: str
    suffix: str
    media_type: str
    draw: "Callable[[Page], str | bytes]"


def render(page: "Page", format: str) -> str | bytes:
    """
    A page in one of the FORMATS: text, or bytes for XLSX, PDF and mail.

    The same page always gives the same answer. Raises UnknownName for another format.
    """
    for each in FORMATS:
        if each.name == format:
            return each.draw(page)
    raise UnknownName("report format", format, [each.name for each in FORMATS])


def _text(page: "Page") -> str:
    from xrm_lake.reports.render.text import render_text

    return render_text(page)


def _markdown(page: "Page") -> str:
    from xrm_lake.reports.render.markdown import render_markdown

    return render_markdown(page)


def _html(page: "Page") -> str:
    from xrm_lake.reports.render.html import render_html

    return render_html(page)


def _json(page: "Page") -> str:
    from xrm_lake.reports.render.json import render_json

    return render_json(page)


def _xlsx(page: "Page") -> bytes:
    from xrm_lake.reports.render.xlsx import render_xlsx

    return render_xlsx(page)


def _pdf(page: "Page") -> bytes:
    from xrm_lake.reports.render.pdf import render_pdf

    return render_pdf(page)


def _mail(page: "Page") -> bytes:
    from xrm_lake.reports.render.mail import render_mail

    return render_mail(page)


FORMATS: tuple[Format, ...] = (
    Format("text", ".txt", "text/plain; charset=utf-8", _text),
    Format("md", ".md", "text/markdown; charset=utf-8", _markdown),
    Format("html", ".html", "text/html; charset=utf-8", _html),
    Format("json", ".json", "application/json", _json),
    Format("xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    Format("pdf", ".pdf", "application/pdf", _pdf),
    Format("eml", ".eml", "message/rfc822", _mail),
)
