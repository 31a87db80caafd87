"""Values as text: what the examples say holds, and nothing in a value is ever markup."""

import doctest
import re

from hypothesis import given
from hypothesis import strategies as st


def test_the_examples_hold():
    import components.text

    assert doctest.testmod(components.text).failed == 0


@given(st.text(max_size=80))
def test_every_mark_of_markdown_is_escaped(value):
    from components.text import plain

    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", plain(value))

    assert not re.search(r"[!-/:-@\[-`{-~]", bare)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=40))
def test_letters_and_digits_stay_as_they_are(value):
    from components.text import plain

    from xrm_lake.reports.render.visible import one_line

    assert plain(value) == one_line(value)
