"""Importing: every record counted once, nothing lost, nothing overwritten that a person said."""

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from xrm_lake.errors import ImportRefused, Misuse, UnknownName
from xrm_lake.ingest.load import import_file, import_files
from xrm_lake.store.lake import Lake
from xrm_lake.store.model import add_type, change_field, retire_type
from xrm_lake.store.open import init_lake, open_lake
from xrm_lake.store.read import show_record
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.search import search
from xrm_lake.store.undo import undo

from .files import counts, file, load, same_state, state, values

PEOPLE = """id,First name,Last name,Email,Birth date
p1,Ann,Lee,ANN@Example.org,1990-02-01
p2,Bob,Ray,bob@example.org,1985-12-24
p3,Zoë,Kim,,
"""


def people(lake: Lake, tmp_path: Path, text: str = PEOPLE, **options: object):
    return load(lake, tmp_path, text, type="person", **options)


def test_a_file_becomes_records_with_clean_values(lake, tmp_path):
    result = people(lake, tmp_path)

    assert counts(result) == (3, 0, 0, 0)
    assert values(lake, "person", "full_name", "given_name", "email", "birth_date::varchar") == [
        ("Ann Lee", "Ann", "ann@example.org", "1990-02-01"),
        ("Bob Ray", "Bob", "bob@example.org", "1985-12-24"),
        ("Zoë Kim", "Zoë", None, None),
    ]


def test_what_was_imported_can_be_found_at_once(lake, tmp_path):
    people(lake, tmp_path)

    assert search(lake, "zoe kim")["caption"].to_list() == ["Zoë Kim"]


def test_the_same_file_again_changes_nothing_but_leaves_its_batch(lake, tmp_path):
    people(lake, tmp_path)
    before = state(lake)

    again = people(lake, tmp_path)

    assert counts(again) == (0, 0, 3, 0)
    same_state(before, state(lake), moments=True)
    assert lake.query("select rows_same from batch where batch_id = $id", id=again.batch_id).value() == 3
    assert lake.query("select count(*) from change where batch_id = $id", id=again.batch_id).value() == 0


def test_a_changed_cell_is_one_row_in_the_ledger_and_an_empty_one_says_nothing(lake, tmp_path):
    people(lake, tmp_path)

    again = people(lake, tmp_path, PEOPLE.replace("bob@example.org", "rob@example.org").replace("ANN@Example.org", ""))

    assert counts(again) == (0, 1, 2, 0)
    assert values(lake, "person", "email")[:2] == [("ann@example.org",), ("rob@example.org",)]
    assert lake.query("select op, field, old, new from change where batch_id = $id", id=again.batch_id).rows() == [
        ("set", "email", "bob@example.org", "rob@example.org")
    ]


def test_a_contested_value_comes_in_once_the_edit_that_stood_against_it_is_undone(lake, tmp_path):
    people(lake, tmp_path)
    id = lake.query("select id from person where full_name = 'Bob Ray'").value()
    set_record(lake, id, {"email": "mine@example.org"})
    edit = lake.counters.batch_id
    newer = PEOPLE.replace("bob@example.org", "new@example.org")
    assert people(lake, tmp_path, newer).conflicts == 1
    assert people(lake, tmp_path, newer).conflicts == 0

    undo(lake, edit)

    assert counts(people(lake, tmp_path, newer)) == (0, 1, 2, 0)
    assert values(lake, "person", "email")[1] == ("new@example.org",)


def test_the_text_of_an_unreadable_cell_comes_back_when_the_edit_of_it_is_undone(lake, tmp_path):
    load(lake, tmp_path, "id,Name,Amount\n1,One,12 apples\n2,Two,5\n", type="deal")
    id = lake.query("select id from deal where name = 'One'").value()
    before = show_record(lake, id).extra
    set_record(lake, id, {"amount": "7"})
    edit, edited = lake.counters.batch_id, show_record(lake, id).extra

    undo(lake, edit)

    assert before["_raw"] == {"amount": "12 apples"}
    assert "_raw" not in edited
    assert show_record(lake, id).extra == before


