"""Deciding from the command line: what waits, what is one already, and what goes with what."""

import json

import pytest


@pytest.fixture
def twins(xrm):
    """Three people, each of them twice; gives their ids, twin by twin."""
    return [
        xrm("add", "person", f"full_name={name}", f"email={mail}@example.org").out.strip()
        for name, mail in (("Ann Lee", "ann"), ("Bob Stone", "bob"), ("Eva Novak", "eva"))
        for _ in range(2)
    ]


def test_why_two_records_may_be_one_is_said_in_words(xrm, twins):
    matched = xrm("match", "person")
    listed = json.loads(xrm("matches", "person", "--format", "json").out)

    assert "Same given name, family name and email" in matched.out
    assert {row["sentence"].partition(";")[0].rstrip(".") for row in listed} == {
        "Same given name, family name and email"
    }


def test_a_part_of_the_pairs_is_told_as_a_part(xrm, twins):
    xrm("match", "person")

    assert xrm("matches", "person").err == "3 pairs wait for a verdict.\n"
    assert xrm("matches", "person", "--limit", "2").err == "2 of 3 pairs that wait for a verdict.\n"
    assert xrm("matches", "person", "--offset", "1").err.startswith("2 of 3 pairs")
    assert xrm("matches", "person", "--limit", "9").err == "3 pairs wait for a verdict.\n"


def test_a_type_that_was_never_matched_is_not_one_without_duplicates(xrm, twins):
    asked = xrm("matches", "person")

    assert (asked.code, asked.out) == (3, "")
    assert "never matched" in asked.err
    assert "xrm match person" in asked.err
    assert "Ask for person." in xrm("matches", "lead").err
    assert "never compared" in xrm("matches", "person", "--with", "product").err


def test_a_source_that_is_mistyped_is_said_with_near_names(xrm, twins):
    xrm("match", "person")

    asked = xrm("matches", "person", "--source", "manal")

    assert asked.code == 2
    assert "Did you mean 'manual'?" in asked.err
    assert xrm("matches", "person", "--source", "manual").err.startswith("3 pairs wait")


@pytest.mark.parametrize("option", [("--at-least", "0.9"), ("--at-most", "5"), ("--force",)])
def test_what_is_meant_for_merging_without_a_person_is_refused_where_records_are_named(xrm, twins, option):
    refused = xrm("merge", *twins[:2], *option)

    assert refused.code == 2
    assert f"{option[0]}: only with --auto" in refused.err
    assert xrm("decisions").out.count("\n") <= 2
    assert xrm("merge", "--auto", "person", "--not", twins[0]).code == 2
    assert xrm("merge", twins[0], "--auto", "person").code == 2


def test_options_that_would_do_nothing_are_refused(xrm):
    assert xrm("certificate", "person", "--reason", "so").code == 2
    assert xrm("clusters", "person", "--limit", "3").code == 2


def test_records_that_are_one_already_are_not_merged_again(xrm, twins):
    decision = xrm("merge", *twins[:2]).out.strip()
    golden = str(int(twins[0]) + 1)

    for again in (twins[:2], [golden, twins[1]], [*twins[:2], "--dry-run"]):
        refused = xrm("merge", *again)
        assert refused.code == 3
        assert f"are one already: record {golden} stands for them. Nothing was changed." in refused.err

    assert xrm("batches", "--format", "csv").out.splitlines()[1].startswith(f"{decision},")


def test_the_cluster_of_a_merged_record_is_its_golden_record_with_all_members(xrm, twins):
    xrm("set", twins[1], "city=Bonn")
    xrm("match", "person")
    xrm("merge", *twins[:2])
    golden = str(int(twins[0]) + 1)

    for id in (twins[0], twins[1], golden):
        shown = xrm("cluster", id)
        assert shown.code == 0
        assert f"{golden} golden" in shown.out
        assert f"Record {golden} stands for {twins[0]}, {twins[1]}" in shown.err
    told = json.loads(xrm("cluster", golden, "--format", "json").out)
    assert [side["id"] for side in told["records"]] == [int(id) for id in twins[:2]]
    assert told["result"]["city"] == "Bonn"


def test_a_record_without_a_twin_is_said_to_stand_alone(xrm):
    id = xrm("add", "person", "full_name=Ann Lee").out.strip()

    assert "stands alone" in xrm("cluster", id).err
