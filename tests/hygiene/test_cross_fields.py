"""What two fields, or a record and its firm, must not say together; and values that nobody has confirmed for long."""

from datetime import date

import pytest

from tests.conftest import NOON
from tests.hygiene.many import add_many
from tests.hygiene.test_check import found
from xrm_lake.hygiene.check import check
from xrm_lake.hygiene.snapshot import take_snapshot
from xrm_lake.model.kinds.phone_plan import is_of_country as is_number_of_country
from xrm_lake.model.kinds.postal_shapes import shapes
from xrm_lake.store.links import link_records
from xrm_lake.store.model import change_field
from xrm_lake.store.records import add_record, set_record

TODAY = date(2026, 3, 2)
LATER = date(2028, 3, 2)


def test_an_end_before_its_start_is_an_error_and_one_on_the_same_day_is_not(lake):
    rows = [("2026-01-05", "2026-01-04"), ("2026-01-05", "2026-01-05"), ("2026-01-05", None), (None, "2026-01-01")]
    ids = [
        add_record(lake, "deal", {"name": "A", "stage": "Won", "opened_on": start, "close_date": end})
        for start, end in rows
    ]

    check(lake, "deal", as_of=TODAY)

    assert found(lake, "ends_before_start") == ids[:1]


def test_times_of_a_ticket_run_forward(lake):
    good, bad = (
        add_record(
            lake, "ticket", {"subject": "T", "status": "new", "opened_at": "2026-01-05 10:00:00", "closed_at": at}
        )
        for at in ("2026-01-05 09:00:00", "2026-01-04 09:00:00")
    )

    check(lake, "ticket", as_of=TODAY)

    # The hour may be of another time zone; the day may not.
    assert found(lake, "ends_before_start") == [bad]
    assert good != bad


def test_an_amount_without_its_currency_is_doubted(lake):
    ids = add_many(
        lake, "deal", [{"name": "A", "stage": "Won", "amount": 5, "currency": each} for each in (None, "EUR")]
    )

    check(lake, "deal", as_of=TODAY)

    assert found(lake, "currency_missing") == ids[:1]


@pytest.mark.parametrize(("country", "phone", "postal_code", "foreign"), [
    ("DE", "+49891234567", "80331", ()),
    ("DE", "+43123456789", "80331", ("foreign_number",)),
    ("DE", None, "8033", ("foreign_postcode",)),
    ("NL", "+31201234567", "1012 AB", ()),
    ("GB", "+442071234567", "SW1A 1AA", ()),
    ("GB", "+442071234567", "80331", ("foreign_postcode",)),
    ("US", "+12125550100", "10001-1234", ()),
    ("CA", "+14165550100", "K1A 0B1", ()),
    # Nothing is known of the codes of Hong Kong, or without a country.
    ("HK", "+85221234567", "999", ()),
    (None, "+43123456789", "8033", ()),
])  # fmt: skip
def test_a_number_or_a_postal_code_of_another_country_is_doubted(lake, country, phone, postal_code, foreign):
    add_many(lake, "organisation", [{"name": "A", "country": country, "phone": phone, "postal_code": postal_code}])

    counts = check(lake, "organisation", as_of=TODAY).counts

    told = counts.filter(counts["check_name"].str.starts_with("foreign_") & (counts["found"] > 0))
    assert tuple(told["check_name"]) == foreign


def test_doubts_are_listed_and_not_measured(lake):
    add_many(lake, "organisation", [{"name": "A", "country": "DE", "phone": "+43123456789"}])

    measures = take_snapshot(lake, as_of=TODAY).measures.filter(metric="malformed", scope="organisation", split="")

    assert measures.select("num", "den").rows() == [(0.0, 1.0)]


def test_every_country_is_told_by_its_code():
    import polars as pl

    pairs = pl.DataFrame({"country": ["XK", "KZ", "VA", "GG", "AQ"], "number": ["+383", "+77", "+39", "+441", "+123"]})

    assert is_number_of_country(pairs["country"], pairs["number"]).to_list() == [True, True, True, True, True]
    assert all(len(pair.split()) == 2 for pair in shapes())


def test_mail_at_another_domain_than_each_firm_is_doubted(lake):
    firm, other = (
        add_record(lake, "organisation", {"name": name, "domain": f"{name}.example"}) for name in ("acme", "best")
    )
    addresses = (
        "a@acme.example",
        "b@mail.acme.example",
        "c@yahoo.com.sg",
        "d@best.example",
        "e@best.example",
        "no address",
    )
    people = add_many(lake, "person", [{"full_name": f"P {at}", "email": email} for at, email in enumerate(addresses)])
    for person in people:
        link_records(lake, person, "works_for", firm)
    link_records(lake, people[4], "works_for", other)

    counts = check(lake, "person", as_of=TODAY).counts.filter(check_name="foreign_domain")

    assert found(lake, "foreign_domain") == [people[3]]
    # Of the provider's address and of what is none, nothing can be told.
    assert counts.select("found", "checked").rows() == [(1, 4)]


def test_a_domain_that_people_of_many_firms_write_from_is_a_provider(lake):
    firms = [add_record(lake, "organisation", {"name": f"F{at}", "domain": f"f{at}.example"}) for at in range(5)]
    people = add_many(lake, "person", [{"full_name": f"P {at}", "email": f"p{at}@post.example"} for at in range(5)])
    for person, firm in zip(people, firms, strict=True):
        link_records(lake, person, "works_for", firm)

    check(lake, "person", as_of=TODAY)

    assert found(lake, "foreign_domain") == []


def test_a_value_that_nobody_confirmed_for_longer_than_its_field_allows_is_stale(lake, clock):
    change_field(lake, "person", "phone", fresh_days=90)
    clock.now = NOON.replace(year=2027, month=1, day=1)
    old, set_again, empty = (
        add_record(lake, "person", {"full_name": f"P {at}", "phone": phone})
        for at, phone in enumerate(("+49891234567", "+49891234568", None))
    )
    clock.now = NOON.replace(year=2028, month=1, day=15)
    set_record(lake, set_again, {"phone": "+49891234569"})
    set_record(lake, old, {"job_title": "Buyer"})

    counts = check(lake, "person", as_of=LATER).counts.filter(check_name="unconfirmed")

    assert counts.select("found", "checked").rows() == [(1, 2)]
    assert found(lake, "unconfirmed") == [old]
    assert empty not in found(lake, "unconfirmed")
    # 90 days to the day are no longer than 90 days.
    assert check(lake, "person", as_of=date(2027, 4, 1)).counts.filter(check_name="unconfirmed")["found"].to_list() == [
        0
    ]


def test_a_value_that_an_import_brings_again_is_confirmed(lake, clock, tmp_path):
    from xrm_lake.ingest.load import import_files

    change_field(lake, "person", "phone", fresh_days=90)
    (tmp_path / "people.csv").write_text("Id,Name,Phone\n1,Ann Lee,+49891234567\n2,Bob Ray,+49891234568\n")
    clock.now = NOON.replace(year=2027, month=1, day=1)
    import_files(lake, [tmp_path / "people.csv"], type="person", source="crm", key=("Id",))
    (tmp_path / "again.csv").write_text("Id,Name,Phone\n1,Ann Lee,+49891234567\n")
    clock.now = NOON.replace(year=2028, month=2, day=1)
    import_files(lake, [tmp_path / "again.csv"], type="person", source="crm", key=("Id",))

    check(lake, "person", as_of=LATER)

    assert lake.query(
        "select source_key from entity where id in (select unnest($ids))", ids=found(lake, "unconfirmed")
    ).column() == ["2"]
