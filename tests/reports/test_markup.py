"""The little Markdown of report prose."""

from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.reports.markup import Listing, Paragraph, Span, literal, parse, spans


@given(st.text())
def test_a_literal_shows_as_exactly_its_value(value):
    shown = spans(literal(value))

    assert all(span.style == "plain" for span in shown)
    assert "".join(span.text for span in shown) == " ".join(value.split())


@given(st.text(min_size=1).filter(lambda text: text.strip()))
def test_a_literal_can_be_set_bold(value):
    [span] = spans(f"**{literal(value)}**")

    assert span == Span(" ".join(value.split()), "bold")


@given(st.text(alphabet="*`[]()\\_<>!ab \n-1.:/htps"))
def test_no_text_is_lost_or_refused(markdown):
    for part in parse(markdown):
        assert isinstance(part, Paragraph | Listing)


def test_styles_lists_and_links():
    paragraph, listing = parse("Fix **12** *old* `ids`, see [here](https://x.org/a)\n\n1. one\n2. two")

    assert [span.style for span in paragraph.spans] == [
        "plain", "bold", "plain", "italic", "plain", "code", "plain", "link",
    ]  # fmt: skip
    assert listing == Listing(((Span("one"),), (Span("two"),)), ordered=True)


def test_a_script_address_is_no_link():
    assert spans("[x](javascript:alert(1))") == (Span("[x](javascript:alert(1))"),)


def test_an_image_is_plain_text():
    assert spans("![x](https://x.org/a.png)") == (Span("![x](https://x.org/a.png)"),)
