"""Reports as GitHub-flavoured Markdown, where nothing from a record can become markup."""

import re
from itertools import groupby

from xrm_lake.reports.markup import Paragraph, Span, parse
from xrm_lake.reports.page import Block, Chart, Metric, Note, Page, QualityNote, Section, Table, Text
from xrm_lake.reports.render.cells import DrawnCell, draw_table
from xrm_lake.reports.render.chart_tables import chart_table, cut, trend_table
from xrm_lake.reports.render.figures import bar, change, counted, figure, judged, sparkline
from xrm_lake.reports.render.visible import address, one_line

_SPECIAL = re.compile(r"([\\`*\[\]<>|~$])|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?\w+;)|:(?=//)|(?<=www)\.")
_LINE_START = re.compile(r"^(?:[-+=#]|(?P<number>\d+)(?=[.)](?: |$)))")
_LEVELS = {"info": "NOTE", "caveat": "WARNING", "alert": "CAUTION"}
_BAR = 10


def render_markdown(page: Page) -> str:
    """A page as GitHub-flavoured Markdown; charts as tables with bars of block characters."""
    parts = [
        f"# {_md(page.title)}",
        _strong(_md(page.question)),
        _line(page.subtitle),
    ]
    parts += _blocks(page.blocks, page, level=2)
    links = [_link(link.label, address(link.url, page.base_url)) for link in page.links]
    parts += [" · ".join(links), f"*Numbers as of {page.as_of}. Made {figure(page.made_at)} UTC.*"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _blocks(blocks: tuple[Block, ...], page: Page, *, level: int) -> list[str]:
    parts: list[str] = []
    for is_metric, run in groupby(blocks, key=lambda block: isinstance(block, Metric)):
        if is_metric:
            parts.append(_metrics([block for block in run if isinstance(block, Metric)], page))
            continue
        for block in run:
            parts += _block(block, page, level)
    return parts


def _block(block: Block, page: Page, level: int) -> list[str]:
    match block:
        case Section():
            heading = [f"{'#' * min(level, 6)} {_md(block.title)}"] if block.title else []
            return [*heading, *_blocks(block.blocks, page, level=level + bool(block.title))]
        case Table():
            return _table(block, page, level)
        case Chart():
            table = trend_table(block) if block.kind == "line" else chart_table(block)
            return [*_table(table, page, level), cut(block)]
        case Text():
            return _text(block)
        case Note():
            return [f"> [!{_LEVELS[block.level]}]\n> {_line(block.text)}"]
        case Metric():
            return [_metrics([block], page)]


def _metrics(metrics: list[Metric], page: Page) -> str:
    lines = ["| | Now | Change | Course | Counted | Rests on |", "|---|---:|---:|---|---:|---|"]
    for metric in metrics:
        value = _md(metric.why)
        if metric.value is not None:
            value = _strong(_md(figure(metric.value, metric.kind, unit=metric.unit)))
        since = f" in {metric.since}" if metric.since else ""
        moved = f"{change(metric)} {judged(metric)}".rstrip() + since if change(metric) else ""
        label = _link(metric.label, address(metric.url, page.base_url))
        cells = [label, value, _md(moved), sparkline(metric.spark), counted(metric), _sentence(metric.note)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _table(table: Table, page: Page, level: int) -> list[str]:
    heading = [f"{'#' * min(level, 6)} {_md(table.title)}"] if table.title else []
    if table.rows.is_empty():
        return [*heading, _line(table.empty)]
    drawn = draw_table(table, base_url=page.base_url, longest=200)
    lines = [
        f"| {' | '.join(map(_md, drawn.headings))} |",
        f"|{'|'.join('---:' if column.is_right else '---' for column in drawn.columns)}|",
        *(f"| {' | '.join(map(_cell, row))} |" for row in drawn.rows),
    ]
    if drawn.total:
        lines.append(f"| {' | '.join(_strong(_md(c.text)) for c in drawn.total)} |")
    note = _sentence(table.note)
    return [*heading, "\n".join(lines), drawn.remainder, f"*{note}*" if note else ""]


def _cell(cell: DrawnCell) -> str:
    text = _link(cell.text, cell.url)
    blocks = bar(cell.bar, 1.0, width=_BAR)
    return f"{blocks} {text}" if blocks else text


def _text(block: Text) -> list[str]:
    parts = []
    for part in parse(block.markdown):
        if isinstance(part, Paragraph):
            parts.append(_escape_start(_flat(part.spans)))
        else:
            marks = [f"{at}. " if part.ordered else "- " for at in range(1, len(part.items) + 1)]
            parts.append(
                "\n".join(mark + _escape_start(_flat(item)) for mark, item in zip(marks, part.items, strict=True))
            )
    return parts


def _flat(spans: tuple[Span, ...]) -> str:
    return "".join(_span(span) for span in spans)


def _strong(text: str) -> str:
    # Of nothing the stars alone would be left, which are a line across the page.
    return f"**{text}**" if text else ""


def _span(span: Span) -> str:
    text = _md(span.text, longest=20_000)
    before, after = " " * span.text.startswith(" "), " " * span.text.endswith(" ")
    match span.style:
        case "bold":
            return _strong(text)
        case "italic":
            return f"*{text}*" if text else ""
        case "code":
            return f"<code>{text}</code>"
        case "link":
            return _link(span.text, address(span.url))
        case "plain":
            return before + text + (after if text else "")


def _sentence(note: QualityNote | None) -> str:
    return _md(note.sentence(), longest=600) if note else ""


def _link(label: str, url: str) -> str:
    return f"[{_md(label)}]({url})" if url else _md(label)


def _md(text: str, *, longest: int = 300) -> str:
    return _SPECIAL.sub(lambda match: "\\" + match[0], one_line(text, longest=longest))


def _line(text: str) -> str:
    return _escape_start(_md(text, longest=2000))


def _escape_start(text: str) -> str:
    """Keep a line from opening a list or a heading."""
    return _LINE_START.sub(lambda m: f"{m['number']}\\" if m["number"] else f"\\{m[0]}", text)