def test_values_that_must_be_unique_and_are_not_come_in_with_a_note(lake, tmp_path):
    change_field(lake, "person", "email", unique=True)

    result = people(lake, tmp_path, PEOPLE.replace("bob@", "ann@"))

    assert counts(result) == (3, 0, 0, 0)
    assert [note for note in result.notes if "2 records" in note and "not_unique" in note]
    assert not [note for note in people(lake, tmp_path, "id,Email\np9,x@example.org\n").notes if "not_unique" in note]


@pytest.mark.parametrize("source", ["golden", "", ".crm"])
def test_a_source_that_would_be_taken_for_another_thing_is_refused(lake, tmp_path, source):
    with pytest.raises(Misuse, match="source"):
        people(lake, tmp_path, source=source)

    assert values(lake, "person", "id") == []


def test_undo_of_an_import_leaves_everything_as_it_was(lake, tmp_path):
    people(lake, tmp_path)
    before = state(lake)
    changed = people(lake, tmp_path, PEOPLE.replace("Kim", "Kimura") + "p4,Eve,Ito,eve@example.org,\n")

    done = undo(lake, changed.batch_id)

    assert (done.withdrawn, done.fields) == (1, 2)
    same_state(before, state(lake))


def test_undo_of_an_import_keeps_what_was_changed_later_and_says_so(lake, tmp_path):
    people(lake, tmp_path)
    changed = people(lake, tmp_path, PEOPLE.replace("bob@example.org", "rob@example.org"))
    id = lake.query("select id from person where full_name = 'Bob Ray'").value()
    set_record(lake, id, {"email": "robert@example.org"})

    done = undo(lake, changed.batch_id)

    assert done.kept.select("entity_id", "field").rows() == [(id, "email")]
    assert show_record(lake, id).values["email"] == "robert@example.org"


def test_after_an_undo_the_file_comes_in_anew(lake, tmp_path):
    undo(lake, people(lake, tmp_path).batch_id)

    assert counts(people(lake, tmp_path)) == (3, 0, 0, 0)
    assert lake.query("select count(*) from person").value() == 3


def test_a_dry_run_counts_the_same_and_keeps_nothing(lake, tmp_path):
    before, batches = state(lake), lake.query("select count(*) from batch").value()

    tried = people(lake, tmp_path, dry_run=True)

    assert counts(tried) == (3, 0, 0, 0)
    assert tried.batch_id is None
    same_state(before, state(lake), moments=True)
    assert lake.query("select count(*) from batch").value() == batches
    assert people(lake, tmp_path).new == 3


def test_a_source_that_says_the_same_again_never_overwrites_a_person(lake, tmp_path):
    people(lake, tmp_path)
    id = lake.query("select min(id) from person").value()
    set_record(lake, id, {"email": "private@example.org"})

    again = people(lake, tmp_path)

    assert (counts(again), again.conflicts) == ((0, 0, 3, 0), 0)
    assert show_record(lake, id).values["email"] == "private@example.org"


def test_a_source_that_says_something_new_of_an_edited_value_is_noted_once_and_the_edit_stays(lake, tmp_path):
    people(lake, tmp_path)
    id = lake.query("select min(id) from person").value()
    set_record(lake, id, {"email": "private@example.org"})
    newer = PEOPLE.replace("ANN@Example.org", "ann@new.example")

    first, second = people(lake, tmp_path, newer), people(lake, tmp_path, newer)

    assert (first.conflicts, second.conflicts) == (1, 0)
    assert (first.changed, first.same) == (0, 3)
    assert show_record(lake, id).values["email"] == "private@example.org"
    assert lake.query("select field, old, new from change where op = 'source' and entity_id = $id", id=id).rows() == [
        ("email", "ann@example.org", "ann@new.example")
    ]


def test_an_undone_edit_no_longer_holds_a_source_back(lake, tmp_path):
    people(lake, tmp_path)
    id = lake.query("select min(id) from person").value()
    set_record(lake, id, {"email": "private@example.org"})
    undo(lake, lake.query("select max(batch_id) from batch").value())

    again = people(lake, tmp_path, PEOPLE.replace("ANN@Example.org", "ann@new.example"))

    assert (again.changed, again.conflicts) == (1, 0)


