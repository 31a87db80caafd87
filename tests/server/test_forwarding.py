"""Verbs that another process sends: only with the token, with progress, and with the very same errors."""

import json

import polars as pl
import pytest

from tests.server.conftest import TOKEN
from xrm_lake.server.wire import decode, decode_error, encode


def send(client, name, *positional, token=TOKEN, **named):
    body = {"call": "a-call", "positional": encode(list(positional)), "named": encode(named)}
    answer = client.post(f"/verbs/{name}", json=body, headers={"X-Xrm-Token": token} if token else {})
    return answer.status_code, [json.loads(line) for line in answer.text.splitlines() if line.strip()]


@pytest.mark.parametrize("token", [None, "", "another", "á"])
def test_without_the_token_nothing_is_run(client, lake, token):
    headers = {"X-Xrm-Token": token.encode()} if token is not None else {}
    body = {"call": "c", "positional": encode(["person", {"full_name": "Ann"}]), "named": {}}

    answer = client.post("/verbs/add", json=body, headers=headers)

    assert answer.status_code == 401
    assert client.post("/verbs/cancel", json={"call": "c"}, headers=headers).status_code == 401
    assert lake.query("select count(*) from entity").value() == 0


def test_a_result_is_the_last_line(client):
    status, lines = send(client, "add", "person", {"full_name": "Ann"})

    assert (status, lines[-1]) == (200, {"result": 1})


def test_a_frame_arrives_with_its_types(client, lake):
    send(client, "add", "person", {"full_name": "Ann", "birth_date": "1990-03-01"})

    _, lines = send(client, "records", "person")

    frame = decode(lines[-1]["result"])
    assert frame.schema["birth_date"] == pl.Date
    assert frame["full_name"].to_list() == ["Ann"]


def test_an_error_is_of_its_own_class(client):
    _, lines = send(client, "show", 99)

    problem = decode_error(lines[-1]["error"])
    assert type(problem).__name__ == "UnknownRecord"
    assert (problem.exit_code, problem.id) == (2, 99)


@pytest.mark.parametrize("name", ["nothing", "init", "restore"])
def test_what_cannot_be_sent_is_an_error_of_ours(client, name):
    status, lines = send(client, name)

    assert status == 200
    assert lines[-1]["error"]["message"]


def test_to_cancel_what_does_not_run_is_no_error(client):
    answer = client.post("/verbs/cancel", json={"call": "gone"}, headers={"X-Xrm-Token": TOKEN})

    assert answer.json() == {"asked": False}


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"{}", b'{"positional": 1, "named": {}}', b'{"positional": [{"$": "x"}], "named": {}}']
)
def test_a_call_that_cannot_be_read_is_refused(client, raw):
    assert client.post("/verbs/records", content=raw, headers={"X-Xrm-Token": TOKEN}).status_code == 400
