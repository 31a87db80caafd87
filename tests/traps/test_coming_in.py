"""Traps of importing that other systems fell into, each from a real thread or source: none of them holds here."""

import polars as pl

from tests.ingest.files import counts, file, load, values
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.pending import list_pending
from xrm_lake.ingest.rejects import list_rejects
from xrm_lake.model.entity_type import Field
from xrm_lake.store.links import links_of
from xrm_lake.store.model import add_field, change_field
from xrm_lake.store.read import show_record
from xrm_lake.store.records import delete_record, set_record

PEOPLE = "id,First name,Last name,Email,City\n1,Ann,Lee,ann@acme.com,Bonn\n2,Bob,Ray,bob@acme.com,Köln\n"


def test_case_different_email_creates_a_second_record(lake, tmp_path):
    load(lake, tmp_path, "First name,Last name,Email\nJohn,Doe,John@Acme.com\n", type="person", source="one")

    again = load(
        lake, tmp_path, "First name,Last name,Email,City\nJohn,Doe,JOHN@acme.COM,Bonn\n",
        type="person", source="two", key=["email"],
    )  # fmt: skip

    assert counts(again) == (0, 1, 0, 0)
    assert values(lake, "person", "email", "city") == [("john@acme.com", "Bonn")]


def test_soft_deleted_record_blocks_a_unique_value(lake, tmp_path):
    change_field(lake, "person", "email", unique=True)
    load(lake, tmp_path, PEOPLE, type="person")
    gone = lake.query("select id from person where city = 'Bonn'").value()
    delete_record(lake, gone)

    again = load(lake, tmp_path, PEOPLE, type="person", rows=True)
    elsewhere = load(
        lake, tmp_path, PEOPLE.replace("1,Ann", "9,Anna").replace("2,Bob", "10,Bo"), type="person", source="b"
    )

    # What a person deleted stays away from the file that brought it, which is said of the row, and is in nobody's way.
    assert counts(again) == (0, 0, 2, 0)
    assert again.rows.filter(pl.col("key") == "1", pl.col("field").is_null())["reason"].to_list() == [
        "its record was deleted here and stays so"
    ]
    assert counts(elsewhere) == (2, 0, 0, 0)
    assert [note for note in elsewhere.notes if "unique" in note] == [
        "E-mail must be unique, but 1 records of this file share theirs with another record: the check not_unique lists them."
    ]


def test_empty_cell_clears_data(lake, tmp_path):
    load(lake, tmp_path, PEOPLE, type="person")
    emptied = PEOPLE.replace("Bonn", "").replace("Köln", "Ulm")

    kept = load(lake, tmp_path, emptied, type="person", dry_run=True)
    shown = load(lake, tmp_path, emptied, type="person", empty="clear", dry_run=True)

    assert kept.rows.drop_nulls("field").select("key", "field", "old", "new").rows() == [("2", "city", "Köln", "Ulm")]
    assert shown.rows.filter(reason="cleared: the cell is empty").select("key", "field", "old", "new").rows() == [
        ("1", "city", "Bonn", None)
    ]
    assert values(lake, "person", "city") == [("Bonn",), ("Köln",)]


def test_multi_select_replaced(lake, tmp_path):
    text = 'id,First name,Last name,Email,Tags\n1,Ann,Lee,ann@acme.com,"red;blue"\n'
    load(lake, tmp_path, text, type="person")

    load(lake, tmp_path, text.replace("red;blue", "green"), type="person", lists="add")
    added = values(lake, "person", "tags")
    load(lake, tmp_path, text.replace("red;blue", "white"), type="person", lists="replace")

    assert [sorted(tags) for (tags,) in added] == [["blue", "green", "red"]]
    assert values(lake, "person", "tags") == [(["white"],)]


def test_one_bad_email_stops_everything(lake, tmp_path):
    rows = [f"{place},P{place},Q{place},p{place}@example.org" for place in range(9_999)]
    text = "\n".join(["id,First name,Last name,Email", *rows, "7,Other,Person,not an address"]) + "\n"

    done = load(lake, tmp_path, text, type="person")

    assert counts(done) == (9_999, 0, 0, 1)
    [refused] = list_rejects(lake, done.batch_id).to_dicts()
    assert refused["record_no"] == 10_000
    # An address that is none comes in as it was written, to be found by the check.
    mixed = "id,First name,Last name,Email\n20000,A,B,a.b@example.org\n20001,C,D,not an address\n"
    assert counts(load(lake, tmp_path, mixed, type="person")) == (2, 0, 0, 0)
    assert values(lake, "person", "email")[-1] == ("not an address",)


def test_reported_counts_differ_from_written_ones(lake, tmp_path):
    load(lake, tmp_path, PEOPLE, type="person", key=["id"])
    text = PEOPLE.replace("Bonn", "Berlin") + "3,Cleo,Kim,cleo@acme.com,Ulm\n3,Cleo,King,cleo@acme.com,Ulm\n"

    shown = load(lake, tmp_path, text, type="person", key=["id"], dry_run=True)
    done = load(lake, tmp_path, text, type="person", key=["id"])

    ledger = lake.query(
        "select rows_new, rows_changed, rows_same, rows_rejected, rows_read from batch where batch_id = $id",
        id=done.batch_id,
    ).rows()
    written = lake.query(
        "select count(*) filter (where op = 'create'), count(distinct entity_id) filter (where op = 'set')"
        " from change where batch_id = $id",
        id=done.batch_id,
    ).rows()
    assert counts(shown) == counts(done) == (1, 1, 1, 1)
    assert ledger == [(1, 1, 1, 1, 4)]
    assert written == [(1, 1)]
    assert list_rejects(lake, done.batch_id).height == 1


