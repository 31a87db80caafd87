"""
Reports as an e-mail file (.eml): opened in a mail program it is a draft to be addressed and sent.

Mail programs know neither style sheets nor SVG: styles stand on the elements, charts are pictures inside the message, and nothing is
loaded from elsewhere. The HTML stays below 100 KB, since some programs cut what is longer.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from xrm_lake.reports.page import Chart, Page
from xrm_lake.reports.render.cells import shorter
from xrm_lake.reports.render.chart_tables import cut
from xrm_lake.reports.render.drawn import Drawn, drawn_page
from xrm_lake.reports.render.marks import alt_text
from xrm_lake.reports.render.png import chart_png
from xrm_lake.reports.render.template import fill
from xrm_lake.reports.render.text import render_text
from xrm_lake.reports.render.visible import one_line

_WIDTH = 640
_LONGEST = 100_000
# Rows of a table that are shown: as many of these as the length of the message allows.
_CAPS = (12, 6, 3, 1)


@dataclass
class _Pictures:
    """The charts of a message, by their content id; all as wide as the text, since none stand side by side."""

    drawn: dict[str, bytes] = field(default_factory=dict)

    def __call__(self, chart: Chart, _width: int) -> Drawn:
        if chart.data.is_empty():
            return {"picture": "", "alt": "", "cut": ""}
        picture = chart_png(chart, width=_WIDTH)
        name = f"{sha256(picture).hexdigest()[:24]}@xrm-lake"
        self.drawn[name] = picture
        return {"picture": name, "alt": alt_text(chart), "cut": cut(chart)}


def mail_of(page: Page) -> EmailMessage:
    """A page as a message: plain text, HTML, and the charts as pictures; without sender and receivers."""
    html, pictures = _html(page)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(f"{page.title}, {page.as_of}")
    message["Date"] = format_datetime(page.made_at.replace(tzinfo=UTC))
    message["X-Unsent"] = "1"
    message.set_content(render_text(page))
    message.add_alternative(html, subtype="html")
    body = message.get_body(("html",))
    assert isinstance(body, EmailMessage)
    for name, content in pictures.items():
        body.add_related(content, "image", "png", cid=f"<{name}>", filename=f"{name[:8]}.png", disposition="inline")
    return message


def render_mail(page: Page) -> bytes:
    """
    A page as the bytes of an .eml file.

    The same page always gives the same bytes: what separates the parts is worked out from what they hold.
    """
    message = mail_of(page)
    _fix_boundaries(message)
    return message.as_bytes()


def _fix_boundaries(message: EmailMessage) -> None:
    """Make the marks between the parts follow from the parts, where they would be drawn at random."""
    for place, part in enumerate(each for each in message.walk() if each.is_multipart()):
        contents = "".join(str(each.get_payload()) for each in part.walk() if not each.is_multipart())
        part.set_boundary(f"=={sha256(contents.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}-{place}==")


def _html(page: Page) -> tuple[str, dict[str, bytes]]:
    for cap in _CAPS:
        pictures = _Pictures()
        cut_page = replace(page, blocks=tuple(shorter(block, cap) for block in page.blocks))
        drawn = drawn_page(cut_page, width=_WIDTH, pictures=pictures)
        html = fill("mail.html.j2", width=_WIDTH, title_text=drawn.pop("title"), **drawn)
        if len(html.encode()) <= _LONGEST:
            break
    return html, pictures.drawn
