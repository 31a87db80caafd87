"""An export that comes back: nothing is there twice, and what a person wrote into it is what changes."""

from datetime import date

import polars as pl
import pytest

from tests.hygiene.many import add_many
from xrm_lake.errors import ImportRefused
from xrm_lake.hygiene.judge import merge, unmerge
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.own.link_rows import each_once
from xrm_lake.ingest.rejects import list_rejects
from xrm_lake.reports.export import export_type
from xrm_lake.store.conflicts import answer_conflicts, list_conflicts
from xrm_lake.store.links import link_records
from xrm_lake.store.open import init_lake
from xrm_lake.store.read import select_outgoing, show_record
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.undo import undo

FORMS = ("csv", "xlsx", "parquet", "jsonl")
COUNTS = ("new", "changed", "same", "rejected", "conflicts", "links", "pending")


@pytest.fixture
def firm(lake):
    """A lake with people of two firms, a lead, a deal, and two records that are one person: their ids by name."""
    acme, blue = add_many(lake, "organisation", [{"name": "Acme", "city": "Bonn"}, {"name": "Blue"}], source="erp")
    ann, anne, bob = add_many(
        lake,
        "person",
        [
            {"full_name": "Ann Lee", "email": "ann@acme.example", "phone": "+492281234567", "city": "Bonn", "job_title": "=Head"},
            {"full_name": "Anne Lee", "email": "ann@acme.example", "phone": None, "city": None, "job_title": "Head, \"of\" all",
             "description": "two\nlines, \"quoted\""},
            {"full_name": "Bob", "email": None, "phone": None, "city": "Wien", "job_title": None},
        ],
    )  # fmt: skip
    deal = add_record(
        lake, "deal", {"name": "Roof", "stage": "Proposal", "amount": "1200.50", "close_date": date(2026, 5, 1)}
    )
    lead = add_record(lake, "lead", {"status": "New", "full_name": "Eve", "email": "eve@blue.example"})
    link_records(lake, ann, "works_for", acme, fields={"title": "Head"})
    link_records(lake, anne, "works_for", acme)
    link_records(lake, bob, "works_for", blue)
    link_records(lake, deal, "for_organisation", acme)
    return {"acme": acme, "blue": blue, "ann": ann, "anne": anne, "bob": bob, "deal": deal, "lead": lead}


TYPES = ("organisation", "person", "deal", "lead")


def all_of(lake, folder, form="csv"):
    folder.mkdir(exist_ok=True)
    return [export_type(lake, name, out=folder / f"{name}.{form}")[0] for name in TYPES]


def totals(result):
    return {name: result.total(name) for name in COUNTS}


def edited(file, **columns):
    """The file as it is after somebody changed columns in it."""
    rows = pl.read_csv(file, infer_schema=False).with_columns(**columns)
    rows.write_csv(out := file.with_name("edited.csv"))
    return out


def where(name, then, otherwise):
    return pl.when(pl.col("full_name") == name).then(then).otherwise(otherwise)


def seen(lake, name):
    """The records of a type by uid, without what is a lake's own."""
    rows = select_outgoing(lake, name).drop("id", "updated_at", "xrm:version")
    rows = rows.drop("party_id") if "party_id" in rows.columns else rows
    return {row["xrm:record"]: row for row in rows.to_dicts()}


@pytest.mark.parametrize("form", FORMS)
def test_an_export_that_comes_back_as_it_was_makes_and_changes_nothing(lake, firm, tmp_path, form):
    merge(lake, [firm["ann"], firm["anne"]], by="ann")
    before = {name: seen(lake, name) for name in TYPES}

    result = import_files(lake, all_of(lake, tmp_path / "out", form), source="anything")

    assert totals(result) == dict.fromkeys(COUNTS, 0) | {"same": sum(map(len, before.values()))}
    assert {name: seen(lake, name) for name in TYPES} == before


@pytest.mark.parametrize("form", FORMS)
def test_in_an_empty_lake_an_export_is_the_same_records_links_and_roles(lake, firm, tmp_path, clock, form):
    files = all_of(lake, tmp_path / "out", form)
    before = {name: seen(lake, name) for name in TYPES}

    with init_lake(tmp_path / "other.xrm", clock=clock, user="eve") as other:
        # The party of a role comes with the people.
        first = import_files(other, files, source="whatever")
        after = {name: seen(other, name) for name in TYPES}
        again = import_files(other, files, source="something_else")

    assert (first.total("new"), first.total("rejected"), first.total("pending")) == (
        sum(map(len, before.values())),
        0,
        0,
    )
    assert after == before
    assert totals(again) == dict.fromkeys(COUNTS, 0) | {"same": first.total("new")}