def test_a_record_that_a_person_deleted_stays_away(lake, tmp_path):
    people(lake, tmp_path)
    delete_record(lake, lake.query("select min(id) from person").value())

    again = people(lake, tmp_path)

    assert counts(again) == (0, 0, 3, 0)
    assert lake.query("select count(*) from person").value() == 2
    assert any("deleted here" in note for note in again.notes)


def test_two_sources_may_use_the_same_ids(lake, tmp_path):
    people(lake, tmp_path)

    other = people(lake, tmp_path, source="newsletter")

    assert counts(other) == (3, 0, 0, 0)


def test_a_key_finds_records_of_any_source_whatever_their_case(lake, tmp_path):
    id = add_record(lake, "person", {"full_name": "Ann Lee", "email": "ann@example.org"})

    result = people(lake, tmp_path, key=("email",))

    assert counts(result) == (2, 1, 0, 0)
    assert show_record(lake, id).values["birth_date"].isoformat() == "1990-02-01"


def test_a_key_that_means_two_records_refuses_the_row(lake, tmp_path):
    for name in ("Ann Lee", "Anna Lee"):
        add_record(lake, "person", {"full_name": name, "email": "ann@example.org"})

    result = people(lake, tmp_path, key=("Email",))

    assert counts(result) == (2, 0, 0, 1)
    assert lake.query("select reason from reject where batch_id = $id", id=result.batch_id).column() == [
        "2 records have the same email"
    ]


def test_two_rows_with_one_new_key_are_one_record_or_a_refusal(lake, tmp_path):
    text = "First name,Last name,Email\nAnn,Lee,a@example.org\nAnn,Lee,A@example.org\nEve,Lee,a@example.org\n"

    result = people(lake, tmp_path, text, key=("email",))

    assert counts(result) == (1, 0, 1, 1)


def test_a_row_that_is_by_its_id_what_another_is_by_the_key_is_refused(lake, tmp_path):
    load(lake, tmp_path, "id,First name,Email\n2,Bob,bob@example.org\n", type="person")
    again = "id,First name,Email\n2,Ann,ann@example.org\n1,Bob,bob@example.org\n"

    result = load(lake, tmp_path, again, type="person", key=["email"])

    assert counts(result) == (0, 0, 1, 1)
    assert lake.query("select given_name, email from person").rows() == [("Bob", "bob@example.org")]


def test_an_unknown_key_is_a_misuse_and_nothing_is_imported(lake, tmp_path):
    with pytest.raises(UnknownName):
        people(lake, tmp_path, key=("shoe_size",))

    assert lake.query("select count(*) from entity").value() == 0


def test_a_repeated_row_is_the_same_record_and_a_contradicting_one_is_refused(lake, tmp_path):
    text = PEOPLE + "p1,Ann,Lee,ANN@Example.org,1990-02-01\np2,Rob,Ray,,\n"

    result = people(lake, tmp_path, text, mapping={"id": "key"})

    assert counts(result) == (3, 0, 1, 1)
    assert lake.query("select record_no, reason, raw::varchar from reject").rows() == [
        (5, "has the key of record 2 of this file, but says something else", "p2,Rob,Ray,,")
    ]


def test_rows_without_an_id_are_known_by_their_content(lake, tmp_path):
    text = "Subject,Happened at\nCall,2024-01-01 10:00\nCall,2024-01-01 10:00\nMeeting,2024-02-01 10:00\n"
    options = {"type": "activity", "name": "calls.csv"}

    first, second = load(lake, tmp_path, text, **options), load(lake, tmp_path, text, **options)
    third = load(lake, tmp_path, text + "Mail,2024-03-01 10:00\n", **options)

    assert [counts(item) for item in (first, second, third)] == [(3, 0, 0, 0), (0, 0, 3, 0), (1, 0, 3, 0)]


