"""Reports as PDF on A4: the printed form of the HTML page, made without a browser and without asking anybody for anything."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING

from xrm_lake.errors import Misuse
from xrm_lake.reports.page import Page
from xrm_lake.reports.render.html import render_html

if TYPE_CHECKING:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

_EPOCH = "SOURCE_DATE_EPOCH"
_ONE_AT_A_TIME = Lock()
_SPARK = re.compile(r'<svg class="spark (better|worse|)".*?</svg>', re.DOTALL)
_PAINT = {"better": "#1e7f4f", "worse": "#b3261e", "": "#5c6966"}
# One file a weight: two faces of one family and weight, each with a part of the letters, would be mixed up.
_FONTS = {400: "inter-regular.woff2", 600: "inter-semibold.woff2"}
_FACE = "@font-face {{ font-family: Inter; font-weight: {weight}; src: url({address}); }}\n"


def render_pdf(page: Page) -> bytes:
    """
    A page as PDF, with the number of each sheet and its title at the foot; links stay links.

    The same page always gives the same bytes. Raises Misuse where the Pango library, which sets the text, is not installed.
    """
    html = render_html(page)
    try:
        from weasyprint import HTML
    except OSError as problem:
        raise Misuse(
            "PDF needs the Pango library, which is not installed here. Install it (Debian: apt-get install libpango-1.0-0"
            " libpangoft2-1.0-0 libharfbuzz-subset0; macOS: brew install pango), or take --as html and print it from a browser."
        ) from problem
    sheets, fonts = _style()
    with _stamped(page.made_at):
        drawn: bytes = HTML(string=_painted(html), url_fetcher=_nothing).write_pdf(
            stylesheets=sheets, font_config=fonts, pdf_identifier=sha256(html.encode()).digest()[:16]
        )
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
def _style() -> "tuple[list[CSS], FontConfiguration]":
    """The rules for paper, and the font that comes with them."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    here = files("xrm_lake.reports.render")
    fonts = FontConfiguration()
    faces = "".join(_FACE.format(weight=weight, address=_data(name)) for weight, name in _FONTS.items())
    face = CSS(string=faces, font_config=fonts)
    return [face, CSS(string=(here / "page_html" / "pdf.css").read_text(encoding="utf-8"))], fonts


def _data(name: str) -> str:
    from base64 import b64encode

    content = (files("xrm_lake.reports.render") / "fonts" / name).read_bytes()
    return f"data:font/woff2;base64,{b64encode(content).decode()}"
