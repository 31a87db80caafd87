"""What becomes one, from the command line: previews, provenance, trust, the certificate and fixes for the sources."""

import json

import pytest


@pytest.fixture
def pair(xrm):
    """One person, twice."""
    return [
        xrm("add", "person", f"full_name={name}", "email=ann@example.org", f"city={city}").out.strip()
        for name, city in (("Ann Lee", "Bonn"), ("Ann Marie Lee", "Wien"))
    ]


def test_a_dry_run_shows_the_golden_record_and_merges_nothing(xrm, pair):
    seen = xrm("merge", *pair, "--dry-run")

    assert seen.code == 0
    assert "Ann Marie Lee" in seen.out
    assert "longest" in seen.out
    assert f"Ann Lee ({pair[0]}, manual)" in seen.out
    assert "nothing was merged" in seen.err
    assert "Ann Lee" in xrm("show", pair[0]).out


def test_provenance_tells_of_each_value_where_it_comes_from(xrm, pair):
    xrm("merge", *pair)

    told = json.loads(xrm("provenance", str(int(pair[0]) + 1), "--format", "json").out)

    name = next(row for row in told if row["field"] == "full_name")
    assert (name["rule"], name["member_id"], name["source"]) == ("longest", int(pair[1]), "manual")
    assert name["others"] == [{"member_id": int(pair[0]), "source": "manual", "value": "Ann Lee"}]


def test_trust_in_a_source_is_said_and_shown(xrm, pair):
    assert xrm("source", "manual", "--trust", "2").code == 0
    assert xrm("source", "hubspot", "--trust", "2").code == 2

    assert xrm("sources", "--format", "csv").out.splitlines()[1].startswith("manual,2.0,person,2,0")


def test_the_certificate_says_what_is_missing_and_ends_with_1(xrm, pair):
    told = xrm("certificate", "person")

    assert told.code == 1
    assert "to_judge            299" in told.out
    assert "299 pairs of the audit" in told.err
    assert xrm("certificate", "person", "--let-go-on", "--reason", "looked at it").code == 1
    assert xrm("certificate", "nobody").code == 2


def test_merging_by_itself_can_be_tried_without_a_certificate(xrm, pair):
    tried = xrm("merge", "--auto", "person", "--dry-run")

    assert tried.code == 0
    assert "0 clusters of 0 records would be merged" in tried.err
    assert "xrm certificate person" in tried.err


def test_fixes_are_written_to_a_folder(xrm, tmp_path):
    file = tmp_path / "Contact.csv"
    file.write_text(
        "Id,IsDeleted,AccountId,FirstName,LastName,Email,MailingStreet,MailingCity\n003,false,,Ann,Lee,ann@example.org,,Bonn\n",
        encoding="utf-8",
    )
    xrm("import", str(file))
    id = xrm("search", "ann lee", "--format", "csv").out.splitlines()[1].partition(",")[0]
    xrm("set", id, "city=Wien", "job_title=")

    done = xrm("export", "--fixes", "--for", "salesforce", "--out", str(tmp_path / "fixes"))

    assert done.code == 0
    assert "1 changed cell" in done.err
    assert (tmp_path / "fixes" / "salesforce_person_updates.csv").read_text() == "Id,MailingCity\n003,Wien\n"
    assert xrm("export", "--fixes", "--for", "salesforce", "--out", str(tmp_path / "fixes")).code == 3


@pytest.mark.parametrize(
    "words",
    [
        ["export"],
        ["export", "person", "--for", "csv"],
        ["export", "person", "--fixes"],
        ["export", "--fixes", "--where", "1=1"],
    ],
)
def test_an_export_is_of_a_type_or_of_fixes(xrm, words):
    assert xrm(*words).code == 2
