"""What a command tells a person: what it found, what came back, and what to do instead."""

import json

import pytest


def test_the_day_of_a_report_may_stand_among_its_options(xrm):
    assert "as of 2026-01-01" in xrm("report", "pipeline", "as_of=2026-01-01").out

    assert xrm("report", "pipeline", "as_of=soon").code == 2
    assert xrm("report", "pipeline", "as_of=2026-01-01", "--as-of", "2026-01-01").code == 2
    assert xrm("report", "pipeline", "name=weekly").code == 2


def test_waiting_links_are_listed_by_the_type_of_the_record_or_of_the_link(xrm, tmp_path):
    file = tmp_path / "deals.csv"
    file.write_text("name,stage,amount,organisation\nBig,Won,10,Acme\n")
    xrm("import", str(file), "--type", "deal", "--source", "test")

    def waiting(name):
        return len(json.loads(xrm("pending", "--type", name, "--format", "json").out))

    assert (waiting("deal"), waiting("for_organisation"), waiting("person"), waiting("works_for")) == (1, 1, 0, 0)
    assert "Did you mean 'deal'" in xrm("pending", "--type", "deel").err


def test_an_undo_says_in_words_what_came_back(xrm, tmp_path):
    ids = [xrm("add", "person", f"full_name=Ann {n}", f"email=ann@{n}.example").out.strip() for n in "ab"]
    xrm("set", ids[0], "phone=+49 40 99998811", "city=Ulm")
    edit = json.loads(xrm("batches", "--format", "json").out)[0]["batch_id"]
    assert xrm("undo", xrm("judge", *ids, "unsure").out.strip()).err == "1 verdict taken back.\n"
    merged = xrm("merge", *ids).out.strip()

    taken_apart = xrm("undo", merged)
    assert taken_apart.err == "1 merge taken apart.\n"
    assert xrm("undo", taken_apart.out.split()[1]).err == "1 merge brought back.\n"
    assert xrm("undo", str(edit)).err == "2 fields of 1 record went back.\n"


def test_an_import_that_was_undone_comes_back_by_importing_again(xrm, tmp_path):
    file = tmp_path / "firms.csv"
    file.write_text("name,city\nAcme,Bonn\nGlobex,Ulm\n")
    xrm("import", str(file), "--type", "organisation", "--source", "test")
    batch = str(json.loads(xrm("batches", "--format", "json").out)[0]["batch_id"])

    assert xrm("undo", batch).err == "2 records withdrawn.\n"
    again = xrm("undo", batch)
    assert again.code == 3
    assert "import the file again" in again.err
    assert "undo 3" not in again.err


@pytest.mark.parametrize(
    "words", [("type", "change", "person", "stalenes_days=90"), ("field", "change", "person", "city", "labell=x")]
)
def test_a_setting_that_is_not_there_names_the_nearest(xrm, words):
    refused = xrm(*words)

    assert refused.code == 2
    assert "Did you mean 'staleness_days'" in refused.err or "Did you mean 'label'" in refused.err


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("type", "change", "person", "stalenes_days=90"), "'staleness_days'"),
        (("field", "change", "person", "city", "labell=x"), "'label'"),
        (("issues", "organisation", "--check", "required_mising"), "'required_missing'"),
    ],
)
def test_what_is_not_there_names_the_nearest(xrm, words, near):
    refused = xrm(*words)

    assert refused.code == 2
    assert near in refused.err


def test_who_looks_in_vain_is_told_so(xrm):
    assert xrm("search", "nobody").err == "Nothing found.\n"
    assert xrm("records", "deal").err == "Nothing found.\n"
    assert xrm("issues", "--limit", "-1").code == 2


def test_a_reason_stands_in_the_history_and_with_the_batch(xrm):
    ids = [xrm("add", "person", f"full_name=Ann {n}").out.strip() for n in "ab"]
    xrm("judge", *ids, "different", "--reason", "father and son")

    assert "father and son" in xrm("history", ids[0]).out
    assert json.loads(xrm("batches", "--format", "json").out)[0]["note"] == "father and son"


def test_a_record_is_shown_with_what_has_no_field_and_what_could_not_be_read(xrm, tmp_path):
    file = tmp_path / "deals.csv"
    file.write_text(
        "name,stage,amount,shoe size\nBig,Won,ten,44\n" + "".join(f"D{n},Won,{n},{n}\n" for n in range(20, 40))
    )
    xrm("import", str(file), "--type", "deal", "--source", "test", "--map", "shoe size=extra", "--map", "amount=amount")
    [found] = json.loads(xrm("records", "deal", "--where", "name = 'Big'", "--format", "json").out)
    shown = xrm("show", str(found["id"])).out

    assert "44" in shown
    assert "amount (could not be read)  ten" in shown


def test_an_edit_says_which_record_and_fields_it_touched_and_no_value(xrm):
    ann = xrm("add", "person", "full_name=Ann").out.strip()
    xrm("set", ann, "city=Bonn", "phone=")
    xrm("delete", ann)

    notes = [batch["note"] for batch in json.loads(xrm("batches", "--format", "json").out)[:3]]
    assert notes == [f"person {ann} deleted", f"person {ann}: city, phone", f"person {ann} added"]


def test_cells_that_were_rejected_are_counted_with_their_columns_and_pointed_to(xrm, tmp_path):
    file = tmp_path / "deals.csv"
    rows = "".join(f"d{n},Deal {n},Won,{n}\n" for n in range(9))
    file.write_text(f"id,Deal name,Stage,Amount\n{rows}d9,Nine,Won,abc\n")

    done = xrm("import", str(file), "--type", "deal", "--source", "test")

    assert (
        "1 cell of deals.csv was rejected (1 in Amount); its row came in without it. See them: xrm rejects" in done.err
    )
    assert "abc" in xrm("rejects", "2").out


def test_the_account_by_rows_goes_to_the_output_where_the_file_is_a_dash(xrm, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "people.csv"
    file.write_text("id,First name,Last name\np1,Ann,Lee\n")

    done = xrm("import", str(file), "--type", "person", "--source", "test", "--dry-run", "--rows", "-")

    assert done.out.startswith("file,record_no,line_no,verdict")
    assert not (tmp_path / "-").exists()


def test_meanings_for_a_source_that_nothing_came_from_yet_are_kept_and_that_is_said(xrm):
    said = xrm("value", "nosuchsource", "person", "country", "Deutschl.=Germany")

    assert (said.code, "Nothing has come from nosuchsource yet" in said.err) == (0, True)
