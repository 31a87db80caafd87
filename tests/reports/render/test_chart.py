"""Charts as Vega-Lite and SVG."""

import itertools
import json
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from xrm_lake.reports.page import Chart
from xrm_lake.reports.render.chart import vega_lite
from xrm_lake.reports.render.chart_tables import chart_table, cut
from xrm_lake.reports.render.look import PALETTE, night_css
from xrm_lake.reports.render.svg import chart_svg

MONTHS = [date(2017, month, 1) for month in (3, 4, 5)]
WON = pl.DataFrame({"month": MONTHS, "won": [Decimal("1134672"), None, Decimal("1025713")]})


def test_a_specification_is_plain_json_with_its_data_inside():
    spec = vega_lite(Chart("Won", "bar", WON, "month", "won", measure="money"))

    assert json.loads(json.dumps(spec)) == spec
    assert spec["width"] == "container"
    assert [value["label"] for value in spec["data"]["values"]] == ["Mar 2017", "Apr 2017", "May 2017"]
    assert [value["y"] for value in spec["data"]["values"]] == [1134672.0, None, 1025713.0]


def test_the_names_of_columns_never_reach_the_specification():
    data = pl.DataFrame({"datum['x'].y": ["a"], "n.m": [1]})

    assert "datum['x']" not in json.dumps(vega_lite(Chart("t", "bar", data, "datum['x'].y", "n.m")))


@pytest.mark.parametrize("kind", ["bar", "line", "stacked", "funnel"])
@pytest.mark.parametrize("x", ["month", "stage", "step"])
@pytest.mark.parametrize("values", [[3, 2, 1], [0, 0, 0], [None, None, None], [-3, 2, None]])
def test_every_kind_can_be_drawn_from_every_x(kind, x, values):
    data = pl.DataFrame(
        {"month": MONTHS, "stage": ["a", "b", "a"], "step": [1, 2, 3], "n": values, "s": ["u", "u", "v"]},
        schema_overrides={"n": pl.Int64},
    )
    chart = Chart("Deals", kind, data, x, "n", "s" if kind == "stacked" else "")

    spec = vega_lite(chart, width=300)

    assert json.loads(json.dumps(spec, allow_nan=False)) == spec
    assert chart_table(chart).rows.height > 0


def test_an_empty_chart_can_be_drawn():
    assert chart_svg(Chart("Won", "line", WON.clear(), "month", "won"), width=300).startswith("<svg role=")


def test_names_at_the_ends_of_lines_do_not_lie_on_each_other():
    data = pl.DataFrame({"x": [1, 2] * 3, "y": [0.0, 10.0, 0.0, 10.1, 0.0, 10.05], "s": ["a", "a", "b", "b", "c", "c"]})

    ends = vega_lite(Chart("t", "line", data, "x", "y", "s"))["layer"][2]["data"]["values"]

    heights = sorted(end["at"] for end in ends)
    assert all(above - below >= 0.7 for below, above in itertools.pairwise(heights))


def test_bars_beyond_what_anyone_reads_are_counted():
    data = pl.DataFrame({"owner": [f"o{at}" for at in range(100)], "deals": range(100)})
    chart = Chart("Deals", "bar", data, "owner", "deals")

    assert len(vega_lite(chart)["data"]["values"]) == 40
    assert cut(chart) == "The first 40 of 100 are drawn."


def test_a_picture_is_the_same_each_time_and_repainted_at_night():
    chart = Chart("Won", "line", WON, "month", "won")

    assert chart_svg(chart, width=300) == chart_svg(chart, width=300)
    assert f'[stroke="{PALETTE[0]}"]' in night_css()
    assert f'stroke="{PALETTE[0]}"' in chart_svg(chart, width=300)