def test_a_cell_that_cannot_be_read_is_kept_as_text_and_the_record_comes_in(lake, tmp_path):
    result = people(lake, tmp_path, PEOPLE.replace("1985-12-24", "soon"))

    assert counts(result) == (3, 0, 0, 0)
    assert lake.query("select extra->'_raw'->>'birth_date' from person where given_name = 'Bob'").value() == "soon"
    assert lake.query("select column_name, reason, raw::varchar from reject").rows() == [
        ("Birth date", "cannot be read as date", "soon")
    ]


def test_raw_text_goes_when_the_source_can_be_read_at_last(lake, tmp_path):
    people(lake, tmp_path, PEOPLE.replace("1985-12-24", "soon"))

    again = people(lake, tmp_path)

    assert again.changed == 1
    assert values(lake, "person", "birth_date::varchar", "extra")[1] == ("1985-12-24", None)


def test_columns_without_a_field_are_kept_beside_and_undo_brings_them_back(lake, tmp_path):
    text = "id,First name,Last name,Shoe size,Note\np1,Ann,Lee,38,\np2,Bob,Ray,,hm\n"
    people(lake, tmp_path, text, mapping={"Note": "extra"})
    before = state(lake)

    again = people(lake, tmp_path, text.replace("38", "39"), mapping={"Note": "extra"})

    assert (again.changed, again.same) == (1, 1)
    assert lake.query("select extra from person order by id").column() == ['{"Shoe size": "39"}', '{"Note": "hm"}']
    undo(lake, again.batch_id)
    same_state(before, state(lake))


def test_a_row_that_says_nothing_of_who_it_is_is_refused(lake, tmp_path):
    result = people(lake, tmp_path, PEOPLE + ",,,,\n,,,,1990-01-01\n")

    assert counts(result) == (3, 0, 0, 1)
    assert lake.query("select count(*) from person").value() == 3


def test_a_missing_required_value_does_not_refuse_the_record(lake, tmp_path):
    result = people(lake, tmp_path, PEOPLE + "p9,,,eve@example.org,\n")

    assert counts(result) == (4, 0, 0, 0)
    assert any("required" in note for note in result.notes)


def test_unknown_stages_are_added_and_go_with_the_import(lake, tmp_path):
    text = "id,Name,Stage,Amount\nd1,Big,Closed Won,10\nd2,Small,Musing,5\nd3,Old,won,1\n"
    before = state(lake)

    result = load(lake, tmp_path, text, name="deals.csv", type="deal")

    stages = {stage.name: stage.outcome for stage in lake.catalog.type("deal").stages}
    assert (stages["Closed Won"], stages["Musing"]) == ("won", "open")
    assert values(lake, "deal", "stage") == [("Closed Won",), ("Musing",), ("Won",)]
    undo(lake, result.batch_id)
    same_state(before, state(lake))


def test_two_files_may_each_bring_stages_of_their_own(lake, tmp_path):
    files = [
        file(tmp_path, f"deals{n}.csv", f"id,Name,Stage,Amount\nd{n},Deal,{stage},10\n")
        for n, stage in enumerate(("Musing", "Waiting"))
    ]

    result = import_files(lake, files, type="deal", source="crm")

    assert {"Musing", "Waiting"} <= {stage.name for stage in lake.catalog.type("deal").stages}
    undo(lake, result.files[0].batch_id)
    assert "Waiting" in {stage.name for stage in lake.catalog.type("deal").stages}


LEADS = """id,First name,Last name,Email,Lead status,Lead source
l1,Ann,Lee,ann@example.org,New,Web
l2,Bob,Ray,bob@example.org,Working,Fair
"""


def test_of_two_files_of_one_import_the_later_has_the_last_word_on_a_record(lake, tmp_path):
    first = file(tmp_path, "a.csv", "id,First name,Last name,City\n1,Ann,Lee,Graz\n2,Bob,Ray,Wien\n")
    later = file(tmp_path, "b.csv", "id,First name,Last name,City\n1,Ann,Lee,Linz\n2,Bob,Ray,Wien\n")

    result = import_files(lake, [first, later], source="desk")

    assert [(each.new, each.changed, each.same, each.conflicts) for each in result.files] == [
        (2, 0, 0, 0),
        (0, 1, 1, 0),
    ]
    assert lake.query("select city from person order by given_name").column() == ["Linz", "Wien"]


