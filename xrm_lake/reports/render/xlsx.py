"""
Reports as a workbook: a summary, a sheet for each table, a sheet with a picture for each chart.

Values of records are written as text or numbers, never as formulas or links of their own making; text that a
spreadsheet would read as a formula carries the mark that keeps it text when it is edited.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from xrm_lake.reports.page import Block, Chart, Metric, Note, Page, Section, Table, Text
from xrm_lake.reports.render.chart_tables import chart_table
from xrm_lake.reports.render.figures import change, judged
from xrm_lake.reports.render.look import PALETTE
from xrm_lake.reports.render.sheet import Sheet, Styles, format_code, sheet_names
from xrm_lake.reports.render.text import plain_text
from xrm_lake.reports.render.visible import address, one_line

_EXCEL_CHARTS: dict[str, dict[str, str]] = {
    "line": {"type": "line"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "bar": {"type": "bar"},
    "funnel": {"type": "bar"},
    "waterfall": {"type": "bar"},
}
_HEADINGS = ("What", "Now", "Unit", "Counted", "Of", "Change", "Since", "Rests on")
_WIDTHS = (34, 16, 10, 12, 12, 20, 12, 90)


def render_xlsx(page: Page) -> bytes:
    """A page as the bytes of an .xlsx file; the same page gives the same bytes."""
    import xlsxwriter

    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": one_line(page.title), "created": page.made_at})
        styles = Styles(book)
        sheets = [block for block in (*_walk(page.blocks), *page.appendix) if isinstance(block, Table | Chart)]
        names = sheet_names(["Summary", *(block.title for block in sheets)])
        _summary(Sheet(book.add_worksheet(names[0]), styles), page, list(zip(names[1:], sheets, strict=True)))
        for name, block in zip(names[1:], sheets, strict=True):
            sheet = Sheet(book.add_worksheet(name), styles)
            table = chart_table(block, bars=False) if isinstance(block, Chart) else block
            height = sheet.table(table, page.base_url)
            if isinstance(block, Chart) and height:
                _picture(book, sheet, block, table, height)
    return target.getvalue()


def _walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Section):
            yield from _walk(block.blocks)


def _summary(sheet: Sheet, page: Page, contents: list[tuple[str, Table | Chart]]) -> None:
    for at, width in enumerate(_WIDTHS):
        sheet.worksheet.set_column(at, at, width)
    sheet.text(0, 0, one_line(page.title), bold=True, font_size=16)
    sheet.text(1, 0, one_line(page.question))
    sheet.text(2, 0, one_line(page.subtitle))
    sheet.text(3, 0, "Numbers as of")
    sheet.value(3, 1, page.as_of)
    sheet.text(4, 0, "Made (UTC)")
    sheet.value(4, 1, page.made_at)
    for at, heading in enumerate(_HEADINGS):
        sheet.text(6, at, heading, bold=True, bottom=1, bg_color="#F4F6F6")
    sheet.worksheet.freeze_panes(7, 0)
    row = _summary_lines(sheet, page, 7) + 1
    sheet.text(row, 0, "Sheets", bold=True, bottom=1)
    for at, (name, block) in enumerate(contents, start=row + 1):
        sheet.link(at, 0, name, f"internal:{_quoted(name)}!A1")
        sheet.text(at, 7, block.note.sentence() if block.note else "")


def _summary_lines(sheet: Sheet, page: Page, row: int) -> int:
    """Write what a page says outside of tables and charts; return the first free row."""
    for block in _walk(page.blocks):
        match block:
            case Section(title=title) if title:
                sheet.text(row, 0, one_line(title), bold=True)
            case Metric():
                _metric(sheet, block, page, row)
            case Text() | Note():
                said = plain_text(block)
                sheet.text(row, 0, "\n".join(said))
            case _:
                continue
        row += 1
    return row


def _metric(sheet: Sheet, metric: Metric, page: Page, row: int) -> None:
    sheet.link(row, 0, one_line(metric.label), address(metric.url, page.base_url))
    if metric.value is None:
        sheet.text(row, 1, one_line(metric.why), italic=True)
    else:
        sheet.value(row, 1, metric.value, format_code(metric.kind, [metric.value]), bold=True)
    sheet.text(row, 2, one_line(metric.unit))
    sheet.value(row, 3, metric.num, format_code("number", [metric.num]))
    sheet.value(row, 4, metric.den, format_code("number", [metric.den]))
    sheet.text(row, 5, f"{change(metric)} {judged(metric)}".rstrip() if change(metric) else "")
    sheet.text(row, 6, one_line(metric.since))
    sheet.text(row, 7, metric.note.sentence() if metric.note else "")


def _picture(book: Any, sheet: Sheet, chart: Chart, table: Table, height: int) -> None:
    """A native chart beside the numbers it is drawn from."""
    name = sheet.worksheet.get_name()
    picture = book.add_chart(_EXCEL_CHARTS[chart.kind])
    measured = [
        at for at, column in enumerate(table.columns) if column.kind == chart.measure and column.name != "total"
    ]
    for at in measured:
        colour = PALETTE[(at - measured[0]) % len(PALETTE)]
        paint = {"line": {"color": colour}} if chart.kind == "line" else {"fill": {"color": colour}}
        picture.add_series(
            {
                "name": [name, 0, at],
                "categories": [name, 1, 0, height, 0],
                "values": [name, 1, at, height, at],
                **paint,
            }
        )
    picture.set_title({"name": one_line(chart.title, longest=200), "name_font": {"size": 12}, "overlay": False})
    picture.set_legend({"none": True} if len(measured) == 1 else {"position": "top"})
    if chart.kind in ("bar", "funnel", "waterfall"):
        picture.set_y_axis({"reverse": True})
    picture.set_size({"width": 720, "height": 360})
    sheet.worksheet.insert_chart(1, len(table.columns) + 1, picture)


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
