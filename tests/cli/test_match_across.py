"""Matching across types and sources from the command line."""

import json

import pytest

PEOPLE = [("Ann Lee", "ann@example.org"), ("Bob Stone", "bob@example.org"), ("Carla Haas", "carla@example.org")]


@pytest.fixture
def both(xrm):
    """A type of one's own, one of whose records is a person too: candidate, person."""
    xrm("type", "add", "candidate", "--label", "Candidate")
    for name, kind in (("name", "full_name"), ("mail", "email")):
        assert xrm("field", "add", "candidate", name, "--kind", kind).code == 0
    people = [xrm("add", "person", f"full_name={name}", f"email={mail}").out.strip() for name, mail in PEOPLE]
    return xrm("add", "candidate", "name=Ann Lee", "mail=ann@example.org").out.strip(), people[0]


def test_records_of_two_types_are_found_answered_and_taken_back(xrm, both):
    found = xrm("match", "candidate", "--with", "person")
    decision = xrm("judge", *both, "same-thing", "--reason", "same mail").out.strip()
    left = xrm("matches", "candidate", "--with", "person", "--format", "csv").out.splitlines()
    shown = xrm("show", both[0])
    xrm("undo", decision)
    again = json.loads(xrm("matches", "person", "--with", "candidate", "--format", "json").out)

    assert found.code == 0
    assert "mail with email" in found.err
    assert "same-thing|two-roles|different" in found.err
    assert len(left) == 1
    assert "is the same as" in shown.out
    assert [(str(row["left_id"]), str(row["right_id"])) for row in again] == [both]


def test_what_cannot_be_is_misuse(xrm, both):
    assert xrm("judge", *both, "same").code == 2
    assert xrm("match", "candidate", "--with", "candidate").code == 2
    assert xrm("match", "candidate", "--with", "person", "--between", "a,b").code == 2
    assert xrm("match", "person", "--between", "salesforce").code == 2
    assert xrm("matches", "candidate", "--with", "person", "--order", "value").code == 2
    said = xrm("match", "person", "--between", "manual,hubspot")
    assert said.code == 2
    assert "source of person" in said.err


def test_two_sources_are_matched(xrm, tmp_path):
    for source in ("one", "two"):
        file = tmp_path / f"{source}.csv"
        file.write_text("Full name,Email\n" + "".join(f"{name},{mail}\n" for name, mail in PEOPLE), encoding="utf-8")
        assert xrm("import", str(file), "--type", "person", "--source", source).code == 0

    found = json.loads(xrm("match", "person", "--between", "one,two", "--format", "json").out)

    assert len(found) == 3
