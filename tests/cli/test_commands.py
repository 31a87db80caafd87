"""Commands do what their verbs do, and leave with the exit code that says how it went."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def firms(tmp_path):
    file = tmp_path / "firms.csv"
    file.write_text("name,city\nAcme,Bonn\nGlobex,Ulm\n")
    return str(file)


@pytest.fixture
def twins(xrm):
    """Two persons who are one."""
    return [
        xrm("add", "person", "full_name=Ann Smith", "phone=+49 228 123456", f"email=ann@{n}.example").out.strip()
        for n in ("a", "b")
    ]


def test_an_import_counts_every_row_and_is_undone(xrm, firms):
    done = xrm("import", firms, "--type", "organisation", "--source", "test", "--format", "json")
    [file] = json.loads(done.out)["files"]
    assert (done.code, file["counted"], file["new"], file["rejected"]) == (0, 2, 2, 0)

    undone = xrm("undo", str(file["batch_id"]), "--format", "json")
    assert json.loads(undone.out)["withdrawn"] == 2
    assert xrm("records", "organisation", "--count").out == "0\n"


def test_a_dry_run_says_so_and_keeps_nothing(xrm, firms):
    done = xrm("import", firms, "--type", "organisation", "--dry-run")

    assert "dry run" in done.err
    assert xrm("records", "organisation", "--count").out == "0\n"


def test_a_dry_run_writes_down_what_would_become_of_each_row(xrm, firms, tmp_path):
    out = tmp_path / "rows.csv"
    xrm("import", firms, "--type", "organisation", "--dry-run", "--rows", str(out))

    assert out.read_text().splitlines()[0] == "file,record_no,line_no,verdict,reason,key,record_id,field,old,new"
    assert len(out.read_text().splitlines()) == 3
    shown = json.loads(xrm("import", firms, "--type", "organisation", "--dry-run", "--format", "json").out)
    assert [row["verdict"] for row in shown["files"][0]["rows"]] == ["new", "new"]
    assert xrm("import", firms, "--rows", str(tmp_path / "rows.doc")).code == 2


def test_a_conflict_is_listed_and_answered(xrm, firms):
    xrm("import", firms, "--type", "organisation", "--source", "test", "--key", "name")
    [record, _] = json.loads(xrm("records", "organisation", "--format", "json").out)
    xrm("set", str(record["id"]), "city=Köln")
    Path(firms).write_text("name,city\nAcme,Berlin\nGlobex,Berlin\n")
    xrm("import", firms, "--type", "organisation", "--source", "test", "--key", "name")

    listed = xrm("conflicts", "organisation", "--format", "json")
    [conflict] = json.loads(listed.out)
    assert (listed.code, conflict["mine"], conflict["theirs"]) == (0, "Köln", "Berlin")
    assert xrm("answer", str(conflict["conflict_id"]), "theirs").code == 0
    assert xrm("conflicts").code == 0


def test_values_are_told_listed_and_forgotten(xrm, firms, tmp_path):
    words = tmp_path / "words.csv"
    words.write_text("field,old,new\ncity,Ulm,Ulm/Donau\n")
    told = ["--value", "city:Bonn=Bonn am Rhein", "--values", str(words)]
    xrm("import", firms, "--type", "organisation", "--source", "test", *told)

    shown = json.loads(xrm("records", "organisation", "--format", "json").out)
    assert {row["city"] for row in shown} == {"Bonn am Rhein", "Ulm/Donau"}
    assert [row["old"] for row in json.loads(xrm("values", "test", "--format", "json").out)] == ["Bonn", "Ulm"]
    assert xrm("value", "test", "organisation", "city", "Bonn=", "--forget").code == 0
    assert [row["old"] for row in json.loads(xrm("values", "--format", "json").out)] == ["Ulm"]
    assert xrm("import", firms, "--value", "city").code == 2


def test_a_file_that_is_not_there_is_refused(xrm, tmp_path):
    done = xrm("import", str(tmp_path / "none.csv"))

    assert done.code in (2, 3)
    assert done.err.startswith("xrm: ")
    assert done.err.count("\n") == 1


def test_a_link_that_waits_is_listed_and_resolved(xrm, tmp_path):
    file = tmp_path / "deals.csv"
    file.write_text("name,stage,amount,organisation\nBig,Won,10,Acme\n")
    brought = xrm("import", str(file), "--type", "deal", "--source", "test")
    assert brought.code == 1
    assert "xrm pending" in brought.err

    firm = xrm("add", "organisation", "name=Acme Ltd").out.strip()
    [waiting] = json.loads(xrm("pending", "--format", "json").out)
    assert xrm("resolve", str(waiting["pending_id"]), firm).out == "1\n"
    assert json.loads(xrm("pending", "--format", "json").out) == []


def test_records_are_changed_linked_deleted_and_brought_back(xrm):
    ann = xrm("add", "person", "full_name=Ann").out.strip()
    firm = xrm("add", "organisation", "name=Acme").out.strip()

    assert xrm("set", ann, "city=Bonn", "phone=").code == 0
    link = xrm("link", ann, "works_for", firm, "--since", "2017-03-01").out.strip()
    assert xrm("unlink", link).code == 0
    batch = xrm("delete", ann).out.strip()
    assert xrm("records", "person", "--count").out == "0\n"
    assert xrm("undo", batch).code == 0
    assert json.loads(xrm("show", ann, "--format", "json").out)["values"]["city"] == "Bonn"
    assert "city" in xrm("history", ann).out


def test_a_change_to_an_older_version_is_refused(xrm):
    ann = xrm("add", "person", "full_name=Ann").out.strip()
    seen = json.loads(xrm("show", ann, "--format", "json").out)["updated_at"]
    xrm("set", ann, "city=Bonn")

    refused = xrm("set", ann, "city=Ulm", "--base", seen)

    assert refused.code == 3
    assert "city" in refused.err
    assert json.loads(xrm("show", ann, "--format", "json").out)["values"]["city"] == "Bonn"


def test_twins_are_merged_judged_and_parted(xrm, twins):
    decision = xrm("merge", *twins, "--reason", "same phone").out.strip()
    assert xrm("records", "person", "--count").out == "1\n"
    assert xrm("undo", decision).code == 0
    assert xrm("records", "person", "--count").out == "2\n"

    other = xrm("add", "person", "full_name=Anne Smith").out.strip()
    assert xrm("judge", twins[0], other, "different").code == 0
    xrm("merge", *twins)
    refused = xrm("merge", twins[1], other)
    assert refused.code == 3
    assert "Nothing was changed" in refused.err

    assert xrm("unmerge", twins[1]).code == 0
    assert xrm("records", "person", "--count").out == "3\n"


def test_a_verdict_that_is_none_is_misuse(xrm, twins):
    assert xrm("judge", *twins, "maybe").code == 2


def test_merging_by_itself_needs_a_certificate(xrm, twins):
    refused = xrm("merge", "--auto", "person")

    assert refused.code == 3
    assert "not certified" in refused.err


def test_a_check_that_finds_something_ends_with_1(xrm):
    assert xrm("check", "person").code == 0

    xrm("add", "person", "full_name=Ann")

    assert xrm("check", "person").code == 1
    assert xrm("issues", "person").code == 1
    assert xrm("issues", "person", "--count").code == 1
    assert xrm("issues", "organisation").code == 0


def test_matching_small_lists_and_their_clusters(xrm, twins):
    assert xrm("match", "person").code == 0
    assert xrm("matches", "person", "--at-least", "0.9").code == 0
    assert xrm("clusters", "person", "--format", "csv").out.startswith("record_id,source,source_key,cluster_id\n")
    assert xrm("clusters", "person", "--waiting").code == 0
    assert xrm("clusters", "person", "--waiting", "--at-least", "0.9").code == 2


def test_waiting_pairs_are_listed_by_what_hangs_on_them(xrm, twins):
    xrm("match", "person")
    deal = xrm("add", "deal", "name=Big", "stage=Proposal", "amount=900").out.strip()
    xrm("link", deal, "involves", twins[0])

    (pair,) = json.loads(xrm("matches", "person", "--order", "value", "--format", "json").out)

    assert (pair["why"], pair["stake"], pair["guards"]) == ("value", 920, [])
    assert json.loads(xrm("matches", "person", "--at-most", "0.6", "--format", "json").out) == []
    assert xrm("matches", "person", "--source", "nobody").code == 2
    assert xrm("matches", "person", "--owner", "nobody").code == 2
    assert xrm("matches", "person", "--order", "audit", "--source", "crm").code == 2
    assert xrm("matches", "person", "--order", "luck").code == 2


def test_records_are_seen_side_by_side_and_some_are_kept_apart(xrm, twins):
    other = xrm("add", "person", "full_name=Bob Miller").out.strip()
    shown = xrm("cluster", *twins, other)

    decision = xrm("merge", *twins, "--not", other)

    assert "full_name" in shown.out
    assert "3 records" in shown.err
    merged = json.loads(xrm("cluster", twins[0], "--format", "json").out)
    assert merged["golden"]
    assert [str(each["id"]) for each in merged["records"]] == twins
    assert decision.code == 0
    assert xrm("merge", twins[0], other).code == 3
    assert xrm("merge", "--auto", "person", "--not", other).code == 2


def test_decisions_are_listed_with_what_an_undo_would_do(xrm, twins):
    decision = xrm("judge", *twins, "different", "--reason", "father and son", "--drawn", "audit").out.strip()

    (row,) = json.loads(xrm("decisions", "--type", "person", "--verdict", "different", "--format", "json").out)

    assert (str(row["decision_id"]), row["reason"], row["drawn"]) == (decision, "father and son", "audit")
    assert xrm("decisions", "--undone").out.strip() != ""
    assert "asked again" in xrm("decisions", "--what-if", decision).err
    assert json.loads(xrm("decisions", "--what-if", decision, "--format", "json").out)["asked_again"] == 1
    assert xrm("decisions", "--what-if", "9999").code == 2


def test_a_snapshot_and_a_report(xrm, tmp_path):
    xrm("add", "person", "full_name=Ann")

    assert json.loads(xrm("snapshot", "--format", "json", "--as-of", "2017-12-31").out)["as_of"] == "2017-12-31"
    assert "as of 2017-12-31" in xrm("report", "weekly", "--as-of", "2017-12-31").out
    assert json.loads(xrm("report", "pipeline", "--format", "json").out)["name"] == "pipeline"
    written = xrm("report", "weekly", "--out", str(tmp_path / "out"), "--as", "html,xlsx", "--as-of", "2017-12-31")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["weekly-2017-12-31.html", "weekly-2017-12-31.xlsx"]
    assert len(written.out.splitlines()) == 2


@pytest.mark.parametrize("words", [["--as", "html,md"], ["--as", "docx"], ["--format", "csv"], ["colour=red"]])
def test_a_report_that_cannot_be_is_misuse(xrm, words):
    assert xrm("report", "weekly", *words).code == 2


def test_a_whole_lake_goes_into_a_folder_and_that_into_another_lake(xrm, tmp_path):
    xrm("add", "person", "full_name=Ann Smith")
    out = str(tmp_path / "out")

    done = xrm("export", "--all", "--out", out, "--as", "parquet")
    again = xrm("export", "--all", "--out", out)

    assert (done.code, again.code, xrm("export", "--all").code) == (0, 3, 2)
    assert "1 record and 0 links" in done.err
    assert json.loads(xrm("import", out, "--format", "json").out)["files"][0]["same"] == 1


def test_an_export_goes_to_stdout_or_to_a_file_once(xrm, tmp_path):
    xrm("add", "person", "full_name=Ann Smith")
    out = str(tmp_path / "people.xlsx")

    assert "Ann Smith" in xrm("export", "person").out
    assert json.loads(xrm("export", "person", "--format", "json").out)[0]["full_name"] == "Ann Smith"
    assert xrm("export", "person", "--out", out).code == 0
    assert xrm("export", "person", "--out", out).code == 3
    assert xrm("export", "person", "--out", out, "--replace").code == 0


def test_the_model_is_changed_by_commands(xrm):
    commands = [
        ["type", "add", "book", "--field", "title:text:required", "--caption", "title", "--set", "icon=📕"],
        ["type", "rename", "book", "Volume", "--plural", "Volumes"],
        ["type", "change", "book", "staleness_days=90"],
        ["field", "add", "book", "pages", "--kind", "text"],
        ["field", "rename", "book", "pages", "Page count"],
        ["field", "change", "book", "pages", "level=expected"],
        ["linktype", "add", "wrote", "--inverse", "was written by", "--from", "person", "--to", "book"],
        ["linktype", "rename", "wrote", "has written"],
        ["linktype", "change", "wrote", "cardinality=many"],
        ["linktype", "retire", "wrote"],
        ["linktype", "retire", "wrote", "--back"],
        ["field", "retire", "book", "pages"],
        ["field", "retire", "book", "pages", "--back"],
    ]
    for words in commands:
        outcome = xrm(*words)
        assert (outcome.code, outcome.err) == (0, ""), words

    [listed] = [row for row in json.loads(xrm("types", "--format", "json").out) if row["type"] == "book"]
    assert (listed["label"], listed["plural"], listed["fields"]) == ("Volume", "Volumes", 2)


def test_a_field_is_retyped_after_a_look_at_what_would_fail(xrm):
    xrm("type", "add", "book", "--field", "title:text:required", "--field", "pages:text", "--caption", "title")
    xrm("add", "book", "title=Moby", "pages=many")
    xrm("add", "book", "title=Emma", "pages=300")

    look = xrm("field", "retype", "book", "pages", "integer", "--dry-run", "--format", "json")
    assert look.code == 1
    assert [row["count"] for row in json.loads(look.out)] == [1]
    assert xrm("field", "retype", "book", "pages", "integer").code == 3
    assert xrm("field", "retype", "book", "pages", "integer", "--force").code == 0
    assert json.loads(xrm("show", "3", "--format", "json").out)["values"]["pages"] == 300


def test_a_retired_type_comes_back(xrm):
    assert xrm("type", "retire", "campaign").code == 0
    assert "campaign" not in xrm("types").out
    assert xrm("type", "retire", "campaign", "--back").code == 0
    assert "campaign" in xrm("types").out


def test_a_backup_is_restored(xrm):
    xrm("add", "person", "full_name=Ann")
    copy = xrm("backup", "--name", "monday").out.strip()
    xrm("add", "person", "full_name=Bob")

    assert xrm("restore", copy).code == 0
    assert xrm("records", "person", "--count").out == "1\n"


def test_a_lake_is_made_once(tmp_path, capsys):
    from xrm_lake.cli.run import run

    folder = str(tmp_path / "new.xrm")

    assert run(["init", folder]) == 0
    assert run(["init", folder]) == 3
    assert run(["init", str(tmp_path / "other.xrm"), "--template", "crn"]) == 2
    assert "crm" in capsys.readouterr().err


def test_the_lake_is_named_by_option_or_environment(lake_path, capsys, monkeypatch, tmp_path):
    from xrm_lake.cli.run import run

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XRM_LAKE", str(tmp_path / "none.xrm"))
    assert run(["types"]) == 3
    assert run(["types", "--lake", str(lake_path)]) == 0
    monkeypatch.setenv("XRM_LAKE", str(lake_path))
    assert run(["types"]) == 0
    monkeypatch.delenv("XRM_LAKE")
    assert run(["types"]) == 0, "lake.xrm in the current folder is the default"


def test_presets_are_listed_shown_and_named_by_a_file_beside_the_shell(xrm, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "club.toml").write_text(
        '[members]\ntype = "person"\nneeds = ["Nr"]\n[members.columns]\n"Nr" = "key"\n"Wer" = "full_name"\n'
    )
    (tmp_path / "list.csv").write_text("Nr,Wer\nM-1,Ann Lee\n")

    listed = json.loads(xrm("presets", "--format", "json").out)
    shown = json.loads(xrm("presets", "salesforce/contact", "--format", "json").out)
    done = xrm("import", "list.csv", "--preset", "club.toml", "--format", "json")

    assert {"hubspot/contacts", "odoo/partners"} <= {row["preset"] for row in listed}
    assert {row["header"]: row["becomes"] for row in shown}["LastName"] == "family_name"
    assert json.loads(done.out)["files"][0]["preset"] == "club/members"