def test_a_lead_lands_as_a_person_and_a_role(lake, tmp_path):
    result = load(lake, tmp_path, LEADS, name="leads.csv", type="lead")

    assert counts(result) == (2, 0, 0, 0)
    assert values(lake, "lead", "party", "status", "email") == [
        ("Ann Lee", "New", "ann@example.org"),
        ("Bob Ray", "Working", "bob@example.org"),
    ]
    assert lake.query("select count(*) from person").value() == 2


def test_leads_again_change_only_what_is_new_on_either_side(lake, tmp_path):
    load(lake, tmp_path, LEADS, name="leads.csv", type="lead")

    same = load(lake, tmp_path, LEADS, name="leads.csv", type="lead")
    changed = load(lake, tmp_path, LEADS.replace("New", "Lost").replace("bob@", "rob@"), name="leads.csv", type="lead")

    assert counts(same) == (0, 0, 2, 0)
    assert counts(changed) == (0, 2, 0, 0)
    assert lake.query("select count(*) from link where type = 'role_of'").value() == 2


def test_a_lead_known_by_its_email_is_a_role_of_the_person_that_is_there(lake, tmp_path):
    person = add_record(lake, "person", {"full_name": "Ann Lee", "email": "ann@example.org"})

    first = load(lake, tmp_path, LEADS, name="leads.csv", type="lead", key=("email",))
    again = load(lake, tmp_path, LEADS, name="leads.csv", type="lead", key=("email",))

    assert (first.new, again.same) == (2, 2)
    assert lake.query("select party_id from lead order by id").column()[0] == person
    assert lake.query("select count(*) from person").value() == 2


def test_undo_of_leads_takes_parties_and_roles(lake, tmp_path):
    before = state(lake)

    undo(lake, load(lake, tmp_path, LEADS, name="leads.csv", type="lead").batch_id)

    same_state(before, state(lake))


def test_files_of_one_call_are_undone_one_by_one(lake, tmp_path):
    orgs = file(tmp_path, "companies.csv", "id,Company name,City\no1,Acme,Bonn\n")
    folk = file(tmp_path, "people.csv", "id,First name,Last name,Company\np1,Ann,Lee,Acme\n")

    result = import_files(lake, [folk, orgs], source="crm")

    by_name = {item.file: item for item in result.files}
    assert by_name["people.csv"].links == 1
    undo(lake, by_name["people.csv"].batch_id)
    assert lake.query("select count(*) from person").value() == 0
    assert lake.query("select count(*) from organisation").value() == 1


def test_an_import_that_is_interrupted_leaves_the_lake_as_it_was(lake, tmp_path):
    before, batches = state(lake), lake.query("select count(*) from batch").value()

    def interrupt(what: str, done: int, total: int | None) -> None:
        if what == "Joining records":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        people(lake, tmp_path, progress=interrupt)

    same_state(before, state(lake), moments=True)
    assert lake.query("select count(*) from batch").value() == batches
    assert list((lake.path / "tmp").glob("import-*")) == []
    assert people(lake, tmp_path).new == 3


def test_of_several_files_a_bad_one_keeps_all_out(lake, tmp_path):
    good = file(tmp_path, "people.csv", PEOPLE)
    bad = tmp_path / "empty.csv"
    bad.write_bytes(b"")

    with pytest.raises(ImportRefused):
        import_files(lake, [good, bad])

    assert lake.query("select count(*) from entity").value() == 0


def test_a_model_that_changes_while_a_file_is_read_stops_the_import(lake, tmp_path):
    def meddle(what: str, done: int, total: int | None) -> None:
        if what.startswith("Cleaning"):
            retire_type(lake, "task")

    with pytest.raises(ImportRefused, match="types were changed"):
        people(lake, tmp_path, progress=meddle)

    assert lake.query("select count(*) from person").value() == 0