def test_what_was_written_into_an_export_is_what_changes_and_a_persons(lake, firm, tmp_path):
    file, _ = export_type(lake, "person", out=tmp_path / "people.csv")
    before = seen(lake, "person")

    result = import_files(
        lake,
        [
            edited(
                file,
                city=where("Bob", None, pl.col("city")),
                job_title=where("Bob", pl.lit("CEO"), pl.col("job_title")),
            )
        ],
    )

    assert totals(result) == dict.fromkeys(COUNTS, 0) | {"changed": 1, "same": 3}
    bob = show_record(lake, firm["bob"])
    assert (bob.values["city"], bob.values["job_title"]) == (None, "CEO")
    changed = [uid for uid, row in seen(lake, "person").items() if row != before[uid]]
    assert len(changed) == 1
    # A source that says nothing new does not take it back, and one that does has to ask.
    with lake.write("import", source="crm") as batch:
        assert batch.query("select kind from batch order by batch_id desc limit 1").value() == "edit"
    undo(lake, result.files[0].batch_id)
    assert seen(lake, "person") == before


def test_a_cell_that_nobody_touched_says_nothing_of_what_was_changed_here_since(lake, firm, tmp_path):
    file, _ = export_type(lake, "person", out=tmp_path / "people.csv")
    set_record(lake, firm["bob"], {"city": "Graz"})

    result = import_files(lake, [file])

    assert totals(result) == dict.fromkeys(COUNTS, 0) | {"same": 4}
    assert show_record(lake, firm["bob"]).values["city"] == "Graz"


def test_where_the_file_and_the_lake_were_both_changed_somebody_has_to_say(lake, firm, tmp_path):
    file, _ = export_type(lake, "person", out=tmp_path / "people.csv")
    set_record(lake, firm["bob"], {"city": "Graz"})
    mine = edited(file, city=where("Bob", pl.lit("Linz"), pl.col("city")))

    first, again = import_files(lake, [mine]), import_files(lake, [mine])

    assert (first.total("conflicts"), first.total("changed"), again.total("conflicts")) == (1, 0, 0)
    asked = list_conflicts(lake)
    assert asked.select("record_id", "field", "mine", "theirs", "said_before").rows() == [
        (firm["bob"], "city", "Graz", "Linz", "Wien")
    ]
    answer_conflicts(lake, asked["conflict_id"].to_list(), "theirs")
    assert show_record(lake, firm["bob"]).values["city"] == "Linz"


def test_an_edited_golden_record_is_edited_and_its_members_are_not(lake, firm, tmp_path):
    merge(lake, [firm["ann"], firm["anne"]], by="ann")
    golden = firm["ann"] + 1
    file, _ = export_type(lake, "person", out=tmp_path / "people.csv")
    name = show_record(lake, golden).values["full_name"]
    mine = edited(file, city=where(name, pl.lit("Köln"), pl.col("city")))

    result, again = import_files(lake, [mine]), import_files(lake, [mine])

    assert (totals(result)["changed"], totals(result)["new"], totals(again)["changed"], totals(again)["conflicts"]) == (
        1,
        0,
        0,
        0,
    )
    assert show_record(lake, golden).values["city"] == "Köln"
    assert show_record(lake, firm["ann"]).values["city"] == "Bonn"
    assert totals(import_files(lake, [file])) == dict.fromkeys(COUNTS, 0) | {"same": 3}


def test_what_was_deleted_or_taken_apart_since_is_said_and_not_made_anew(lake, firm, tmp_path):
    merge(lake, [firm["ann"], firm["anne"]], by="ann")
    file, _ = export_type(lake, "person", out=tmp_path / "people.csv")
    unmerge(lake, firm["ann"], by="ann")
    delete_record(lake, firm["bob"])
    before = seen(lake, "person")

    done = import_files(lake, [file], rows=True)

    assert totals(done) == dict.fromkeys(COUNTS, 0) | {"same": 2, "rejected": 1}
    assert "1 records were deleted here and stay so." in done.files[0].notes
    assert [reason for reason in done.rows["reason"] if "taken apart" in reason]
    assert seen(lake, "person") == before


def test_a_row_that_was_added_to_an_export_is_a_new_record_once(lake, firm, tmp_path):
    file, _ = export_type(lake, "person", out=tmp_path / "people.csv")
    rows = pl.read_csv(file, infer_schema=False)
    added = pl.DataFrame([{"full_name": "Zoe", "email": "zoe@blue.example", "link:works_for": "Blue"}])
    pl.concat([rows, added], how="diagonal").write_csv(file)

    first, again = import_files(lake, [file]), import_files(lake, [file])

    assert totals(first) == dict.fromkeys(COUNTS, 0) | {"new": 1, "same": 4, "links": 1}
    assert totals(again) == dict.fromkeys(COUNTS, 0) | {"same": 5}


