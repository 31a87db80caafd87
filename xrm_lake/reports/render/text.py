"""Reports for a terminal or a plain mail: 100 columns, no colours, no control codes."""

from dataclasses import replace

from xrm_lake.reports.markup import Paragraph, Span, parse
from xrm_lake.reports.page import Block, Chart, Metric, Note, Page, QualityNote, Section, Table, Text
from xrm_lake.reports.render.cell_width import cell_width, fit, wrapped
from xrm_lake.reports.render.cells import draw_table
from xrm_lake.reports.render.chart_tables import chart_table, cut, trend_table
from xrm_lake.reports.render.figures import change, counted, figure, judged, sparkline
from xrm_lake.reports.render.text_table import GAP, table_lines
from xrm_lake.reports.render.visible import address, one_line

WIDTH = 100
_LEVELS = {"info": "Note: ", "caveat": "Caveat: ", "alert": "Alert: "}


def render_text(page: Page) -> str:
    """A page as plain text, no line wider than WIDTH columns."""
    as_of = f"as of {page.as_of}"
    title = fit(one_line(page.title), WIDTH - len(as_of) - 1)
    lines = [f"{title} {as_of}", "═" * WIDTH, *_prose(page.question), *_prose(page.subtitle), ""]
    lines += _blocks(page.blocks, page)
    links = [(one_line(link.label), address(link.url, page.base_url)) for link in page.links]
    lines += [fit(f"{label}: {url}", WIDTH).rstrip() for label, url in links if url]
    lines.append(f"Made {figure(page.made_at)} UTC")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _blocks(blocks: tuple[Block, ...], page: Page) -> list[str]:
    lines: list[str] = []
    for at, block in enumerate(blocks):
        later = blocks[at + 1 :]
        is_run = (
            any(isinstance(block, kind) and isinstance(later[0], kind) for kind in (Note, Metric)) if later else False
        )
        lines += [*_block(_said_once(block, later), blocks, page), *([] if is_run else [""])]
    return lines


def _said_once(block: Block, later: tuple[Block, ...]) -> Block:
    """The block without its note if one that follows beside it bears the same: one sentence for all of them."""
    if isinstance(block, Section | Text | Note) or block.note is None:
        return block
    notes = [other.note for other in later if not isinstance(other, Section | Text | Note)]
    return replace(block, note=None) if block.note in notes else block


def _block(block: Block, siblings: tuple[Block, ...], page: Page) -> list[str]:
    match block:
        case Section():
            inner = _blocks(block.blocks, page)[:-1]
            return [*_heading(block.title, "━"), "", *inner] if block.title else inner
        case Metric():
            return _metric(block, max(cell_width(b.label) for b in siblings if isinstance(b, Metric)))
        case Table():
            return _table(block, page)
        case Chart():
            table = trend_table(block) if block.kind == "line" else chart_table(block)
            return [*_table(table, page), *_prose(cut(block))]
        case Text() | Note():
            return plain_text(block)


def _heading(title: str, rule: str) -> list[str]:
    title = fit(one_line(title), WIDTH).rstrip()
    return [title, rule * cell_width(title)]


def _metric(metric: Metric, label_width: int) -> list[str]:
    label = fit(one_line(metric.label), min(label_width, 32))
    value = (
        one_line(metric.why) if metric.value is None else figure(metric.value, metric.kind, unit=one_line(metric.unit))
    )
    parts = [
        fit(value, max(16, cell_width(value))) if metric.value is not None else value,
        fit(_change(metric), 28),
        sparkline(metric.spark),
        counted(metric),
    ]
    line = GAP.join([label, *(part for part in parts if part.strip())])
    return [fit(line, WIDTH).rstrip(), *_note(metric.note, indent=cell_width(label) + 2)]


def _change(metric: Metric) -> str:
    moved = change(metric)
    if not moved:
        return ""
    return f"{moved} {judged(metric)}".rstrip() + (f" in {one_line(metric.since)}" if metric.since else "")


def _table(table: Table, page: Page) -> list[str]:
    lines = _heading(table.title, "─") if table.title else []
    if table.rows.is_empty():
        return [*lines, *_prose(table.empty)]
    drawn = draw_table(table, base_url=page.base_url)
    return [*lines, *table_lines(drawn, width=WIDTH), *_prose(drawn.remainder), *_note(table.note)]


def _note(note: QualityNote | None, indent: int = 0) -> list[str]:
    if note is None:
        return []
    pad = " " * indent
    return wrapped(one_line(note.sentence(), longest=600), WIDTH, first=pad, rest=pad)


def _prose(text: str) -> list[str]:
    return wrapped(one_line(text, longest=2000), WIDTH)


def plain_text(block: Text | Note) -> list[str]:
    """The lines of a text or a remark, without any markup."""
    if isinstance(block, Note):
        text = one_line(block.text, longest=2000)
        return wrapped(text, WIDTH, first=_LEVELS[block.level], rest=" " * 4)
    lines: list[str] = []
    for part in parse(block.markdown):
        if isinstance(part, Paragraph):
            lines += [*wrapped(_flat(part.spans), WIDTH), ""]
            continue
        for at, item in enumerate(part.items, start=1):
            mark = f"{at}. " if part.ordered else "- "
            lines += wrapped(_flat(item), WIDTH, first=mark, rest=" " * len(mark))
        lines.append("")
    return lines[:-1]


def _flat(spans: tuple[Span, ...]) -> str:
    texts = [f"{span.text} ({span.url})" if span.url else span.text for span in spans]
    return one_line("".join(texts), longest=20_000)
