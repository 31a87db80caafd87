"""Every verb answers under its own name, with the arguments of its function."""

import ast
import inspect

import pytest

from xrm_lake.server.asking import request_model
from xrm_lake.verbs import VERBS, resolve, verb

REST = [each.name for each in VERBS if each.on_lake]


@pytest.mark.parametrize("name", [each.name for each in VERBS])
def test_every_verb_has_a_function(name):
    assert callable(resolve(name))


def test_no_verb_is_listed_twice():
    names = [each.name for each in VERBS]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", REST)
def test_every_verb_has_a_route(api, name):
    own = {"export": "/export/{type}"}
    paths = set(api.openapi()["paths"])

    assert own.get(name, f"/{name}") in paths


@pytest.mark.parametrize("name", REST)
def test_no_verb_takes_a_path_of_this_machine_over_the_network(name):
    fields = request_model(name, resolve(name)).model_fields

    assert not {"path", "paths", "out", "folder"} & set(fields)


@pytest.mark.parametrize("name", REST)
def test_no_text_of_a_request_becomes_a_path(name):
    """A path says so in the signature, where a request leaves it out; the text of anything else is never made one."""
    function = resolve(name)
    kinds = [str(field.annotation) for field in request_model(name, function).model_fields.values()]
    made = [
        f"{each.name}({argument.arg})"
        for each in ast.walk(ast.parse(inspect.getsource(inspect.getmodule(function))))
        if isinstance(each, ast.FunctionDef)
        for argument in (*each.args.args, *each.args.kwonlyargs)
        if argument.annotation is not None and "Path" not in ast.unparse(argument.annotation)
        for call in ast.walk(each)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "Path"
        and argument.arg in map(ast.unparse, call.args)
    ]

    assert not [kind for kind in kinds if "Path" in kind]
    assert not made


@pytest.mark.parametrize("route", ["/reconcile", "/jobs/reconcile"])
def test_nobody_learns_over_the_network_which_files_are_there(client, tmp_path, route):
    there = tmp_path / "there.csv"
    there.write_text("a\n1\n", encoding="utf-8")

    answers = [client.post(route, json={"batches": [str(path)]}) for path in (there, tmp_path / "not_there.csv")]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].text.replace("/there.csv", "/not_there.csv") == answers[1].text
    assert client.post("/reconcile", json={"batches": [99]}).status_code == 404


@pytest.mark.parametrize("name", REST)
def test_a_type_is_called_type_everywhere(name):
    assert not {"type_name", "kind_name"} & set(request_model(name, resolve(name)).model_fields)


def test_a_verb_does_over_rest_what_it_does_in_python(client, lake):
    id = client.post("/add", json={"type": "person", "values": {"full_name": "Ann"}}).json()

    assert resolve("show")(lake, id).caption == "Ann"
    rows = client.post("/records", json={"type": "person"}).json()
    assert [row["full_name"] for row in rows] == ["Ann"]


def test_a_declaration_can_be_sent_as_it_is(client, lake):
    field = {"name": "title", "label": "Title", "kind": "text", "level": "required"}
    declared = {"name": "book", "label": "Book", "plural": "Books", "fields": [field], "caption": ["title"]}

    assert client.post("/add_type", json={"entity_type": declared}).status_code == 200
    assert lake.catalog.field("book", "title").level == "required"


def test_open_settings_are_an_object(client, lake):
    assert client.post("/change_type", json={"name": "person", "settings": {"staleness_days": 30}}).status_code == 200

    assert lake.catalog.type("person").staleness_days == 30


def test_a_verb_without_arguments_needs_no_body(client):
    assert client.post("/doctor").json()["healthy"] is True


def test_judging_takes_pairs(client):
    first, second = (client.post("/records/person", json={"full_name": "Ann"}).json()["id"] for _ in range(2))

    assert client.post("/judge", json={"pairs": [[first, second]], "verdict": "same"}).status_code == 200
    assert client.post("/records", json={"type": "person"}).json()[0]["id"] == first + 1


def test_a_fault_is_told_without_its_details(client, lake, monkeypatch):
    def broken(lake):
        raise ZeroDivisionError("Ann Smith")

    monkeypatch.setattr("xrm_lake.server.record_routes.list_types", broken)

    answer = client.get("/types")

    assert answer.status_code == 500
    assert answer.json()["error"] == "Fault"
    assert "Ann" not in answer.text
    assert len(list((lake.path / "tmp").glob("fault-*.txt"))) == 1


def test_verbs_that_need_no_lake_are_told_from_those_that_do():
    assert "rest" in verb("match").doors
    assert "rest" not in verb("restore").doors


def test_a_queue_a_cluster_and_a_decision_are_asked_for_over_rest(client, lake):
    ids = [
        client.post("/add", json={"type": "person", "values": {"full_name": name}}).json()
        for name in ("Ann", "Ann", "Bob")
    ]

    client.post("/match", json={"type": "person"})
    queue = client.post(
        "/matches", json={"type": "person", "order": "value", "at_least": 0.9, "at_most": 0.91, "limit": 5}
    )
    cluster = client.post("/cluster", json={"record_ids": ids}).json()
    decision = client.post("/judge_cluster", json={"yes": ids[:2], "no": ids[2:], "reason": "seen"}).json()
    (told,) = client.post("/decisions", json={"type": "person"}).json()

    assert (queue.status_code, queue.json()) == (200, [])
    assert ([each["id"] for each in cluster["records"]], cluster["differing"]) == (ids, ["full_name"])
    assert (told["decision_id"], told["pairs"], told["apart"], told["reason"]) == (decision, 3, 2, "seen")
    assert client.post("/undo_effect", json={"decision_id": decision}).json()["before"] == [ids[:2]]
    assert client.post("/matches", json={"type": "person", "order": "luck"}).status_code in (400, 422)
    assert client.post("/matches", json={"type": "person", "owner": "nobody"}).status_code == 400


def test_why_a_pair_was_asked_is_a_word_of_the_queue_or_nothing(client):
    ids = [client.post("/records/person", json={"full_name": name}).json()["id"] for name in ("Ann Lee", "Ann Leigh")]

    assert client.post("/judge", json={"pairs": [ids], "verdict": "unsure", "drawn": "luck"}).status_code in (400, 422)
    assert client.post("/judge", json={"pairs": [ids], "verdict": "unsure", "drawn": "audit"}).status_code == 200
