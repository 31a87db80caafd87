"""
Reports as one HTML file: no script, no request, by day and by night, on a phone and on A4.

Each block becomes plain values first; the template only lays them out and escapes every one of them.
"""

from xrm_lake.reports.page import Chart, Page
from xrm_lake.reports.render.cells import draw_table
from xrm_lake.reports.render.chart_tables import chart_table, cut
from xrm_lake.reports.render.drawn import Drawn, drawn_page
from xrm_lake.reports.render.look import night_css
from xrm_lake.reports.render.svg import chart_svg
from xrm_lake.reports.render.template import fill, safe, said

_WIDE, _NARROW = 930, 320


def render_html(page: Page) -> str:
    """A page as one self-contained HTML document."""
    css = safe(said("report.css") + night_css())
    return fill("page.html.j2", css=css, **drawn_page(page, width=_WIDE, pictures=_pictures))


def _pictures(chart: Chart, width: int) -> Drawn:
    is_empty = chart.data.is_empty()
    return {
        "table": None if is_empty else draw_table(chart_table(chart, bars=False)),
        "wide": "" if is_empty else safe(chart_svg(chart, width=width)),
        "narrow": "" if is_empty else safe(chart_svg(chart, width=_NARROW)),
        "cut": cut(chart),
    }
