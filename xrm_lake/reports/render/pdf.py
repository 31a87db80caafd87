"""Reports as PDF on A4: the printed form of the HTML page, made without a browser and without asking anybody for anything."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING

from xrm_lake.errors import Misuse
from xrm_lake.reports.page import Page
from xrm_lake.reports.render.cells import shorter
from xrm_lake.reports.render.html import render_html

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

_EPOCH = "SOURCE_DATE_EPOCH"
_ONE_AT_A_TIME = Lock()
# How a page is made to fit on one sheet: how large it is drawn, and how many rows of a table are shown at most (0: its own number).
_FITS = ((1.0, 0), (0.9, 0), (0.82, 0), (0.82, 5), (0.82, 3), (0.7, 1))
# Paper of this size in millimetres, drawn smaller, comes out as A4.
_SIZE = "@page {{ size: {width:.2f}mm {height:.2f}mm !important; }}\n"
_SPARK = re.compile(r'<svg class="spark (better|worse|)".*?</svg>', re.DOTALL)
_PAINT = {"better": "#1e7f4f", "worse": "#b3261e", "": "#5c6966"}
# One file a weight: two faces of one family and weight, each with a part of the letters, would be mixed up.
_FONTS = {400: "inter-regular.woff2", 600: "inter-semibold.woff2"}
_FACE = "@font-face {{ font-family: Inter; font-weight: {weight}; src: url({address}); }}\n"


def render_pdf(page: Page) -> bytes:
    """
    A page as PDF, with the number of each sheet and its title at the foot; links stay links. One that belongs on one sheet is drawn
    smaller, and if that is not enough with fewer rows of its tables, until it fits.

    The same page always gives the same bytes. Raises Misuse where the Pango library, which sets the text, is not installed.
    """
    try:
        from weasyprint import HTML
    except OSError as problem:
        raise Misuse(
            "PDF needs the Pango library, which is not installed here. Install it (Debian: apt-get install libpango-1.0-0"
            " libpangoft2-1.0-0 libharfbuzz-subset0; macOS: brew install pango), or take --as html and print it from a browser."
        ) from problem
    with _stamped(page.made_at):
        for scale, cap in _FITS if page.one_sheet else _FITS[:1]:
            html = render_html(
                replace(page, blocks=tuple(shorter(block, cap) for block in page.blocks)) if cap else page
            )
            sheets, fonts = _style(scale, is_tight=page.one_sheet)
            document = HTML(string=_painted(html), url_fetcher=_nothing).render(stylesheets=sheets, font_config=fonts)
            if len(document.pages) == 1:
                break
        drawn: bytes = document.write_pdf(zoom=scale, pdf_identifier=sha256(html.encode()).digest()[:16])
    return drawn


def _painted(html: str) -> str:
    """A picture on paper does not know the colour of the words around it: sparklines are given theirs."""
    return _SPARK.sub(lambda found: found[0].replace("currentColor", _PAINT[found[1]]), html)


@contextmanager
def _stamped(made_at: datetime) -> Iterator[None]:
    """Fonts that are cut down to the letters in use bear a time: that of the page, as reproducible builds have it."""
    with _ONE_AT_A_TIME:
        before = os.environ.get(_EPOCH)
        os.environ[_EPOCH] = str(int(made_at.replace(tzinfo=UTC).timestamp()))
        try:
            yield
        finally:
            if before is None:
                del os.environ[_EPOCH]
            else:
                os.environ[_EPOCH] = before


def _nothing(url: str, *_: object, **__: object) -> dict[str, object]:
    """A report loads nothing: neither from the network nor from this machine."""
    raise ValueError(f"A report does not load {url[:40]!r}.")


@cache
def _style(scale: float, *, is_tight: bool) -> "tuple[list[CSS], FontConfiguration]":
    """The rules for paper that is to be drawn at a scale, and the font that comes with them."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    here = files("xrm_lake.reports.render")
    fonts = FontConfiguration()
    faces = "".join(_FACE.format(weight=weight, address=_data(name)) for weight, name in _FONTS.items())
    face = CSS(string=faces, font_config=fonts)
    names = ("pdf.css", "one_sheet.css") if is_tight else ("pdf.css",)
    rules = [CSS(string=(here / "page_html" / name).read_text(encoding="utf-8")) for name in names]
    return [face, *rules, CSS(string=_SIZE.format(width=210 / scale, height=297 / scale))], fonts


def _data(name: str) -> str:
    from base64 import b64encode

    content = (files("xrm_lake.reports.render") / "fonts" / name).read_bytes()
    return f"data:font/woff2;base64,{b64encode(content).decode()}"
