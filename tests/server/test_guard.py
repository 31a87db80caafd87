"""Only this machine's own pages and programs are let in."""

import pytest


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


def test_our_own_pages_may_change_something(client):
    headers = {"Origin": "http://127.0.0.1:8501"}

    assert client.post("/records/person", json={"full_name": "Ann"}, headers=headers).status_code == 201


def test_no_other_site_is_invited_to_read(client):
    answer = client.get("/types", headers={"Origin": "http://evil.example"})

    assert "access-control-allow-origin" not in answer.headers
