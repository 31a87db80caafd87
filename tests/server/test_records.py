"""Records as resources: read, change with their version, link, find."""

import pytest


@pytest.fixture
def ann(client):
    return client.post("/records/person", json={"full_name": "Ann Smith", "city": "Bonn"}).json()["id"]


def test_a_record_that_was_added_can_be_read_listed_and_found(client, ann):
    assert client.get(f"/record/{ann}").json()["values"]["full_name"] == "Ann Smith"
    listed = client.get("/records/person", params={"where": "city = 'Bonn'", "sort": "full_name"}).json()
    assert (listed["total"], [row["id"] for row in listed["rows"]]) == (1, [ann])
    assert [hit["id"] for hit in client.get("/search", params={"text": "smith"}).json()] == [ann]


def test_a_page_is_a_part_and_the_total_is_of_all(client):
    for number in range(5):
        client.post("/records/person", json={"full_name": f"Person {number}"})

    page = client.get(
        "/records/person", params={"limit": 2, "offset": 2, "sort": "full_name", "descending": True}
    ).json()

    assert page["total"] == 5
    assert [row["full_name"] for row in page["rows"]] == ["Person 2", "Person 1"]


def test_an_edit_with_the_version_that_was_read_is_kept(client, ann):
    version = client.get(f"/record/{ann}").headers["etag"]

    changed = client.patch(f"/record/{ann}", json={"city": "Köln"}, headers={"If-Match": version})

    assert changed.status_code == 200
    assert changed.json()["values"]["city"] == "Köln"
    assert changed.headers["etag"] not in (version, None)


def test_an_edit_with_an_older_version_changes_nothing(client, ann):
    version = client.get(f"/record/{ann}").headers["etag"]
    client.patch(f"/record/{ann}", json={"city": "Köln"})

    refused = client.patch(f"/record/{ann}", json={"city": "Ulm"}, headers={"If-Match": version})

    assert refused.status_code == 412
    assert refused.json()["error"] == "Stale"
    assert "city" in refused.json()["message"]
    assert refused.json()["what_next"]
    assert client.get(f"/record/{ann}").json()["values"]["city"] == "Köln"


def test_what_was_deleted_comes_back_with_undo(client, ann):
    batch = client.delete(f"/record/{ann}").json()["batch_id"]
    assert client.get("/records/person").json()["total"] == 0

    assert client.post("/undo", json={"batch_id": batch}).json()["restored"] == 1
    assert client.get("/records/person").json()["total"] == 1


def test_records_are_linked_and_parted(client, ann):
    firm = client.post("/records/organisation", json={"name": "Acme"}).json()["id"]

    made = client.post(f"/record/{ann}/links", json={"link_type": "works_for", "to_id": firm, "since": "2017-03-01"})
    assert made.status_code == 201
    [link] = client.get(f"/record/{ann}/links").json()
    assert (link["other"], link["since"]) == ("Acme", "2017-03-01")

    assert client.delete(f"/link/{link['link_id']}").status_code == 200
    assert client.get(f"/record/{ann}/links").json() == []


def test_history_tells_what_happened_newest_first(client, ann):
    client.patch(f"/record/{ann}", json={"city": "Ulm"})

    rows = client.get(f"/record/{ann}/history").json()

    assert [(row["op"], row["field"], row["new"]) for row in rows] == [("set", "city", "Ulm"), ("create", None, None)]


def test_types_are_told_with_their_fields(client):
    assert "person" in [row["type"] for row in client.get("/types").json()]
    assert client.get("/types/deal").json()["stages"]
    assert "works_for" in [row["name"] for row in client.get("/link_types").json()]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error"),
    [
        ("GET", "/record/99", None, 404, "UnknownRecord"),
        ("GET", "/records/perso", None, 404, "UnknownName"),
        ("GET", "/types/perso", None, 404, "UnknownName"),
        ("GET", "/nothing/here", None, 404, "NotFound"),
        ("GET", "/records/person?where=nothing+%3E+1", None, 400, "InvalidQuery"),
        ("GET", "/records/person?limit=many", None, 400, "InvalidRequest"),
        ("GET", "/records/person?sort=colour", None, 400, "UnknownName"),
        ("POST", "/records/person", {"nam": "x"}, 400, "UnknownName"),
        ("POST", "/records/person", {"city": "Bonn"}, 400, "InvalidValue"),
        ("POST", "/sql", {"statement": "drop table entity"}, 400, "InvalidQuery"),
        ("POST", "/sql", {"statment": "select 1"}, 400, "InvalidRequest"),
        ("POST", "/undo", {"batch_id": 1}, 409, "Refused"),
        ("POST", "/merge", {"record_ids": [1]}, 400, "InvalidValue"),
        ("PUT", "/types", None, 405, "MethodNotAllowed"),
    ],
)
def test_an_error_says_what_and_has_the_status_that_fits(client, method, path, body, status, error):
    answer = client.request(method, path, json=body)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["message"]


def test_a_request_that_is_wrong_is_not_repeated_in_the_answer(client):
    answer = client.post("/undo", json={"batch_id": "Ann Smith"})

    assert answer.status_code == 400
    assert "Ann" not in answer.text


def test_a_version_that_is_none_is_said(client, ann):
    answer = client.patch(f"/record/{ann}", json={"city": "Ulm"}, headers={"If-Match": '"x"'})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path", ["/search?text=a&limit=-1", "/batches?limit=-1", "/jobs?limit=-1", "/records/person?limit=-1"]
)
def test_fewer_rows_than_none_cannot_be_asked_for(client, path):
    assert client.get(path).status_code == 400
    assert client.post("/search", json={"text": "a", "limit": -1}).status_code == 400


def test_half_a_character_is_refused(client, lake):
    answer = client.post(
        "/records/person", content=b'{"full_name": "x\\ud800"}', headers={"Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidRequest")
    assert lake.query("select count(*) from entity").value() == 0
