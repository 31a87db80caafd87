"""Blocks as plain values, before a template lays them out: what a page and a mail have in common."""

from collections.abc import Callable
from typing import Any

from xrm_lake.reports.markup import Listing, Paragraph, Span, parse
from xrm_lake.reports.page import Block, Chart, Metric, Note, Page, QualityNote, Section, Table, Text
from xrm_lake.reports.render.cells import draw_table
from xrm_lake.reports.render.figures import change, counted, figure, judged
from xrm_lake.reports.render.spark import spark_paths
from xrm_lake.reports.render.visible import address, one_line

Drawn = dict[str, Any]
# Draws a chart for a place of so many pixels.
Pictures = Callable[[Chart, int], Drawn]

_HALF = 440
_WORDS = {"info": "Note", "caveat": "Caveat", "alert": "Alert"}


def drawn_page(page: Page, *, width: int, pictures: Pictures) -> Drawn:
    """Everything that a template shows of a page: each text on one line, each address absolute or none."""
    links = [(one_line(link.label), address(link.url, page.base_url)) for link in page.links]
    return {
        "title": one_line(page.title),
        "question": one_line(page.question),
        "subtitle": one_line(page.subtitle),
        "as_of": str(page.as_of),
        "made_at": figure(page.made_at),
        "links": [{"label": label, "url": url} for label, url in links if url],
        "blocks": [_block(block, page, width, pictures) for block in page.blocks],
    }


def sentence(note: QualityNote | None) -> str:
    """A quality note on one line; "" for none."""
    return one_line(note.sentence(), longest=600) if note else ""


def _block(block: Block, page: Page, width: int, pictures: Pictures) -> Drawn:
    match block:
        case Section():
            return _section(block, page, width, pictures)
        case Metric():
            return _metric(block, page)
        case Table():
            return _table(block, page)
        case Chart():
            return _chart(block, width, pictures)
        case Text():
            return {"kind": "text", "parts": [_prose(part) for part in parse(block.markdown)]}
        case Note():
            text = one_line(block.text, longest=2000)
            return {"kind": "note", "level": block.level, "word": _WORDS[block.level], "text": text}


def _section(section: Section, page: Page, width: int, pictures: Pictures) -> Drawn:
    is_row = section.layout == "row"
    of_metrics = is_row and all(isinstance(block, Metric) for block in section.blocks)
    inner = min(_HALF, width) if is_row and len(section.blocks) > 1 else width
    return {
        "kind": "section",
        "title": one_line(section.title),
        "layout": "row metrics" if of_metrics else section.layout,
        "blocks": [_block(block, page, inner, pictures) for block in section.blocks],
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
        "said": judged(metric),
        "since": one_line(metric.since),
        "counted": counted(metric),
        "spark": spark_paths(metric.spark, width=96, height=34),
        "url": address(metric.url, page.base_url),
        "note": sentence(metric.note),
    }


def _table(table: Table, page: Page) -> Drawn:
    return {
        "kind": "table",
        "title": one_line(table.title),
        "table": None if table.rows.is_empty() else draw_table(table, base_url=page.base_url),
        "empty": one_line(table.empty),
        "note": sentence(table.note),
    }


def _chart(chart: Chart, width: int, pictures: Pictures) -> Drawn:
    return {
        "kind": "chart",
        "title": one_line(chart.title),
        "unit": one_line(chart.unit),
        "empty": one_line(chart.empty),
        "note": sentence(chart.note),
        **pictures(chart, width),
    }


def _prose(part: Paragraph | Listing) -> Drawn:
    if isinstance(part, Paragraph):
        return {"spans": [_span(span) for span in part.spans]}
    return {"entries": [[_span(span) for span in item] for item in part.items], "ordered": part.ordered}


def _span(span: Span) -> Drawn:
    text = one_line(f"\u2060{span.text}\u2060", longest=20_000).replace("\u2060", "")
    return {"text": text, "style": span.style, "url": address(span.url)}


def _arrow(moved: str) -> str:
    return {"+": "↑", "-": "↓"}.get(moved[:1], "")