def test_a_link_that_was_changed_in_an_export_is_changed_and_no_other(lake, firm, tmp_path):
    file, _ = export_type(lake, "person", out=tmp_path / "people.csv")
    columns = {
        "link:works_for": where("Bob", pl.lit("Acme"), pl.when(pl.col("full_name") != "Ann Lee").then("link:works_for"))
    }

    result = import_files(lake, [edited(file, **columns)])

    def firms(id):
        return show_record(lake, id).links.filter(type="works_for")["other"].to_list()

    assert (result.total("links"), result.total("pending")) == (1, 0)
    assert (firms(firm["bob"]), firms(firm["ann"]), firms(firm["anne"])) == (["Acme"], [], ["Acme"])


def test_a_record_that_the_same_source_brought_is_known_by_that_source_in_another_lake(lake, firm, tmp_path, clock):
    file, _ = export_type(lake, "organisation", out=tmp_path / "firms.csv")
    with init_lake(tmp_path / "other.xrm", clock=clock, user="eve") as other:
        ids = add_many(other, "organisation", [{"name": "Acme", "key_": f"k{firm['acme']}"}], source="erp")

        result = import_files(other, [file])

        assert (result.total("new"), result.total("changed")) == (1, 1)
        assert show_record(other, ids[0]).values["city"] == "Bonn"


def test_a_file_that_mixes_types_or_lakes_is_refused_and_says_why(lake, firm, tmp_path, clock):
    people, _ = export_type(lake, "person", out=tmp_path / "people.csv")
    firms, _ = export_type(lake, "organisation", out=tmp_path / "firms.csv")
    mixed = pl.concat([pl.read_csv(each, infer_schema=False) for each in (people, firms)], how="diagonal")
    mixed.write_csv(tmp_path / "mixed.csv")

    with pytest.raises(ImportRefused, match="of 2 types"):
        import_files(lake, [tmp_path / "mixed.csv"])
    with (
        init_lake(tmp_path / "bare.xrm", template="none", clock=clock) as bare,
        pytest.raises(ImportRefused, match="the type person"),
    ):
        import_files(bare, [people])


def test_a_dry_run_of_an_edited_export_shows_each_cell_and_changes_none(lake, firm, tmp_path):
    file, _ = export_type(lake, "person", out=tmp_path / "people.csv")
    before = seen(lake, "person")

    told = import_files(lake, [edited(file, city=where("Bob", pl.lit("Linz"), pl.col("city")))], dry_run=True).rows

    cells = told.filter(pl.col("field").is_not_null())
    assert cells.select("record_id", "field", "old", "new", "verdict").rows() == [
        (firm["bob"], "city", "Wien", "Linz", "changed")
    ]
    assert seen(lake, "person") == before


def test_what_many_links_say_is_read_once():
    asked = []
    texts = pl.Series(['{"a": 1}', None, '{"a": 1}', '{"a": 2}', "{}"])

    said = each_once(lambda text: asked.append(text) or (text if "a" in text else None), texts)

    assert said.to_list() == ['{"a": 1}', None, '{"a": 1}', '{"a": 2}', None]
    assert sorted(asked) == ['{"a": 1}', '{"a": 2}', "{}"]
    assert each_once(lambda text: text, texts.clear()).dtype == pl.String


def test_a_stage_that_is_typed_into_an_export_is_made_only_if_that_is_said(lake, firm, tmp_path):
    file, _ = export_type(lake, "deal", out=tmp_path / "deals.csv")
    written = edited(file, stage=pl.lit("Propsal"), name=pl.lit("New roof"))
    stages = lake.catalog.type("deal").stages

    (result,) = import_files(lake, [written]).files
    assert lake.catalog.type("deal").stages == stages
    assert (result.changed, result.cells) == (1, {"stage": 1})
    assert result.unknown.select("field", "value", "suggestion").rows() == [("stage", "Propsal", "Proposal")]
    assert show_record(lake, firm["deal"]).values["stage"] == "Proposal"
    (reject,) = list_rejects(lake, result.batch_id).to_dicts()
    assert (reject["raw"], reject["reason"].endswith('--value "stage:NAME=+NAME"')) == ("Propsal", True)

    import_files(lake, [written], values={"stage": {"Propsal": "+Propsal"}})
    assert [each.name for each in lake.catalog.type("deal").stages if each not in stages] == ["Propsal"]
    assert show_record(lake, firm["deal"]).values["stage"] == "Propsal"
