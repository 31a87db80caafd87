"""What may be shown to a person."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.reports.render.visible import address, many_lines, one_line

ANY = st.text(alphabet=st.characters(codec=None, categories=None))


@given(ANY, st.integers(2, 50))
def test_one_line_is_short_and_has_no_control_characters(value, longest):
    shown = one_line(value, longest=longest)

    assert len(shown) <= longest
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in shown)
    shown.encode()


@given(ANY)
def test_one_line_is_idempotent(value):
    assert one_line(one_line(value)) == one_line(value)


@given(ANY)
def test_many_lines_can_be_written_to_any_file(value):
    many_lines(value, longest=99).encode()


def test_letters_of_any_script_and_joined_signs_stay():
    for name in ("Зоя", "張偉", "محمد", "👩‍💻 Ann", "Ångström", "किरण"):
        assert one_line(name) == name


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//", "http://", "http://a b", "http://x/)y",
     "http://x/\"onload=", "\x01javascript:alert(1)", "http://[::1", "vbscript:x", "http://x/<b>"],
)  # fmt: skip
def test_only_web_addresses_are_links(url):
    assert address(url, "http://127.0.0.1:8501") == "" or address(url, "http://127.0.0.1:8501").startswith("http")
    assert address(url) == ""


def test_a_relative_address_needs_a_base():
    assert address("/records?type=deal") == ""
    assert address("/records?type=deal", "http://127.0.0.1:8501") == "http://127.0.0.1:8501/records?type=deal"
