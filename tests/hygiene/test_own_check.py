"""People's own checks: proved before they are kept, run with all others, and never the fault of a record when they fail."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hygiene.many import add_many
from tests.hygiene.test_check import force, found
from xrm_lake.errors import InvalidDeclaration, InvalidQuery, InvalidValue, UnknownName
from xrm_lake.hygiene.check import check
from xrm_lake.hygiene.issues import count_issues, issues_of, list_issues
from xrm_lake.model.comparison import WORDS, Comparison
from xrm_lake.model.condition_sql import condition_sql
from xrm_lake.model.own_check import OwnCheck, read_check, write_check
from xrm_lake.model.template import load_template
from xrm_lake.store.links import link_records
from xrm_lake.store.model import change_field
from xrm_lake.store.own_checks import add_check, change_check, list_checks, own_check, retire_check
from xrm_lake.store.records import add_record
from xrm_lake.store.retype import retype_field
from xrm_lake.store.try_check import try_check

TODAY = date(2026, 3, 2)
FILE = """
/*
type     = "deal"
severity = "error"
message  = "Won without an amount"
owner    = "Sales operations"
field    = "amount"
problem  = "incomplete"

[[fails]]
stage = "Won"

[[passes]]
stage  = "Won"
amount = 10

[[passes]]
stage = "Proposal"
*/
-- A deal that is won has a price.
stage = 'Won' and amount is null;
"""
BIG = OwnCheck("big_deal", "deal", "A large deal", "amount > 1000")


def deals(lake, *amounts):
    return add_many(
        lake, "deal", [{"name": f"D{at}", "stage": "Proposal", "amount": each} for at, each in enumerate(amounts)]
    )


def test_a_check_from_a_file_is_run_with_all_others_and_says_who_answers_for_it(lake):
    add_check(lake, read_check(FILE, "won_without_amount"))
    bad, _ = add_many(lake, "deal", [{"name": "A", "stage": "Won"}, {"name": "B", "stage": "Won", "amount": 5}])

    check(lake, "deal", as_of=TODAY)

    assert found(lake, "won_without_amount") == [bad]
    row = count_issues(lake).filter(check_name="won_without_amount").row(0, named=True)
    assert (row["found"], row["checked"], row["failed"], row["owner"]) == (1, 2, 0, "Sales operations")
    told = issues_of(lake, bad).filter(check_name="won_without_amount").row(0, named=True)
    assert (told["detail"], told["field"], told["severity"]) == ("Won without an amount", "amount", "error")


def test_a_file_that_was_written_out_reads_as_the_same_check():
    known = read_check(FILE, "won_without_amount")

    assert read_check(write_check(known), "another_name") == known


@pytest.mark.parametrize(("old", "new", "says"), [
    ("amount = 10", "amount = 0", None),
    ('stage = "Won"\n\n[[passes]]\nstage  = "Won"', 'stage = "Lost"\n\n[[passes]]\nstage  = "Won"', "fails"),
    ('stage = "Proposal"', 'stage = "Won"', "passes"),
    ("amount = 10", "colour = 10", "colour"),
    ("amount = 10", 'amount = "ten"', "none that its field"),
])  # fmt: skip
def test_examples_are_run_before_a_check_is_kept(lake, old, new, says):
    made = read_check(FILE.replace(old, new), "won_without_amount")

    if says is None:
        add_check(lake, made)
    else:
        with pytest.raises((InvalidDeclaration, InvalidValue, UnknownName), match=says):
            add_check(lake, made)

    assert list_checks(lake).height == (says is None)


@pytest.mark.parametrize(
    "text", ["stage = 'Won'", "/* type = */ true", "/* type = 'deal' */ true", "/*\ncolour = 1\n*/ true", ""]
)
def test_a_file_that_is_no_check_is_refused_with_the_reason(text):
    with pytest.raises(InvalidDeclaration):
        read_check(text, "some_check")


@pytest.mark.parametrize("condition", [
    "true; delete from entity", "delete from entity", "1) or (1 = 1", "true) from entity --", "(select count(*) from entity) > 0",
    "exists (from entity)", "amount in (select amount from rec_deal)", "row_number() over () = 1", "sum(amount) > 1", "entity.id = 1",
    "rec_deal.live", "id > 0", "columns(*) is null", "unnest([true])", "repeat(name, 1000000000) = ''", "len(range(1000000000)) > 0",
    "nextval('x') > 0", "getenv('HOME') = ''", "current_setting('threads') = ''", "random() > 0.5", "now() > close_date",
    "list_sum(list_transform([1], lambda x: x)) = 1", "replace(name, 'a', 'aaaaaaaaaa') = ''", "read_text('/etc/passwd') = ''",
    "amount", "name", "1", "$other = 1", "? = 1", "colour = 'red'", "amount > ", "", "   ", "--", "/*", "error('x')", "try(amount::int > 1)",
    "main.lower(name) = 'x' and main.repeat(name, 9) = ''", "name = 'x' order by 1", "name = 'x' limit 1", "true " * 2000,
    "pragma_version() = 1", "'a' = any(select name from user)", "query('select 1') = 1",
])  # fmt: skip
def test_a_condition_that_is_not_one_expression_over_the_fields_of_its_type_is_refused(lake, condition):
    before = lake.query("select max(batch_id) from batch").value()

    with pytest.raises((InvalidQuery, InvalidDeclaration)):
        add_check(lake, OwnCheck("hostile", "deal", "Hostile", condition))

    assert lake.query("select max(batch_id) from batch").value() == before
    assert list_checks(lake).is_empty()


def test_what_cannot_be_told_is_no_fault_and_a_negation_of_nothing_neither(lake):
    deals(lake, None, 5, 5000)

    for name, condition in (
        ("large", "amount > 1000"),
        ("not_large", "not (amount > 1000)"),
        ("not_in", "amount not in (5, null)"),
    ):
        add_check(lake, OwnCheck(name, "deal", "Amount", condition))
    counts = dict(check(lake, "deal", as_of=TODAY).counts.select("check_name", "found").iter_rows())

    assert (counts["large"], counts["not_large"], counts["not_in"]) == (1, 1, 0)


def test_a_check_that_fails_to_run_is_reported_as_such_and_never_as_bad_data(lake):
    people = add_many(lake, "person", [{"full_name": "A B", "department": text} for text in ("12", "x", "7", None)])
    add_check(lake, OwnCheck("number", "person", "Department above ten", "department::integer > 10"))

    counts = check(lake, "person", as_of=TODAY).counts.filter(check_name="number").row(0, named=True)

    assert (counts["found"], counts["failed"], counts["checked"]) == (1, 1, 4)
    assert "cannot be told" in counts["reason"]
    assert "x" not in counts["reason"].replace("example", "").split()
    assert found(lake, "number") == people[:1]


def test_a_check_whose_field_changed_its_kind_is_reported_and_stops_no_other(lake):
    deals(lake, 5000)
    add_check(lake, BIG)
    add_check(lake, OwnCheck("unnamed", "deal", "No name", "length(next_step) > 3"))
    retype_field(lake, "deal", "next_step", "integer", force=True)

    counts = check(lake, "deal", as_of=TODAY).counts

    assert counts.filter(check_name="big_deal")["found"].to_list() == [1]
    failed = counts.filter(check_name="unnamed").row(0, named=True)
    assert (failed["found"], failed["failed"]) == (0, 1)
    assert failed["reason"]


def test_a_check_speaks_of_the_day_that_it_is_run_for(lake):
    add_check(
        lake, OwnCheck("overdue", "deal", "Should be closed", "close_date < $as_of and stage not in ('Won', 'Lost')")
    )
    add_many(lake, "deal", [{"name": "A", "stage": "Proposal", "close_date": date(2026, 5, 1)}])

    early = check(lake, "deal", as_of=date(2026, 5, 1)).counts.filter(check_name="overdue")["found"].item()
    late = check(lake, "deal", as_of=date(2026, 5, 2)).counts.filter(check_name="overdue")["found"].item()

    assert (early, late) == (0, 1)


def test_to_try_a_check_tells_what_it_would_find_and_writes_nothing(lake):
    ids = deals(lake, 5, 5000, 7000)
    before = lake.query("select max(batch_id) from batch").value()

    trial = try_check(lake, BIG)

    assert (trial.found, trial.checked, trial.failed, trial.records["id"].to_list()) == (2, 3, 0, ids[1:])
    assert lake.query("select max(batch_id) from batch").value() == before


def test_a_check_is_changed_retired_and_brought_back(lake):
    deals(lake, 5, 5000)
    add_check(lake, BIG)

    change_check(lake, "big_deal", condition="amount > 1", severity="error")
    both = check(lake, "deal", as_of=TODAY).counts.filter(check_name="big_deal")
    retire_check(lake, "big_deal")
    none = check(lake, "deal", as_of=TODAY).counts.filter(check_name="big_deal")
    retire_check(lake, "big_deal", retired=False)
    again = check(lake, "deal", as_of=TODAY).counts.filter(check_name="big_deal")

    assert both.select("found", "severity").rows() == [(2, "error")]
    assert (none.height, again.height) == (0, 1)
    with pytest.raises(InvalidDeclaration, match="type"):
        change_check(lake, "big_deal", type="person")
    with pytest.raises(UnknownName, match="big_deal"):
        change_check(lake, "big_dael", severity="error")


@pytest.mark.parametrize("name", ["malformed", "stale", "no_amount", "Big Deal", "select"])
def test_a_name_that_is_taken_or_none_is_refused(lake, name):
    with pytest.raises(InvalidDeclaration):
        add_check(lake, OwnCheck(name, "deal", "A large deal", "amount > 1000"))


def test_two_checks_of_one_name_are_refused(lake):
    add_check(lake, BIG)

    with pytest.raises(InvalidDeclaration, match="big_deal"):
        add_check(lake, BIG)


def test_a_form_becomes_a_condition_and_stays_a_form(lake):
    form = (
        Comparison("amount", "above", "1.000,50"),
        Comparison("stage", "none_of", "Won, Lost"),
        Comparison("close_date", "below", other="opened_on"),
    )

    add_check(lake, OwnCheck("odd", "deal", "Odd", form=form))

    kept = own_check(lake, "odd")
    assert kept.form == form
    assert kept.condition == (
        '"amount" > \'1000.50\'::decimal(18,2) and not "stage" in (\'Won\', \'Lost\') and "close_date" < "opened_on"'
    )


def test_each_way_to_compare_makes_a_condition_that_is_accepted(lake):
    entity_type = lake.catalog.type("deal")
    for word in WORDS:
        value = "" if word in ("is_empty", "is_filled") else 'it\'s, "so"'
        try_check(lake, OwnCheck("each", "deal", "Each", condition_sql(entity_type, [Comparison("name", word, value)])))
    try_check(
        lake, OwnCheck("each", "deal", "Each", condition_sql(entity_type, [Comparison("close_date", "below", "today")]))
    )
    try_check(
        lake,
        OwnCheck(
            "each", "person", "Each", condition_sql(lake.catalog.type("person"), [Comparison("tags", "one_of", "a,b")])
        ),
    )


@given(text=st.text(max_size=40), word=st.sampled_from(["is", "is_not", "contains", "one_of", "begins_with"]))
def test_no_value_of_a_form_is_ever_read_as_sql(text, word):
    try:
        sql = condition_sql(load_template("crm").type("deal"), [Comparison("name", word, text)])
    except InvalidValue:
        return

    # Outside of quoted texts nothing of the value is left.
    outside = re.sub(r"'(?:''|[^'])*'", "?", sql)
    assert re.fullmatch(r'"name" (=|<>) \?|"name" in \(\?(, \?)*\)|(contains|starts_with)\("name", \?\)', outside)


def test_money_at_risk_counts_each_open_deal_once(lake):
    add_check(lake, OwnCheck("hasty", "person", "No job title", "job_title is null"))
    people = add_many(lake, "person", [{"full_name": f"P {at}"} for at in range(3)])
    open_, won = add_many(
        lake,
        "deal",
        [{"name": stage, "stage": stage, "amount": 1000, "currency": "EUR"} for stage in ("Proposal", "Won")],
    )
    for person in people:
        for deal in (open_, won):
            link_records(lake, deal, "involves", person)

    counts = check(lake, as_of=TODAY).counts

    assert counts.filter(check_name="hasty").select("found", "at_risk", "currency").rows() == [(3, 1000.0, "EUR")]


def test_a_condition_says_of_which_records_a_field_is_needed_and_of_how_many(lake):
    change_field(lake, "organisation", "vat_id", level="required", applies_if="country in ('DE', 'FR')")
    firms = [
        {"name": "A", "country": "DE"},
        {"name": "B", "country": "FR", "vat_id": "FR1"},
        {"name": "C", "country": "US"},
        {"name": "D"},
    ]
    ids = add_many(lake, "organisation", firms)
    add_record(lake, "organisation", {"name": "E", "country": "US"})

    counts = check(lake, "organisation", as_of=TODAY).counts.filter(check_name="required_missing", field="vat_id")

    assert counts.select("found", "checked").rows() == [(1, 2)]
    assert list_issues(lake, check="required_missing")["entity_id"].to_list() == ids[:1]


def test_an_expected_field_that_does_not_apply_is_not_missed_in_the_measure(lake):
    from xrm_lake.hygiene.snapshot import take_snapshot
    from xrm_lake.model.entity_type import EntityType, Field
    from xrm_lake.store.model import add_type

    fields = (
        Field("name", "Name", "text", "required"), Field("sort", "Sort", "text"),
        Field("area", "Area", "number", "expected"), Field("rooms", "Rooms", "integer", "expected", applies_if="sort = 'flat'"),
    )  # fmt: skip
    add_type(lake, EntityType("home", "Home", "Homes", caption=("name",), fields=fields))
    add_many(lake, "home", [{"name": "plot", "sort": "plot", "area": 5.0}, {"name": "flat", "sort": "flat", "area": 5.0},
                            {"name": "no area", "sort": "plot"}, {"name": "bare flat", "sort": "flat"}])  # fmt: skip

    measures = take_snapshot(lake, as_of=TODAY).measures.filter(metric="incomplete", scope="home", split="")

    # Of the plot nothing is missing, of the flat one of two, of the third its only one, of the last both.
    assert measures.select("num", "den").rows() == [(2.0, 4.0)]


@pytest.mark.parametrize("condition", ["colour = 1", "true; drop table entity", "country"])
def test_a_condition_of_a_field_that_cannot_be_is_refused(lake, condition):
    with pytest.raises(InvalidQuery):
        change_field(lake, "organisation", "vat_id", applies_if=condition)

    assert lake.catalog.field("organisation", "vat_id").applies_if == ""


def test_one_more_fault_never_lowers_a_count(lake):
    add_check(lake, BIG)
    before = {}
    for amount in (5, 5000, None, 9000):
        deals(lake, amount)
        counts = check(lake, "deal", as_of=TODAY).counts
        now = {
            (row["check_name"], row["field"]): (row["found"], row["checked"]) for row in counts.iter_rows(named=True)
        }
        assert all(0 <= found <= checked for found, checked in now.values())
        assert all(now[key][0] >= value[0] for key, value in before.items())
        before = now
    assert before["big_deal", None][0] == 2


def test_records_past_the_door_are_counted_though_no_id_is_stored_beyond_the_cap(lake, monkeypatch):
    monkeypatch.setattr("xrm_lake.hygiene.check.MAX_STORED", 2)
    add_check(lake, BIG)
    ids = deals(lake, *[5000] * 5)
    force(lake, ids[0], "name", None, "rec_deal")

    check(lake, "deal", as_of=TODAY)

    assert count_issues(lake).filter(check_name="big_deal")["found"].to_list() == [5]
    assert found(lake, "big_deal") == ids[:2]
