"""Web addresses and domains."""

import polars as pl
import pytest

from xrm_lake.model.kinds import kind


def read(name: str, text: str) -> str | None:
    """The canonical text, or None where the text stays unread."""
    cleaned = kind(name).clean(pl.Series([text]))
    return cleaned[0] if kind(name).is_valid(cleaned)[0] else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.org/About?q=1#x", "https://example.org/About?q=1#x"),
        ("HTTP://Example.ORG/", "http://example.org"),
        ("www.example.org", "https://www.example.org"),
        ("example.org/about", "https://example.org/about"),
        ("//example.org", "https://example.org"),
        ("http:/example.org", "http://example.org"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("ftp://ann@example.org/x", "ftp://ann@example.org/x"),
        ("https://müller.de", "https://müller.de"),
        ("https://xn--mller-kva.de", "https://müller.de"),
        ("192.168.1.1/admin", "https://192.168.1.1/admin"),
        ("https://example.org/a b", None),
        ("https://", None),
        ("https://example", None),
        ("javascript:alert(1)", None),
        ("mailto:ann@example.org", None),
        ("ann@example.org", None),
        ("example", None),
        ("n/a", None),
    ],
)
def test_web_addresses(text: str, expected: str | None) -> None:
    assert read("url", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Example.org", "example.org"),
        ("www.example.org", "example.org"),
        ("https://www.Example.org:443/about", "example.org"),
        ("ann@example.org", "example.org"),
        ("example.org.", "example.org"),
        ("sub.example.co.uk", "sub.example.co.uk"),
        ("www.org", "www.org"),
        ("müller.de", "müller.de"),
        ("xn--mller-kva.de", "müller.de"),
        ("example", None),
        ("exa mple.org", None),
        ("-example.org", None),
        ("example.test", None),
    ],
)
def test_domains(text: str, expected: str | None) -> None:
    assert read("domain", text) == expected
