"""Matching across types and sources over REST."""

from tests.hygiene.many import add_many, someone
from tests.hygiene.two_types import add_both
from xrm_lake.hygiene.match_types import match_types
from xrm_lake.server.wire import decode, encode


def test_two_types_are_matched_listed_answered_and_the_answer_is_undone(client, lake):
    both = add_both(lake, common=1)[0]

    found = client.post("/match_types", json={"type": "candidate", "other": "person", "at_least": 0.9}).json()
    decision = client.post("/judge", json={"pairs": [both], "verdict": "two_roles"}).json()
    left = client.post("/matches_across", json={"type": "person", "at_least": 0.9}).json()
    client.post("/undo", json={"batch_id": decision})

    assert [(row["left_id"], row["right_id"]) for row in found["pairs"]] == [both]
    assert {row["right_field"] for row in found["fields"]} == {"full_name", "email", "mobile"}
    assert left == []
    assert len(client.post("/matches_across", json={"at_least": 0.9}).json()) == 1
    assert client.post("/judge", json={"pairs": [both], "verdict": "same"}).status_code in (400, 422)
    assert client.post("/match_types", json={"type": "lead", "other": "person"}).status_code in (400, 422)


def test_two_sources_are_matched(client, lake):
    add_many(lake, "person", [someone(place) for place in range(3)], source="one")
    add_many(lake, "person", [someone(place) for place in range(3)], source="two")

    found = client.post("/match_sources", json={"type": "person", "source": "one", "other": "two"}).json()

    assert len(found) == 3
    assert client.post("/match_sources", json={"type": "person", "source": "one", "other": "no"}).status_code == 404


def test_what_was_found_reaches_another_process_whole(lake):
    add_both(lake)
    found = match_types(lake, "candidate", "person")

    sent = decode(encode(found))

    assert sent.pairs.equals(found.pairs)
    assert sent.fields.equals(found.fields)
