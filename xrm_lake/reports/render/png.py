"""Charts as PNG, drawn here by vl-convert: no browser, no network."""

from xrm_lake.reports.page import Chart
from xrm_lake.reports.render.chart import vega_lite

# Twice the pixels that are shown, so that a picture is sharp on today's screens.
_SCALE = 2


def chart_png(chart: Chart, *, width: int) -> bytes:
    """A chart as a picture on white, `width` pixels wide where it is shown, with twice as many in the file."""
    import vl_convert

    spec = vega_lite(chart, width=width) | {"background": "#ffffff"}
    drawn: bytes = vl_convert.vegalite_to_png(spec, vl_version="6.4", scale=_SCALE, allowed_base_urls=[])
    return drawn
