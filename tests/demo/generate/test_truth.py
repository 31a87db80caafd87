"""The truth about the files: everything that was planted can be found, and nothing else is wrong."""

import json
from datetime import timedelta

import phonenumbers
import polars as pl
import pytest
from email_validator import EmailNotValidError, validate_email

from xrm_lake.demo.generate import Truth
from xrm_lake.demo.generate.words import cultures

from .reading import ROW, named, planted, table

PLANTED = {
    "duplicate_person_within", "duplicate_person_across", "duplicate_organisation_within",
    "duplicate_organisation_across", "differs_typo", "differs_nickname", "differs_swapped_name", "differs_moved_firm",
    "differs_new_email", "differs_reformatted", "differs_legal_form_dropped", "differs_respelled", "differs_no_domain",
    "missing_required", "missing_expected", "bad_email", "bad_phone", "bad_date", "bad_postcode", "bad_country",
    "bad_amount", "stale_person", "stale_organisation", "stale_deal", "stale_ticket", "stale_lead",
    "contact_without_firm", "deal_without_organisation", "deal_without_contact", "ticket_without_contact",
    "activity_unlinked", "dangling_company", "dangling_contact", "ambiguous_organisation", "placeholder",
    "placeholder_other", "product_misspelled", "legal_form_twin", "namesake_organisation", "shared_mailbox",
    "shared_switchboard", "household", "opt_out", "shadow_deal", "hostile_formula", "hostile_html", "hostile_emoji",
    "hostile_rtl", "hostile_newline", "hostile_long", "hostile_sql", "broken_short", "broken_long", "broken_quote",
    "phone_without_calling_code", "stage_meaning", "close_date_pushed", "close_date_passed",
}  # fmt: skip
EMAILS = {
    "all-contacts": "Email",
    "Contact.csv": "Email",
    "Lead.csv": "Email",
    "trade_fair": "E-mail",
    "kunden": "E-Mail",
}
REGIONS = {spelling: culture.code for culture in cultures() for spelling in culture.country}


def test_every_kind_of_fault_is_planted(larger):
    _, truth = larger

    assert set(truth.faults["fault"]) == PLANTED


def test_every_planted_fault_stands_in_its_cell(made):
    folder, truth = made

    for (file, field), faults in truth.faults.filter(pl.col("field") != "").group_by("file", "field"):
        cells = table(folder, truth, file).select(ROW, pl.col(field).alias("cell"))
        found = faults.join(cells, left_on="external_key", right_on=ROW, how="left")
        assert found.filter(pl.col("cell").is_null() | (pl.col("cell") != pl.col("value"))).is_empty(), (file, field)


def test_every_fault_of_a_row_names_a_row_that_is_there(made):
    folder, truth = made
    rows = truth.faults.filter(pl.col("field") == "", ~pl.col("fault").str.starts_with("broken_"))

    for (file,), faults in rows.group_by("file"):
        assert set(faults["external_key"]) <= set(table(folder, truth, file)[ROW]), file


def test_no_cell_bears_two_planted_values(larger):
    _, truth = larger
    changed = truth.faults.filter(
        pl.col("fault").str.contains("^(missing|bad|placeholder|hostile|product|dangling|close_date_passed)")
    )

    twice = changed.group_by("file", "external_key", "field").agg(pl.col("fault").unique()).filter(
        pl.col("fault").list.len() > 1
    )  # fmt: skip

    assert twice.is_empty()


@pytest.mark.parametrize("entity", ["person", "organisation"])
def test_rows_less_distinct_ones_are_the_duplicates(larger, entity):
    _, truth = larger
    members = truth.clusters.filter(pl.col("entity") == entity)

    surplus = members.height - members["true_id"].n_unique()

    faults = truth.faults.filter(pl.col("fault").str.starts_with(f"duplicate_{entity}_"))
    assert faults.height == surplus > 0


