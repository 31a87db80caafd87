"""Web addresses and domains."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xrm_lake.model.kinds import kind
from xrm_lake.model.kinds.domain import is_plain_domain
from xrm_lake.model.kinds.url import Url, _read


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


_HOSTS = st.from_regex(r"\A[a-z0-9.-]{1,12}\.[a-z0-9-]{1,9}\Z") | st.sampled_from(
    ["a.test", "b.arpa", "ab--cd.org", "test", "x.test.org", "xn--mller-kva.de", "b." * 127 + "org", "b." * 124 + "org"]
)


@settings(max_examples=200, deadline=None)
@given(scheme=st.sampled_from(["http", "https", "ftp", "HTTP"]), host=_HOSTS, path=st.text("/?#a.-:", max_size=5))
def test_an_address_that_is_plain_at_first_sight_is_so_by_its_parts(scheme: str, host: str, path: str) -> None:
    address = pl.Series([f"{scheme}://{host}{path}"])
    if Url()._is_plain(address)[0]:
        assert _read(address)[0] == address[0]
        assert is_plain_domain(pl.Series([host + path.partition("/")[0].partition("?")[0].partition("#")[0]]))[0]


def test_a_long_path_does_not_make_an_address_odd() -> None:
    assert Url()._is_plain(pl.Series(["https://example.org/" + "a" * 400]))[0]
