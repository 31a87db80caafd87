"""Duplicates at the command line: told when a record is added, looked for on demand, matched where they are new."""

import json


def add(xrm, *values):
    return xrm("add", "person", *values)


def test_adding_says_on_stderr_what_is_similar_and_prints_the_id_alone(xrm):
    first = add(xrm, "full_name=Ann Stone", "email=ann@firma.example")
    again = add(xrm, "full_name=Ann Stone", "email=ann@firma.example")

    assert "Similar" not in first.err
    assert again.code == 0
    assert again.out.split() == [str(int(first.out) + 2)]
    assert f"Similar: Ann Stone (person {int(first.out)}): same" in again.err
    assert "no match run has been made yet" in again.err


def test_the_like_of_values_and_of_a_record_can_be_asked_for(xrm):
    first = int(add(xrm, "full_name=Ann Stone", "email=ann@firma.example").out)
    second = int(add(xrm, "full_name=Bob Berg", "email=ann@firma.example").out)

    asked = json.loads(xrm("similar", "person", "email=ann@firma.example", "--format", "json").out)
    other = json.loads(xrm("similar", "person", "--without", str(second), "--format", "json").out)

    assert [each["id"] for each in asked] == [first, second]
    assert [each["id"] for each in other] == [first]
    assert xrm("similar", "person", "full_name=Nobody").err.strip().endswith("Nothing found.")
    assert xrm("similar", "person").code == 2
    assert xrm("similar", "persn", "full_name=Ann").code == 2


def test_matching_what_is_new_says_how_many_that_were_or_why_it_was_all(xrm):
    for place in range(6):
        add(xrm, f"full_name=Person {place}", f"email=p{place}@firma.example")

    first = xrm("match", "person", "--new")
    again = xrm("match", "person", "--new")
    both = xrm("match", "person", "--new", "--between", "a,b")

    assert "All 6 records were matched: no match run has been made yet." in first.err
    assert "New or changed: 0 records." in again.err
    assert (first.code, again.code, both.code) == (0, 0, 2)