def test_each_row_of_people_and_firms_is_in_one_cluster(made):
    folder, truth = made
    entities = {"person": ("person", "lead"), "organisation": ("organisation",), "deal": ("deal",)}

    for entity, kinds in entities.items():
        for file in truth.files.filter(pl.col("entity").is_in(kinds))["file"]:
            told = truth.clusters.filter(pl.col("file") == file, pl.col("entity") == entity)
            assert sorted(told["external_key"]) == sorted(table(folder, truth, file)[ROW]), file


def test_empty_cells_where_something_is_expected_are_all_planted(larger):
    folder, truth = larger
    missing = truth.faults.filter(pl.col("fault").str.starts_with("missing_"))

    for (file, field), faults in missing.group_by("file", "field"):
        empty = table(folder, truth, file).filter(pl.col(field) == "")[ROW]
        others = truth.faults.filter(
            pl.col("file") == file, pl.col("field") == field, pl.col("fault") == "differs_no_domain"
        )
        assert set(empty) == set(faults["external_key"]) | set(others["external_key"]), (file, field)


@pytest.mark.parametrize("part", list(EMAILS))
def test_an_email_is_well_formed_unless_planted_otherwise(made, part):
    folder, truth = made
    file = named(truth, part)
    bad = planted(truth, "bad_email", file)

    for key, email in table(folder, truth, file).select(ROW, EMAILS[part]).iter_rows():
        if email:
            assert well_formed(email) == (key not in bad), key


def well_formed(email: str) -> bool:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


@pytest.mark.parametrize(
    ("part", "phone", "country"),
    [("all-contacts", "Phone Number", "Country/Region"), ("Contact.csv", "Phone", "MailingCountry"),
     ("Account.csv", "Phone", "BillingCountry"), ("suppliers", "Phone", None)],
)  # fmt: skip
def test_a_phone_number_can_be_dialled_unless_planted_otherwise(larger, part, phone, country):
    folder, truth = larger
    file = named(truth, part)
    spoilt = planted(truth, "bad_phone", file) | planted(truth, "placeholder", file)

    for row in table(folder, truth, file).iter_rows(named=True):
        region = REGIONS.get(row[country]) if country else None
        if row[phone] and row[ROW] not in spoilt and (region or row[phone].startswith("+")):
            number = phonenumbers.parse(row[phone], region)
            assert phonenumbers.is_valid_number(number), row[ROW]


def test_links_by_id_lead_somewhere_unless_planted_otherwise(made):
    folder, truth = made
    contacts, companies = table(folder, truth, named(truth, "all-contacts")), named(truth, "all-companies")
    known = set(table(folder, truth, companies)[ROW])

    lost = {
        row[ROW]
        for row in contacts.iter_rows(named=True)
        if row["Associated Company IDs"] and row["Associated Company IDs"] not in known
    }

    assert lost == planted(truth, "dangling_company", named(truth, "all-contacts"))


def test_a_contact_is_linked_to_a_company_of_the_firm_it_works_for(made):
    folder, truth = made
    contacts = table(folder, truth, named(truth, "all-contacts"))
    companies = table(folder, truth, named(truth, "all-companies"))
    both = contacts.join(companies, left_on="Associated Company IDs", right_on="Record ID")
    kept = both.filter(pl.col("Company name") == pl.col("Company Name"))

    assert kept.height / both.height > 0.7


def test_ambiguous_names_fit_several_firms(larger):
    folder, truth = larger
    deals = named(truth, "#Deals")
    keys = planted(truth, "ambiguous_organisation", deals)
    firms = truth.clusters.filter(pl.col("entity") == "organisation")
    names = pl.concat(
        table(folder, truth, named(truth, part)).select(
            pl.lit(named(truth, part)).alias("file"), pl.col(ROW).alias("external_key"), pl.col(column).alias("name")
        )
        for part, column in {"all-companies": "Company name", "Account.csv": "Name", "suppliers": "Supplier"}.items()
    ).join(firms, on=["file", "external_key"])

    ids = {name: set(rows["true_id"]) for (name,), rows in names.group_by("name")}

    named_there = table(folder, truth, deals).filter(pl.col(ROW).is_in(list(keys)))["Firm"]
    assert named_there.len() > 0
    assert any(len(ids.get(name, ())) > 1 for name in named_there)


