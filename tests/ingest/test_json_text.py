"""JSON made column by column is what json.dumps would make."""

import json

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.ingest.json_text import json_objects, nested

CELLS = st.lists(
    st.tuples(st.one_of(st.none(), st.text(max_size=8)), st.one_of(st.none(), st.text(max_size=8))), max_size=8
)


@given(CELLS, st.text(min_size=1, max_size=6))
def test_filled_cells_are_members_and_empty_ones_are_not(cells, name):
    columns = [
        (name, pl.Series([row[0] for row in cells], dtype=pl.String)),
        (name + "2", pl.Series([row[1] for row in cells], dtype=pl.String)),
    ]

    written = json_objects(columns, len(cells)).to_list()

    expected = [
        {key: text for key, text in zip((name, name + "2"), row, strict=True) if text is not None} for row in cells
    ]
    assert [json.loads(text) if text else {} for text in written] == expected


@given(CELLS)
def test_a_nested_object_is_one_more_member(cells):
    outer = json_objects([("a", pl.Series([row[0] for row in cells], dtype=pl.String))], len(cells))
    inner = json_objects([("b", pl.Series([row[1] for row in cells], dtype=pl.String))], len(cells))

    written = nested(outer, "_raw", inner).to_list()

    assert [json.loads(text) if text else {} for text in written] == [
        ({"a": one} if one is not None else {}) | ({"_raw": {"b": two}} if two is not None else {})
        for one, two in cells
    ]