def test_user_name_in_an_id_column_accepted(lake, tmp_path):
    users = file(
        tmp_path, "users.csv", "User ID,Name,Email\nu1,Ann Seller,ann@us.example\nu2,Ben Seller,ben@us.example\n"
    )
    deals = file(
        tmp_path, "deals.csv",
        "Deal ID,Deal Name,Stage,Amount,Owner ID\nd1,One,Won,5,u1\nd2,Two,Won,5,u2\nd3,Three,Won,5,Ann Seller\n",
    )  # fmt: skip

    import_files(lake, [users], type="user", source="crm")
    import_files(lake, [deals], type="deal", source="crm")

    waiting = list_pending(lake).to_dicts()
    assert [(row["type"], row["to_text"]) for row in waiting] == [("owned_by", "Ann Seller")]
    assert lake.query("select count(*) from link where type = 'owned_by'").value() == 2


def test_phone_only_contacts_dropped(lake, tmp_path):
    phone_only = [f",,+49 228 {1_000_000 + 7 * place}," for place in range(931)]
    others = [f"Ann,Lee{place},,lee{place}@example.org" for place in range(181)]
    text = "\n".join(["First Name,Last Name,Phone,Email", *phone_only, *others]) + "\n"

    done = load(lake, tmp_path, text)

    assert (done.type, counts(done)) == ("person", (1_112, 0, 0, 0))
    assert lake.query("select count(*) from person where email is null and phone is not null").value() == 931


def test_column_without_target_ends_in_description(lake, tmp_path):
    text = "id,First name,Last name,Email,Shoe size\n1,Ann,Lee,ann@acme.com,38\n2,Bob,Ray,bob@acme.com,44\n"

    done = load(lake, tmp_path, text, type="person")

    assert values(lake, "person", "description", "job_title") == [(None, None), (None, None)]
    assert done.mapping.filter(header="Shoe size")["becomes"].to_list() == ["extra"]
    id = lake.query("select id from person order by id limit 1").value()
    assert show_record(lake, id).extra == {"Shoe size": "38"}


def test_preview_says_created_and_the_write_fails(lake, tmp_path):
    load(lake, tmp_path, PEOPLE, type="person")
    id = lake.query("select id from person where city = 'Bonn'").value()
    set_record(lake, id, {"city": "Wien"})
    text = PEOPLE.replace("Bonn", "Berlin").replace("bob@", "rob@") + "3,Cleo,Kim,,\n4,,,,\n"

    shown = load(lake, tmp_path, text, type="person", dry_run=True)
    done = load(lake, tmp_path, text, type="person", rows=True)

    assert shown.rows.equals(done.rows)
    assert shown.rows["verdict"].unique().sort().to_list() == ["changed", "conflict", "new", "rejected", "same"]
    told = shown.rows.filter(pl.col("verdict") == "new", pl.col("field").is_null())["record_id"]
    assert set(told) <= set(lake.query("select id from person").column())


def test_name_link_takes_the_first_match(lake, tmp_path):
    load(lake, tmp_path, "id,Name,City\na1,Acme,Bonn\na2,Acme,Köln\n", type="organisation", name="firms.csv")
    text = "id,First name,Last name,Email,Account Name\n1,Ann,Lee,ann@acme.com,Acme\n"

    done = load(lake, tmp_path, text, type="person", source="other")

    [waits] = list_pending(lake).to_dicts()
    person = lake.query("select id from person").value()
    assert (done.links, done.pending) == (0, 1)
    assert len(waits["candidates"]) == 2
    assert links_of(lake, person).is_empty()


def test_excel_turned_ids_into_1_23e_11(lake, tmp_path):
    text = "id,First name,Last name,Email\n1.23E+11,Ann,Lee,ann@acme.com\n123456789012,Bob,Ray,bob@acme.com\n1.23E+11,Cleo,Kim,cleo@acme.com\n"

    done = load(lake, tmp_path, text, type="person")

    assert counts(done) == (1, 0, 0, 2)
    first, second = list_rejects(lake, done.batch_id).to_dicts()
    assert "cut short by a spreadsheet" in first["reason"]
    assert "has the key of record 1" in second["reason"]


def test_opt_out_column_read_as_consent(lake, tmp_path):
    add_field(lake, "person", Field("email_consent", "E-mail consent", "boolean"))
    text = "id,First name,Last name,Email,Has Opted Out Of Email,Do Not Call\n1,Ann,Lee,ann@a.com,TRUE,FALSE\n2,Bob,Ray,b@a.com,FALSE,TRUE\n"

    load(lake, tmp_path, text, type="person")

    assert values(lake, "person", "email_opt_out", "call_opt_out", "email_consent") == [
        (True, False, None),
        (False, True, None),
    ]


def test_consent_column_read_as_opt_out(lake, tmp_path):
    text = "id,First name,Last name,Email,Email Opt In,Newsletter consent\n1,Ann,Lee,ann@a.com,TRUE,TRUE\n2,Bob,Ray,b@a.com,FALSE,FALSE\n"

    load(lake, tmp_path, text, type="person")

    assert values(lake, "person", "email_opt_out", "call_opt_out") == [(None, None), (None, None)]
