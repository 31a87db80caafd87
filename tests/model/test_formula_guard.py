"""The formula guard: nothing that goes out is a formula, and what comes back is what went out."""

import re

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.model.formula_guard import PLAIN, guarded, unguarded

HOSTILE = st.lists(
    st.text(alphabet="'=+-@\t\r\n＝a1 ", max_size=6) | st.text(max_size=8) | st.none(), min_size=1, max_size=8
)


@given(texts=HOSTILE)
def test_taking_the_guard_off_gives_what_was_there(texts):
    values = pl.Series("cell", texts, dtype=pl.String)

    assert unguarded(guarded(values)).to_list() == texts
    assert guarded(values).name == unguarded(values).name == "cell"


@given(texts=HOSTILE)
def test_no_guarded_text_begins_as_a_formula_does(texts):
    for text in guarded(pl.Series(texts, dtype=pl.String)).drop_nulls():
        assert text[:1] not in tuple("=+-@\t\r\n＝＋－＠") or re.match(PLAIN, text)


@given(texts=HOSTILE)
def test_a_text_that_is_no_formula_is_left_as_it_is(texts):
    harmless = pl.Series([text for text in texts if text and text.lstrip("'")[:1].isalnum()], dtype=pl.String)

    assert guarded(harmless).to_list() == unguarded(harmless).to_list() == harmless.to_list()
