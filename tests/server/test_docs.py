"""The page that explains the API, from files of this machine alone."""

import re

import pytest


def test_the_page_asks_nothing_of_other_machines(client):
    page = client.get("/docs")

    assert page.status_code == 200
    assert re.findall(r"https?://", page.text) == []
    assert "default-src 'self'" in page.headers["content-security-policy"]


def test_everything_that_the_page_names_is_served(client):
    page = client.get("/docs").text

    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert client.get(f"/{address}").status_code == 200


def test_nothing_else_is_served_as_an_asset(client):
    assert client.get("/assets/..%2F__init__.py").status_code == 404
    assert client.get("/assets/index.html").status_code == 404


def test_the_description_is_openapi_3_0(client):
    described = client.get("/openapi.json").json()

    assert described["openapi"] == "3.0.3"
    text = client.get("/openapi.json").text
    assert '"type":"null"' not in text.replace(" ", "")
    assert "prefixItems" not in text


@pytest.mark.parametrize("path", ["/verbs/{name}", "/docs"])
def test_what_is_not_for_programs_of_others_is_not_described(client, path):
    assert path not in client.get("/openapi.json").json()["paths"]
