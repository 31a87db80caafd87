"""Records come from strangers: whatever a value holds, each form of a report shows it and obeys none of it."""

import json
import re
from datetime import date, datetime
from html.parser import HTMLParser
from io import BytesIO

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from xrm_lake.reports.markup import literal
from xrm_lake.reports.page import (
    Block,
    Chart,
    Column,
    Link,
    Metric,
    Note,
    Page,
    QualityNote,
    Section,
    Table,
    Text,
)
from xrm_lake.reports.render import render
from xrm_lake.reports.render.cell_width import cell_width

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

NASTY = (
    "<script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", "'\"><svg/onload=alert(1)>", "a|b||c", "`x` **b** _i_",
    "=HYPERLINK(\"http://evil\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\x1b[2J\x1b]0;x\x07", "\x00\x01",
    "\u202egnp.exe", "محمد علي", "👩‍💻🏳️‍🌈", "張偉" * 60, "x" * 5000, "word " * 900, "[a](javascript:alert(1))", "![i](http://evil/i.png)",
    "{{ 7*7 }}{% raw %}", "&lt;b&gt; &amp;", "# h", "- item", "1. item", "> q", "---", "http://evil.example www.evil.example", "",
    "]]>", "<!--", "a\nb\r\nc", "\\", "\\|", "$x$", "~~s~~", "NaN", "javascript:alert(1)", "datum.y", "a.b['c']",
)  # fmt: skip
TEXT = st.sampled_from(NASTY) | st.text(max_size=40)
TAGS = set(
    re.findall(
        r"\w+",
        """
        html head meta title style body main header footer div section h1 h2 h3 p span bdi i b small strong em code
        ul ol li a table thead tbody tfoot tr th td figure details summary svg defs clippath rect path g text line
        """,
    )
)
MARKDOWN_TAGS = set(re.findall(r"\w+", "h1 h2 h3 p strong em code ul ol li a table thead tbody tr th td blockquote"))


QUICKLY = settings(deadline=None, max_examples=60)


def hostile_page(a: str, b: str, c: str) -> Page:
    rows = pl.DataFrame({"name": [a, b, c], a + "url": [b, c, a], "n": [1, 2, None]})
    url = rows.columns[1]
    note = QualityNote(3, a, ((1, b),), 0.5, c, a)
    metrics = (
        Metric(b, 3, unit=c, num=1, den=2, note=note, delta=1, since=a, url=b),
        Metric(c, None, why=a or "too few", note=note),
    )
    columns = (Column("name", a, "link", url=url), Column("n", b, "number", unit=c, bar=True))
    blocks = (
        Section(a, metrics, "row"),
        Table(b, rows, columns, total={"name": c}, note=note),
        Table(c, rows.clear(), (Column("n", c),), empty=a),
        Text(f"{a}\n\n- {b}\n\n**{literal(c)}**"),
        Note("alert", b),
    )
    return _page(a, b, c, blocks)


def _page(a: str, b: str, c: str, blocks: tuple[Block, ...]) -> Page:
    made_at = datetime(2018, 1, 1)  # noqa: DTZ001
    links = (Link(a, b), Link(b, "/ok"))
    return Page("p", a, b, c, blocks, date(2018, 1, 1), made_at, links, "http://127.0.0.1:1")


PAGES = st.builds(hostile_page, TEXT, TEXT, TEXT)


class Tags(HTMLParser):
    """Every tag and attribute of a document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.shown += data


def assert_harmless(html: str) -> None:
    for tag, attributes in Tags(html).found:
        assert tag in TAGS
        assert not any(name.startswith("on") or name in ("src", "srcset", "xlink:href") for name in attributes)
        assert re.match(r"https?://", attributes.get("href") or "http://")
        assert "url" not in (attributes.get("style") or "")


@QUICKLY
@given(PAGES)
def test_html_holds_only_its_own_tags_and_web_links(page):
    html = render(page, "html")

    assert_harmless(html)
    html.encode()


@pytest.mark.parametrize("kind", ["bar", "line", "stacked", "funnel"])
def test_pictures_of_charts_hold_only_their_own_tags(kind):
    marks = pl.DataFrame({"datum['x']": NASTY, "y": [1.5] * len(NASTY), "s": [*NASTY[5:], *NASTY[:5]]})
    series = "" if kind in ("bar", "funnel") else "s"
    chart = Chart(NASTY[0], kind, marks, "datum['x']", "y", series, unit=NASTY[2], alt=NASTY[1])
    page = _page("", "", "", (chart,))

    assert_harmless(render(page, "html"))
    assert_text_is_tame(render(page, "text"))
    assert_no_formula(render(page, "xlsx"))


@QUICKLY
@given(PAGES)
def test_text_has_no_control_codes_and_fits(page):
    assert_text_is_tame(render(page, "text"))


def assert_text_is_tame(text: str) -> None:
    for line in text.split("\n"):
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", line)
        assert cell_width(line) <= 100


@QUICKLY
@given(PAGES)
def test_markdown_holds_only_its_own_markup(page):
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(render(page, "md"))
    for tag, attributes in Tags(html).found:
        assert tag in MARKDOWN_TAGS
        assert re.match(r"https?://", attributes.get("href") or "http://")
    assert html.count("<table>") == 2


@QUICKLY
@given(PAGES)
def test_json_holds_every_value_exactly(page):
    read = json.loads(render(page, "json"))
    table = read["blocks"][1]

    assert read["title"] == page.title
    assert table["rows"] == page.blocks[1].rows.to_dicts()


@settings(deadline=None, max_examples=20)
@given(PAGES)
def test_a_workbook_holds_no_formula_and_guards_what_looks_like_one(page):
    assert_no_formula(render(page, "xlsx"))


def assert_no_formula(drawn: bytes) -> None:
    for sheet in openpyxl.load_workbook(BytesIO(drawn)):
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f"
            if isinstance(cell.value, str) and re.match(r"\s*[=+\-@]", cell.value):
                assert cell.quotePrefix
            if cell.hyperlink and cell.hyperlink.target:
                assert cell.hyperlink.target.startswith("http")


def test_half_a_surrogate_breaks_no_form():
    page = hostile_page("ok", "fine", "good")
    broken = Page(page.name, "half \ud800", page.question, page.subtitle, page.blocks, page.as_of, page.made_at)

    for format in ("text", "md", "html", "json"):
        render(broken, format).encode()
    assert render(broken, "xlsx")
