"""Only this machine's own pages and programs are let in."""

import pytest
from fastapi.testclient import TestClient

from xrm_lake.server.guard import Guard


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", "LOCALHOST:1", "[::1]:8501"])
def test_the_names_of_this_machine_are_served(client, host):
    assert client.get("/types", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8501", "", "0.0.0.0"]
)
def test_any_other_name_is_refused(client, host):
    answer = client.get("/types", headers={"Host": host})

    assert answer.status_code == 403
    assert answer.json()["error"] == "Forbidden"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8501"])
def test_pages_of_other_sites_change_nothing(client, lake, origin):
    answer = client.post("/records/person", json={"full_name": "Ann"}, headers={"Origin": origin})

    assert answer.status_code == 403
    assert lake.query("select count(*) from entity").value() == 0


FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("headers", FOREIGN)
def test_pages_of_other_sites_do_not_even_ask(client, method, headers):
    assert client.request(method, "/records/person", headers=headers).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}])
def test_our_own_pages_programs_and_the_address_bar_may_ask(client, headers):
    assert client.get("/records/person", headers=headers).status_code == 200


def test_a_link_of_another_site_may_lead_to_the_app_but_post_nothing(api):
    app = TestClient(Guard(api, links=True), base_url="http://evil.example")
    assert app.get("/types").status_code == 403

    async def page(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    app = TestClient(Guard(page, links=True), base_url="http://127.0.0.1:8501")
    for headers in FOREIGN:
        assert app.get("/", headers=headers).status_code == 200
        assert app.post("/", headers=headers).status_code == 403


def test_our_own_pages_may_change_something(client):
    headers = {"Origin": "http://127.0.0.1:8501"}

    assert client.post("/records/person", json={"full_name": "Ann"}, headers=headers).status_code == 201


def test_no_other_site_is_invited_to_read(client):
    answer = client.get("/types", headers={"Origin": "http://evil.example"})

    assert "access-control-allow-origin" not in answer.headers
