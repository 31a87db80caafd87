"""What was won against a file of invoices from outside, by month and account."""

from datetime import date

import pytest

from xrm_lake.errors import InvalidValue
from xrm_lake.hygiene.decay.invoices import agreement, compare_invoices
from xrm_lake.hygiene.judge import merge
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.new_type import add_type_from_file
from xrm_lake.store.links import link_records
from xrm_lake.store.records import add_record

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


@pytest.fixture
def invoiced(lake, tmp_path):
    """Acme won 100 in January and 50 in February, Bolt 30 in January; invoiced were Acme 100 and 40, Cobalt 60."""
    ids = {name: add_record(lake, "organisation", {"name": name}) for name in ("Acme", "Bolt")}
    for name, amount, day in (("Acme", 100, "2026-01-20"), ("Acme", 50, "2026-02-03"), ("Bolt", 30, "2026-01-31")):
        deal = add_record(lake, "deal", {"name": "D", "stage": "Won", "amount": amount, "close_date": day})
        link_records(lake, deal, "for_organisation", ids[name])
    add_record(lake, "deal", {"name": "Open", "stage": "Proposal", "amount": 999, "close_date": "2026-01-20"})
    file = tmp_path / "invoices.csv"
    file.write_text(
        "Invoice no,Invoiced on,Customer,Amount\nI-1,2026-01-25,ACME ,100.00\nI-2,2026-02-10,acme,40.00\nI-3,2026-02-11,Cobalt,60.00\n"
    )
    add_type_from_file(lake, file, "invoice")
    import_files(lake, [file], type="invoice")
    return ids


def test_the_differences_are_told_by_month_and_account(lake, invoiced):
    told = compare_invoices(lake, "invoice", field="customer")

    assert told.rows() == [
        (FEBRUARY, "Cobalt", None, 0.0, 60.0, -60.0),
        (JANUARY, "Bolt", invoiced["Bolt"], 30.0, 0.0, 30.0),
        (FEBRUARY, "Acme", invoiced["Acme"], 50.0, 40.0, 10.0),
        (JANUARY, "Acme", invoiced["Acme"], 100.0, 100.0, 0.0),
    ]
    # 100 of 200 differ; of 200 invoiced, 140 are of accounts that are known.
    assert agreement(told) == (0.5, 0.7)


def test_the_account_is_found_by_the_name_of_its_field(lake, invoiced):
    assert compare_invoices(lake, "invoice").equals(compare_invoices(lake, "invoice", field="customer"))


def test_what_names_no_account_or_cannot_be_won_is_refused(lake, invoiced):
    with pytest.raises(InvalidValue, match="no date or no amount"):
        compare_invoices(lake, "user")
    with pytest.raises(InvalidValue, match="nothing of it is won"):
        compare_invoices(lake, "invoice", against="person")


def test_two_records_of_one_deal_are_won_once(lake, invoiced):
    twins = [
        add_record(lake, "deal", {"name": "Twin", "stage": "Won", "amount": 70, "close_date": "2026-01-10"})
        for _ in range(2)
    ]
    for twin in twins:
        link_records(lake, twin, "for_organisation", invoiced["Acme"])
    merge(lake, twins)

    told = compare_invoices(lake, "invoice", field="customer")

    assert told.filter(month=JANUARY, account="Acme")["won"].to_list() == [170.0]
