"""
Reports as one HTML file: no script, no request, by day and by night, on a phone and on A4.

Each block becomes plain values here; the template only lays them out and escapes every one of them.
"""

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from xrm_lake.reports.markup import Listing, Paragraph, Span, parse
from xrm_lake.reports.page import Block, Chart, Metric, Note, Page, QualityNote, Section, Table, Text
from xrm_lake.reports.render.cells import draw_table
from xrm_lake.reports.render.chart_tables import chart_table, cut
from xrm_lake.reports.render.figures import change, counted, figure
from xrm_lake.reports.render.look import night_css
from xrm_lake.reports.render.spark import spark_paths
from xrm_lake.reports.render.svg import chart_svg
from xrm_lake.reports.render.visible import address, one_line

if TYPE_CHECKING:
    from jinja2 import Template

Drawn = dict[str, Any]

_WIDE, _HALF, _NARROW = 930, 440, 320
_WORDS = {"info": "Note", "caveat": "Caveat", "alert": "Alert"}


def render_html(page: Page) -> str:
    """A page as one self-contained HTML document."""
    links = [(one_line(link.label), address(link.url, page.base_url)) for link in page.links]
    return _template().render(
        title=one_line(page.title),
        question=one_line(page.question),
        subtitle=one_line(page.subtitle),
        as_of=str(page.as_of),
        made_at=figure(page.made_at),
        links=[{"label": label, "url": url} for label, url in links if url],
        blocks=[_block(block, page, _WIDE) for block in page.blocks],
        css=_safe(_read("report.css") + night_css()),
    )


def _block(block: Block, page: Page, width: int) -> Drawn:
    match block:
        case Section():
            return _section(block, page, width)
        case Metric():
            return _metric(block, page)
        case Table():
            return _table(block, page)
        case Chart():
            return _chart(block, width)
        case Text():
            return {"kind": "text", "parts": [_prose(part) for part in parse(block.markdown)]}
        case Note():
            text = one_line(block.text, longest=2000)
            return {"kind": "note", "level": block.level, "word": _WORDS[block.level], "text": text}


def _section(section: Section, page: Page, width: int) -> Drawn:
    is_row = section.layout == "row"
    of_metrics = is_row and all(isinstance(block, Metric) for block in section.blocks)
    inner = _HALF if is_row and len(section.blocks) > 1 else width
    return {
        "kind": "section",
        "title": one_line(section.title),
        "layout": "row metrics" if of_metrics else section.layout,
        "blocks": [_block(block, page, inner) for block in section.blocks],
    }


def _metric(metric: Metric, page: Page) -> Drawn:
    with_unit = metric.kind == "percent" or metric.value is None
    return {
        "kind": "metric",
        "label": one_line(metric.label),
        "value": "" if metric.value is None else figure(metric.value, metric.kind),
        "unit": "" if with_unit else one_line(metric.unit),
        "why": one_line(metric.why),
        "change": change(metric),
        "arrow": _arrow(change(metric)),
        "judged": {True: "better", False: "worse", None: ""}[metric.delta_is_good],
        "since": one_line(metric.since),
        "counted": counted(metric),
        "spark": spark_paths(metric.spark, width=96, height=34),
        "url": address(metric.url, page.base_url),
        "note": _sentence(metric.note),
    }


def _table(table: Table, page: Page) -> Drawn:
    return {
        "kind": "table",
        "title": one_line(table.title),
        "table": None if table.rows.is_empty() else draw_table(table, base_url=page.base_url),
        "empty": one_line(table.empty),
        "note": _sentence(table.note),
    }


def _chart(chart: Chart, width: int) -> Drawn:
    is_empty = chart.data.is_empty()
    return {
        "kind": "chart",
        "title": one_line(chart.title),
        "unit": one_line(chart.unit),
        "table": None if is_empty else draw_table(chart_table(chart, bars=False)),
        "wide": "" if is_empty else _safe(chart_svg(chart, width=width)),
        "narrow": "" if is_empty else _safe(chart_svg(chart, width=_NARROW)),
        "cut": cut(chart),
        "empty": one_line(chart.empty),
        "note": _sentence(chart.note),
    }


def _prose(part: Paragraph | Listing) -> Drawn:
    if isinstance(part, Paragraph):
        return {"spans": [_span(span) for span in part.spans]}
    return {"entries": [[_span(span) for span in item] for item in part.items], "ordered": part.ordered}


def _span(span: Span) -> Drawn:
    text = one_line(f"\u2060{span.text}\u2060", longest=20_000).replace("\u2060", "")
    return {"text": text, "style": span.style, "url": address(span.url)}


def _sentence(note: QualityNote | None) -> str:
    return one_line(note.sentence(), longest=600) if note else ""


def _arrow(moved: str) -> str:
    return {"+": "↑", "-": "↓"}.get(moved[:1], "")


def _safe(text: str) -> str:
    from markupsafe import Markup

    return Markup(text)


def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=False)
    return environment.from_string(_read("page.html.j2"))


def _read(name: str) -> str:
    return (files("xrm_lake.reports.render") / "page_html" / name).read_text(encoding="utf-8")
