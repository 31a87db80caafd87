"""Charts as SVG, drawn here by vl-convert: no browser, no network."""

import re
from hashlib import sha256
from html import escape

from xrm_lake.reports.page import Chart
from xrm_lake.reports.render.chart import vega_lite
from xrm_lake.reports.render.marks import alt_text

_CLIP = re.compile(r'(<g clip-path="url\(#|<clipPath id=")clip(\d+)')


def chart_svg(chart: Chart, *, width: int, dark: bool = False) -> str:
    """
    One `<svg>` element that may stand in a page: its text is data, its label says what it shows.

    The same chart always gives the same text, and no id in it meets one of another chart.
    """
    import vl_convert

    spec = vega_lite(chart, width=width, dark=dark)
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version="6.4", allowed_base_urls=[])
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt_text(chart))}" ', 1)
    return _with_own_ids(svg)


def _with_own_ids(svg: str) -> str:
    """Vega counts its ids through the life of the process; count them through the chart instead."""
    seen: dict[str, int] = {}
    counted = _CLIP.sub(lambda m: f"{m[1]}clip{seen.setdefault(m[2], len(seen))}", svg)
    mark = sha256(counted.encode()).hexdigest()[:8]
    return _CLIP.sub(lambda m: f"{m[1]}c{mark}-{m[2]}", counted)
