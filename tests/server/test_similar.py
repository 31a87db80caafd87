"""What is similar is told over REST with every record that is made or changed, and stands in nobody's way unasked."""

import pytest

ANN = {"full_name": "Ann Stone", "given_name": "Ann", "family_name": "Stone", "email": "ann.stone@firma.example"}


@pytest.fixture
def ann(client):
    return client.post("/records/person", json=ANN).json()["id"]


def count(client):
    return client.get("/records/person").json()["total"]


def test_adding_tells_what_is_there_already_and_adds_all_the_same(client, ann):
    answer = client.post("/records/person", json=ANN)

    assert answer.status_code == 201
    (found,) = answer.json()["similar"]
    assert (found["id"], found["caption"], found["score"]) == (ann, "Ann Stone", None)
    assert "same E-mail" in found["reason"]
    assert count(client) == 2


def test_adding_what_is_like_nothing_tells_nothing(client, ann):
    answer = client.post("/records/person", json={"full_name": "Bob Berg"})

    assert answer.json()["similar"] == []


def test_what_is_similar_is_refused_only_if_one_asks_for_that(client, ann):
    refused = client.post("/records/person", json=ANN, params={"refuse_similar": True})
    made = client.post("/records/person", json={"full_name": "Bob Berg"}, params={"refuse_similar": True})

    assert (refused.status_code, refused.json()["error"]) == (409, "SimilarThere")
    assert str(ann) in refused.json()["message"]
    assert "Stone" not in refused.text
    assert refused.json()["what_next"]
    assert made.status_code == 201
    assert count(client) == 2


def test_one_can_ask_without_adding(client, ann):
    asked = client.post("/similar/person", json=ANN, params={"limit": 3})
    verb = client.post("/similar", json={"type": "person", "values": ANN})
    itself = client.post("/similar/person", json={}, params={"without": ann})

    assert [each["id"] for each in asked.json()] == [ann]
    assert verb.json() == asked.json()
    assert itself.json() == []
    assert count(client) == 1


def test_an_edit_tells_what_the_record_is_like_now(client, ann):
    bob = client.post("/records/person", json={"full_name": "Bob Berg"}).json()["id"]

    same = client.patch(f"/record/{bob}", json={"email": ANN["email"]}).json()
    title = client.patch(f"/record/{bob}", json={"job_title": "Buyer"}).json()

    assert [each["id"] for each in same["similar"]] == [ann]
    assert title["similar"] == []
    assert title["values"]["job_title"] == "Buyer"


def test_after_a_match_run_there_is_a_probability(client, lake):
    for place in range(130):
        values = {"full_name": f"P{place} Nord{place}", "email": f"p{place}@firma.example", "city": "Bonn"}
        client.post("/records/person", json=values)
    client.post("/match", json={"type": "person"})

    (found,) = client.post("/similar/person", json={"full_name": "P7 Nord7", "email": "p7@firma.example"}).json()

    assert found["score"] > 0.9
    assert client.post("/match_new", json={"type": "person"}).json()["anew"] is None


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/similar/persn", {}, 404),
        ("/similar/person", {"emial": "x"}, 400),
        ("/similar/person", {"email": "nobody at home"}, 400),
        ("/similar/person?without=99", {}, 404),
        ("/similar/person?limit=-1", {}, 400),
    ],
)
def test_what_cannot_be_asked_is_told(client, path, body, status):
    assert client.post(path, json=body).status_code == status