def test_twins_bear_one_name_in_two_legal_forms_and_are_two_firms(larger):
    folder, truth = larger
    file = named(truth, "all-companies")
    who = truth.clusters.filter(pl.col("file") == file)

    twins = table(folder, truth, file).filter(pl.col(ROW).is_in(list(planted(truth, "legal_form_twin", file))))

    assert who.filter(pl.col("external_key").is_in(twins[ROW].to_list()))["true_id"].n_unique() >= 2


def test_who_is_stale_follows_from_the_files(larger):
    folder, truth = larger
    contacts = table(folder, truth, named(truth, "all-contacts"))
    kinds = ("all-calls", "all-mails", "all-meetings", "all-tasks", "all-notes")
    seen = pl.concat(
        table(folder, truth, named(truth, kind)).select("Associated Contact IDs", "Activity date") for kind in kinds
    )
    last = seen.group_by("Associated Contact IDs").agg(pl.col("Activity date").max())

    both = contacts.join(last, left_on=ROW, right_on="Associated Contact IDs", how="left")
    touched = pl.max_horizontal("Create Date", "Activity date").str.slice(0, 10).str.to_date()
    stale = both.filter(touched < truth.today - timedelta(days=180))

    assert set(stale[ROW]) == planted(truth, "stale_person", named(truth, "all-contacts"))
    assert 0.1 < stale.height / contacts.height < 0.5


def test_the_last_activity_of_a_contact_is_the_last_in_the_activity_files(made):
    folder, truth = made
    contacts = table(folder, truth, "salesforce/Contact.csv")
    done = pl.concat(
        [
            table(folder, truth, "salesforce/Task.csv").select("WhoId", pl.col("ActivityDate").alias("day")),
            table(folder, truth, "salesforce/Event.csv").select(
                "WhoId", pl.col("StartDateTime").str.slice(0, 10).alias("day")
            ),
        ]
    )

    last = done.filter(pl.col("WhoId") != "").group_by("WhoId").agg(pl.col("day").max())

    both = contacts.join(last, left_on="Id", right_on="WhoId", how="left").with_columns(pl.col("day").fill_null(""))
    assert both["day"].to_list() == both["LastActivityDate"].to_list()


def test_the_history_ends_at_the_stage_of_the_opportunity(made):
    folder, truth = made
    deals = table(folder, truth, "salesforce/Opportunity.csv")
    history = table(folder, truth, "salesforce/OpportunityHistory.csv")

    last = history.group_by("OpportunityId", maintain_order=True).agg(pl.col("StageName").last().alias("last"))

    both = deals.join(last, left_on="Id", right_on="OpportunityId")
    assert both.height == deals.height
    assert both["last"].to_list() == both["StageName"].to_list()


def test_stages_are_entered_in_their_order(made):
    folder, truth = made
    deals = table(folder, truth, named(truth, "all-deals"))
    columns = [column for column in deals.columns if column.startswith("Date entered")]

    for entered in deals.select(columns).iter_rows():
        filled = [moment for moment in entered if moment]
        assert filled == sorted(filled)
        assert filled


def test_a_saved_truth_reads_back_the_same(made):
    folder, truth = made

    again = Truth.read(folder)

    assert again.clusters.equals(truth.clusters)
    assert again.faults.equals(truth.faults)
    assert again.files.equals(truth.files)
    assert (again.seed, again.scale, again.today, again.drifts) == (truth.seed, truth.scale, truth.today, truth.drifts)


def test_the_counts_in_the_file_are_those_of_the_faults(made):
    folder, truth = made

    told = json.loads((folder / "truth/truth.json").read_text(encoding="utf-8"))

    assert sum(entry["n"] for entry in told["counts"]) == truth.faults.height