def test_nothing_to_import_is_a_misuse(lake):
    with pytest.raises(Misuse):
        import_files(lake, [])


def test_more_rows_than_a_chunk_come_in_in_their_order(lake, tmp_path):
    rows = 130_000
    text = "id,First name,Last name\n" + "".join(f"k{n},Ann,Lee{n}\n" for n in range(rows))

    result = import_file(lake, file(tmp_path, "many.csv", text), type="person", source="crm").files[0]

    assert counts(result) == (rows, 0, 0, 0)
    assert lake.query("select bool_and(family_name = 'Lee' || ((id - 1) / 2)::bigint) from person").value()
    assert lake.query("select count(distinct uid), count(*) from entity").rows() == [(rows, rows)]
    assert (
        lake.query("select count(*) from change where batch_id = $id and op = 'create'", id=result.batch_id).value()
        == rows
    )


def test_the_mapping_says_what_became_of_each_column(lake, tmp_path):
    result = people(lake, tmp_path)

    assert dict(result.mapping.select("header", "becomes").iter_rows()) == {
        "id": "key", "First name": "given_name", "Last name": "family_name", "Email": "email", "Birth date": "birth_date",
    }  # fmt: skip


def test_a_type_made_at_run_time_takes_files_like_any_other(lake, tmp_path):
    from xrm_lake.model.entity_type import EntityType, Field

    fields = (Field("name", "Name", "text", "required"), Field("size", "Size in m2", "number"))
    add_type(lake, EntityType("plot", "Plot", "Plots", caption=("name",), fields=fields))

    result = load(lake, tmp_path, "Name,Size in m2\nNorth,12.5\nSouth,\n", name="plots.csv", type="plot")

    assert counts(result) == (2, 0, 0, 0)
    assert values(lake, "plot", "name", "size") == [("North", 12.5), ("South", None)]


def test_lists_come_in_as_lists_and_are_the_same_again(lake, tmp_path):
    text = "id,First name,Last name,Tags\np1,Ann,Lee,Press; Partner\n"

    first, again = people(lake, tmp_path, text), people(lake, tmp_path, text)

    assert (first.new, again.same) == (1, 1)
    assert lake.query("select tags from person").value() == ["Press", "Partner"]
    assert isinstance(first.mapping, pl.DataFrame)


def test_a_member_of_a_golden_record_that_an_import_changes_is_seen_through_it(lake, tmp_path):
    from xrm_lake.hygiene.judge import merge

    people(lake, tmp_path)
    ann, bob = lake.query("select id from person order by id limit 2").column()
    merge(lake, [ann, bob])
    merged = state(lake)

    changed = people(lake, tmp_path, PEOPLE.replace("1990-02-01", "1991-03-04"))

    assert changed.changed == 1
    assert show_record(lake, ann + 1).values["birth_date"].isoformat() == "1991-03-04"
    undo(lake, changed.batch_id)
    same_state(merged, state(lake))


def test_an_import_that_is_killed_leaves_nothing(tmp_path):
    path = file(tmp_path, "people.csv", PEOPLE)
    script = (
        "import os, sys\n"
        "from xrm_lake.ingest.load import import_file\n"
        "from xrm_lake.store.open import open_lake\n"
        "def kill(what, done, total):\n"
        "    if what == 'Joining records': os.kill(os.getpid(), 9)\n"
        "import_file(open_lake(sys.argv[1]), sys.argv[2], type='person', progress=kill)\n"
    )
    other = tmp_path / "other.xrm"
    init_lake(other).close()

    killed = subprocess.run([sys.executable, "-c", script, str(other), str(path)], check=False)

    assert killed.returncode == -9
    with open_lake(other) as again:
        assert again.query("select count(*) from entity").value() == 0
        assert import_file(again, path, type="person").total("new") == 3


def test_a_table_without_records_is_no_harm(lake, tmp_path):
    result = people(lake, tmp_path, PEOPLE.splitlines()[0] + "\n")

    assert (result.counted, counts(result)) == (0, (0, 0, 0, 0))
