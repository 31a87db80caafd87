"""Reconciling: an untouched migration has no difference, and whatever was changed since shows by count and amount."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingest.files import file
from xrm_lake.errors import Misuse, Refused, UnknownRecord
from xrm_lake.hygiene.judge import merge
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.reconcile import reconcile
from xrm_lake.ingest.rejects import export_rejects
from xrm_lake.model.entity_type import Field
from xrm_lake.store.links import links_of, unlink
from xrm_lake.store.model import add_field
from xrm_lake.store.records import delete_record, set_record
from xrm_lake.store.undo import undo

ACCOUNTS = "Account ID,Account Name,Website,Billing City\nA1,Acme,acme.com,Bonn\nA2,Globex,globex.com,Köln\n"
CONTACTS = "Contact ID,First Name,Last Name,Email,Account ID\nC1,Ann,Lee,ann@a.com,A1\nC2,Bob,Ray,bob@a.com,A2\nC3,Cleo,Kim,cleo@a.com,A9\n"
DEALS = (
    "Deal ID,Deal Name,Stage,Amount,Currency,Close Date,Account ID\n"
    "D1,One,Won,1000.50,EUR,2026-01-05,A1\nD2,Two,Lost,200,EUR,2026-02-05,A1\nD3,Three,Proposal,77.25,USD,2026-03-05,A2\n"
    "D4,Four,Proposal,,EUR,,\n"
)


@pytest.fixture
def migrated(lake, tmp_path):
    """Three files of one source; gives the batches by file."""
    files = [
        file(tmp_path, name, text)
        for name, text in (("accounts.csv", ACCOUNTS), ("contacts.csv", CONTACTS), ("deals.csv", DEALS))
    ]
    done = import_files(lake, files, source="crm")
    assert [each.type for each in done.files] == ["organisation", "person", "deal"]
    return {each.file: each.batch_id for each in done.files}


def measures(result):
    """Each number as (measure, scope): (source, lake, explained, difference)."""
    return {
        (row["measure"], row["scope"]): tuple(row[side] for side in ("source", "lake", "explained", "difference"))
        for told in result.document["files"]
        for row in told["measures"]
    }


def odd(result):
    return {name: values for name, values in measures(result).items() if Decimal(values[3]) != 0}


def listed(result):
    return [
        (row["key"], row["field"], row["amount"], row["changed_by"])
        for told in result.document["files"]
        for row in told["listed"]
    ]


def id_of(lake, key):
    return lake.query("select id from entity where source = 'crm' and source_key = $key", key=key).value()


def test_an_untouched_migration_reconciles_to_no_difference(lake, migrated):
    result = reconcile(lake, list(migrated.values()))

    told = measures(result)
    assert odd(result) == {}
    assert result.agrees
    assert told["records", "organisation"] == (2, 2, 0, 0)
    assert told["records", "deal"] == (4, 4, 0, 0)
    assert told["sum", "deal.amount: EUR"] == ("1200.50", "1200.50", "0", "0.00")
    assert told["sum", "deal.amount: USD"] == ("77.25", "77.25", "0", "0.00")
    assert told["links", "works_for (Account ID)"] == (3, 2, 1, 0)
    assert told["records in stage", "deal: Won"] == (1, 1, 0, 0)


def test_a_changed_amount_shows_by_record_and_amount(lake, migrated):
    set_record(lake, id_of(lake, "D1"), {"amount": "900"})

    result = reconcile(lake, [migrated["deals.csv"]])

    assert not result.agrees
    assert odd(result)["sum", "deal.amount: EUR"][3] == "100.50"
    assert odd(result)["values", "deal.amount"] == (3, 2, 0, 1)
    assert listed(result) == [("D1", "amount", "100.50", "edit")]


def test_a_deleted_record_shows_with_what_it_was_worth(lake, migrated):
    delete_record(lake, id_of(lake, "D3"))

    result = reconcile(lake, [migrated["deals.csv"]])

    assert odd(result)["records", "deal"] == (4, 3, 0, 1)
    assert odd(result)["sum", "deal.amount: USD"] == ("77.25", "0", "0", "77.25")
    assert odd(result)["records in stage", "deal: Proposal"] == (2, 1, 0, 1)
    assert listed(result) == [("D3", None, None, "edit")]


def test_a_link_that_was_ended_shows(lake, migrated):
    [link] = links_of(lake, id_of(lake, "C1")).filter(type="works_for")["link_id"]
    unlink(lake, link)

    assert odd(reconcile(lake, [migrated["contacts.csv"]])) == {("links", "works_for (Account ID)"): (3, 1, 1, 1)}


def test_rows_that_are_rejected_or_repeat_another_are_explained_with_what_they_are_worth(lake, tmp_path):
    rows = "D1,One,Won,10,EUR\nD2,Two,Won,20,EUR\nD2,Two,Won,20,EUR\nD2,Two,Won,21,EUR\n,,,5,\n"
    path = file(tmp_path, "deals.csv", "Deal ID,Deal Name,Stage,Amount,Currency\n" + rows)
    done = import_files(lake, [path], type="deal", source="crm", key=["Deal ID"]).files[0]

    result = reconcile(lake, [done.batch_id])

    assert (done.new, done.same, done.rejected) == (2, 1, 2)
    assert measures(result)["records", "deal"] == (5, 2, 3, 0)
    assert measures(result)["sum", "deal.amount: EUR"][3] == "0.00"


def test_cells_that_were_mended_or_filled_since_are_explained_and_no_difference(lake, tmp_path):
    rows = "D1,One,Won,soon,EUR\nD2,Two,,20,EUR\nD3,Three,Won,7,\n"
    path = file(tmp_path, "deals.csv", "Deal ID,Deal Name,Stage,Amount,Currency\n" + rows)
    batch_id = import_files(lake, [path], type="deal", source="crm", key=["Deal ID"]).files[0].batch_id
    export_rejects(lake, batch_id, out := tmp_path / "mend.csv")
    out.write_text(out.read_text(encoding="utf-8").replace("soon", "12.50"), encoding="utf-8")
    mended = import_files(lake, [out]).files[0].batch_id
    set_record(lake, id_of(lake, "D2"), {"stage": "Lost"})
    set_record(lake, id_of(lake, "D3"), {"currency": "USD"})

    result = reconcile(lake, [batch_id, mended])

    told = {(row["measure"], row["scope"]): row for row in result.document["files"][0]["measures"]}
    assert (odd(result), result.document["files"][0]["differing"]) == ({}, 0)
    assert [told["sum", "deal.amount: EUR"][side] for side in ("source", "lake", "explained")] == [
        "20.00",
        "32.50",
        "-12.50",
    ]
    assert told["sum", "deal.amount: EUR"]["why"] == "in cells that say nothing in the file, and were filled since"
    assert [told["records in stage", "deal: Lost"][side] for side in ("source", "lake", "explained")] == [0, 1, -1]


def test_a_merge_changes_no_number(lake, migrated):
    merge(lake, [id_of(lake, "C1"), id_of(lake, "C2")])
    merge(lake, [id_of(lake, "A1"), id_of(lake, "A2")])

    assert reconcile(lake, list(migrated.values())).agrees


def test_what_a_later_import_changed_is_told_with_its_batch_and_its_undo_brings_agreement_back(
    lake, migrated, tmp_path
):
    later = import_files(lake, [file(tmp_path, "later.csv", DEALS.replace("200,EUR", "250,EUR"))], source="crm").files[
        0
    ]

    changed = reconcile(lake, [migrated["deals.csv"]])
    undo(lake, later.batch_id)

    assert listed(changed) == [("D2", "amount", "-50.00", "import")]
    assert reconcile(lake, [migrated["deals.csv"]]).agrees


def test_a_file_stands_for_its_last_import(lake, migrated, tmp_path):
    result = reconcile(lake, [tmp_path / "deals.csv"])

    assert [told["batch_id"] for told in result.document["files"]] == [migrated["deals.csv"]]
    with pytest.raises(Refused, match="no file that this lake has taken in"):
        reconcile(lake, [file(tmp_path, "deals.csv", DEALS + "D9,Nine,Won,1,EUR,,\n")])
    with pytest.raises(Misuse):
        reconcile(lake, [str(tmp_path / "none.csv")])


def test_what_is_no_import_that_counts_is_refused(lake, migrated):
    undo(lake, migrated["deals.csv"])

    with pytest.raises(Refused, match="was undone by"):
        reconcile(lake, [migrated["deals.csv"]])
    with pytest.raises(Refused, match="no import of a file"):
        reconcile(lake, [lake.counters.batch_id])
    with pytest.raises(UnknownRecord):
        reconcile(lake, [9999])


def test_a_kept_file_that_was_changed_is_refused(lake, migrated):
    kept = next(path for path in lake.landing.rglob("*.csv") if "Deal ID" in path.read_text())
    kept.chmod(0o600)
    kept.write_text(DEALS.replace("1000.50", "1000.51"))

    with pytest.raises(Refused, match="not what was imported"):
        reconcile(lake, [migrated["deals.csv"]])


def test_roles_tables_of_links_and_keys_of_ones_own_are_reconciled_too(lake, tmp_path):
    leads = "Lead ID,First Name,Last Name,Email,Company,Status\nL1,Ann,Lee,ann@a.com,Acme,New\nL2,Bob,Ray,bob@a.com,Acme,New\n"
    done = import_files(lake, [file(tmp_path, "leads.csv", leads)], type="lead", source="crm").files
    again = "Email,City\nann@a.com,Bonn\nnew@a.com,Ulm\n"
    done += import_files(lake, [file(tmp_path, "list.csv", again)], type="person", source="list", key=["email"]).files

    result = reconcile(lake, [each.batch_id for each in done])

    assert result.agrees, odd(result)
    assert measures(result)["links", "role_of"] == (2, 2, 0, 0)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    amounts=st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=12),
    place=st.integers(0, 99),
    change=st.sampled_from(["nothing", "delete", "amount"]),
)
def test_whatever_was_done_to_a_record_the_difference_says(tmp_path_factory, amounts, place, change):
    from tests.reports.gallery.lakes import new_lake

    folder = tmp_path_factory.mktemp("lake")
    rows = [f"D{n},Deal {n},Won,{amount},EUR" for n, amount in enumerate(amounts)]
    with new_lake(folder / "l.xrm") as lake:
        path = file(folder, "deals.csv", "\n".join(["Deal ID,Deal Name,Stage,Amount,Currency", *rows]) + "\n")
        batch = import_files(lake, [path], type="deal", source="crm", preset="none").files[0].batch_id
        key = f"D{place % len(amounts)}"
        amount = amounts[place % len(amounts)]
        if change == "delete":
            delete_record(lake, id_of(lake, key))
        elif change == "amount":
            set_record(lake, id_of(lake, key), {"amount": str(amount + 1)})

        result = reconcile(lake, [batch])

    expected = {"nothing": [], "delete": [(key, None, None, "edit")], "amount": [(key, "amount", "-1.00", "edit")]}[
        change
    ]
    assert listed(result) == expected
    assert result.agrees == (change == "nothing")
    sums = Decimal(measures(result)["sum", "deal.amount: EUR"][3])
    assert sums == {"nothing": 0, "delete": amount, "amount": -1}[change]


def test_others_may_write_while_the_files_are_read_again(lake, migrated):
    id, steps = id_of(lake, "D1"), []

    def meanwhile(step, done, total):
        if not steps:
            with ThreadPoolExecutor(1) as other:
                other.submit(set_record, lake, id, {"amount": "2000.50"}).result(timeout=60)
        steps.append(step)

    result = reconcile(lake, list(migrated.values()), progress=meanwhile)

    assert steps
    assert listed(result) == [("D1", "amount", "-1000.00", "edit")]


def test_a_model_that_changes_while_files_are_read_is_said(lake, migrated):
    added = []

    def meanwhile(step, done, total):
        if step.startswith("Cleaning") and not added:
            added.append(add_field(lake, "deal", Field("note_2", "Note", "text")))

    with pytest.raises(Refused, match="Reconcile again"):
        reconcile(lake, list(migrated.values()), progress=meanwhile)
