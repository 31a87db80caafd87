"""Fixes of a lake: proposed with their reason, applied as one batch, taken back as if never, refused for good."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from tests.ingest.files import same_state, state
from xrm_lake.errors import Misuse, UnknownName, UnknownRecord
from xrm_lake.hygiene.fixes.apply import apply_fixes, refuse_fixes
from xrm_lake.hygiene.fixes.proposal import RULES
from xrm_lake.hygiene.fixes.propose import count_fixes, fixes, propose_fixes
from xrm_lake.hygiene.judge import merge
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind
from xrm_lake.store.bulk import insert_records
from xrm_lake.store.links import link_records, links_of
from xrm_lake.store.model import add_type, change_field
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.search import search
from xrm_lake.store.undo import undo


def raw(lake, type_name: str, **values: str) -> int:
    """A record as an import that cannot read a value keeps it; gives its id."""
    with lake.write("import", source="crm") as batch:
        id = batch.new_entities(1)
        texts = {name: [text] for name, text in values.items()}
        row = pl.DataFrame(
            {"id": [id], "source_key": [f"k{id}"], "extra": [None], **texts}, schema_overrides={"extra": pl.String}
        )
        insert_records(batch, batch.catalog.type(type_name), row, source="crm")
        return id


@pytest.fixture
def messy(lake):
    """A firm and people with a fault each; some of what they lack can be told."""
    add_record(
        lake, "organisation", {"name": "Acme Works", "domain": "acme.example", "phone": "+4930901820", "country": "DE"}
    )
    raw(lake, "person", full_name="ANN MCDONALD", email="ann(at)acme.example", country="DE", phone="030 901825")
    raw(lake, "person", full_name="Bob Ray", email="bob@gmail.com", phone="+4930901820")
    raw(lake, "person", full_name="Cem Kaya", email="cem@acme.example", country="Germny")
    raw(lake, "person", full_name="Dee Lo", phone="+33142685300", city="Paris", postal_code="75001")
    return lake


def told(lake, *columns, **options):
    return {tuple(row[name] for name in columns) for row in fixes(lake, **options).iter_rows(named=True)}


def test_faults_are_proposed_with_what_they_should_be(messy):
    propose_fixes(messy)

    assert told(messy, "rule", "old", "new", type="person") >= {
        ("letter_case", "ANN MCDONALD", "Ann McDonald"), ("email", "ann(at)acme.example", "ann@acme.example"),
        ("phone", "030 901825", "+4930901825"), ("country", "Germny", "DE"), ("country_from_phone", None, "FR"),
        ("link_by_domain", None, "1"),
    }  # fmt: skip
    assert count_fixes(messy)["fixes"].sum() == fixes(messy).height


def test_each_fix_is_valid_clean_and_has_a_reason(messy):
    propose_fixes(messy)

    for row in fixes(messy).filter(fixes(messy)["sort"] != "link").iter_rows(named=True):
        sort = kind(messy.catalog.field(row["type"], row["field"]).kind)
        new = pl.Series([row["new"]])
        assert sort.is_valid(new).all()
        assert sort.clean(new).equals(new)
        assert row["reason"]
        assert 0 < row["score"] <= 1


def test_applied_until_nothing_is_proposed_and_undone_all_is_as_if_never(messy):
    before, batches = state(messy), []
    while propose_fixes(messy).height:
        result = apply_fixes(messy, fixes(messy)["fix_id"].to_list())
        assert result.left.is_empty()
        batches.append(result.batch_id)
        assert fixes(messy).is_empty()
    assert len(batches) <= 3
    assert search(messy, "Germny").is_empty()
    assert messy.query("select phone from person where full_name = 'Ann McDonald'").value() == "+4930901825"

    for batch in batches:
        undo(messy, batch)

    same_state(before, state(messy))


def test_once_undone_what_was_applied_is_open_again(messy):
    propose_fixes(messy)
    before = fixes(messy)

    undo(messy, apply_fixes(messy, rule="letter_case").batch_id)

    assert fixes(messy).equals(before)


def test_a_dry_run_is_what_a_commit_does(messy):
    propose_fixes(messy)
    before = state(messy)

    dry = apply_fixes(messy, type="person", dry_run=True)
    same_state(before, state(messy), moments=True)
    real = apply_fixes(messy, type="person")

    assert dry.changed.equals(real.changed)
    assert dry.left.equals(real.left)
    assert (dry.batch_id, real.batch_id is None) == (None, False)


def test_a_refused_fix_never_returns_until_the_value_changes(messy):
    propose_fixes(messy)
    refuse_fixes(messy, fixes(messy, "person")["fix_id"].to_list())
    assert propose_fixes(messy, "person").is_empty()

    id = messy.query("select id from person where full_name = 'Cem Kaya'").value()
    set_record(messy, id, {"email": "cem.kaya@acme.example"})
    propose_fixes(messy)

    assert told(messy, "rule", "record_id", type="person") == {("link_by_domain", id)}


def test_the_undo_of_a_refusal_lets_it_be_proposed_again(messy):
    propose_fixes(messy)
    before = fixes(messy)

    undo(messy, refuse_fixes(messy, rule="email"))

    assert fixes(messy).equals(before)
    propose_fixes(messy)
    assert told(messy, "rule", "new") == {(row["rule"], row["new"]) for row in before.iter_rows(named=True)}


def test_what_was_changed_meanwhile_is_left_and_told(messy):
    propose_fixes(messy)
    ann, cem, dee = (
        messy.query("select id from person where full_name = $n", n=n).value()
        for n in ("ANN MCDONALD", "Cem Kaya", "Dee Lo")
    )
    set_record(messy, ann, {"full_name": "Anna McDonald"})
    set_record(messy, dee, {"phone": "+4930901829"})
    delete_record(messy, cem)

    result = apply_fixes(messy, type="person")

    assert {(row["record_id"], row["reason"]) for row in result.left.iter_rows(named=True)} >= {
        (ann, "the value was changed meanwhile"), (dee, "what it followed from was changed meanwhile"), (cem, "the record was deleted"),
    }  # fmt: skip
    assert messy.query("select full_name from person where id = $id", id=ann).value() == "Anna McDonald"
    assert messy.query("select country from person where id = $id", id=dee).value() is None


def test_a_link_is_made_once_and_not_beside_another(messy):
    other = add_record(messy, "organisation", {"name": "Other"})
    cem = messy.query("select id from person where full_name = 'Cem Kaya'").value()
    propose_fixes(messy)
    link_records(messy, cem, "works_for", other)

    result = apply_fixes(messy, rule="link_by_domain")

    assert [row["reason"] for row in result.left.iter_rows(named=True)] == ["it is linked already"]
    assert links_of(messy, cem)["other_id"].to_list() == [other]


def test_free_mail_and_a_domain_of_two_firms_link_to_none(lake):
    for name in ("Acme", "Acme Holding"):
        add_record(lake, "organisation", {"name": name, "domain": "acme.example"})
    add_record(lake, "organisation", {"name": "Mail", "domain": "gmail.com"})
    for mail in ("ann@acme.example", "bob@gmail.com"):
        add_record(lake, "person", {"full_name": f"Ann {mail[:3]}", "email": mail})

    propose_fixes(lake)

    assert fixes(lake).is_empty()


def test_a_name_in_a_text_links_an_activity_if_one_record_only_is_called_so(lake):
    ann = add_record(lake, "person", {"full_name": "Ann Lee Fisher"})
    for _ in range(2):
        add_record(lake, "person", {"full_name": "Bob Ray"})
    acme = add_record(lake, "organisation", {"name": "Green House GmbH"})
    north = add_record(lake, "organisation", {"name": "Green House North GmbH"})
    calls = [
        add_record(lake, "activity", {"subject": subject, "happened_at": datetime(2026, 1, 5, 9)})  # noqa: DTZ001
        for subject in (
            "Call with Ann Lee Fisher, offer",
            "Call with Bob Ray",
            "Visit: green house",
            "Visit at Green House North",
            "Lunch",
        )
    ]

    propose_fixes(lake)

    found = told(lake, "record_id", "new", rule="link_by_name")
    assert found == {(calls[0], str(ann)), (calls[2], str(acme)), (calls[3], str(north))}


def test_a_firm_is_filled_from_the_domain_and_a_domain_from_mail_and_people(lake):
    lead = EntityType("enquiry", "Enquiry", "Enquiries", fields=(
        Field("company", "Company", "company_name"), Field("email", "E-mail", "email"),
    ))  # fmt: skip
    add_type(lake, lead)
    acme = add_record(lake, "organisation", {"name": "Acme Works", "email": "info@acme.example"})
    beta = add_record(lake, "organisation", {"name": "Beta"})
    for name in "abc":
        person = add_record(lake, "person", {"full_name": f"{name} Smith", "email": f"{name}@beta.example"})
        link_records(lake, person, "works_for", beta)
    add_record(lake, "enquiry", {"email": "joe@acme.example"})

    propose_fixes(lake)

    assert told(lake, "rule", "record_id", "new") >= {
        ("domain_from_email", acme, "acme.example"), ("domain_from_people", beta, "beta.example"),
    }  # fmt: skip
    assert told(lake, "rule", "new", type="enquiry") == {("firm_from_email", "Acme Works")}


def test_a_merged_record_is_filled_once_and_its_pins_stand(lake):
    one, two = (add_record(lake, "person", {"full_name": "Ann Lee", "phone": "+33142685300"}) for _ in range(2))
    merge(lake, [one, two])
    before = state(lake)
    propose_fixes(lake)
    assert told(lake, "record_id", "new") == {(one, "FR")}

    batch = apply_fixes(lake, type="person").batch_id
    assert lake.query("select id, country from person").rows() == [(one + 1, "FR")]
    undo(lake, batch)
    same_state(before, state(lake))

    set_record(lake, one + 1, {"country": "BE"})
    assert propose_fixes(lake).is_empty()


def test_a_value_that_must_be_unique_is_not_made_twice(lake):
    change_field(lake, "person", "email", unique=True)
    add_record(lake, "person", {"full_name": "Ann Lee", "email": "ann@acme.example"})
    raw(lake, "person", full_name="Anna Lee", email="ann(at)acme.example")
    propose_fixes(lake)

    result = apply_fixes(lake, rule="email")

    assert result.batch_id is None
    assert result.left["reason"].to_list() == [
        "another record has this value, which must be unique: they may be the same"
    ]


def test_a_fix_of_a_record_that_is_gone_takes_no_unique_value_from_another(lake):
    change_field(lake, "person", "email", unique=True)
    gone, there = (raw(lake, "person", full_name=name, email="ann(at)acme.example") for name in ("Ann Lee", "Anna Lee"))
    propose_fixes(lake)
    delete_record(lake, gone)

    result = apply_fixes(lake, rule="email")

    assert result.left["reason"].to_list() == ["the record was deleted"]
    assert lake.query("select id, email from person").rows() == [(there, "ann@acme.example")]


def test_postal_codes_that_islands_share_with_the_united_kingdom_tell_the_island(lake):
    codes = {
        "JE2 3AB": "JE", "GY1 1AA": "GG", "IM1 1AA": "IM", "GX11 1AA": "GI", "SW1A 1AA": "GB", "M1 1AE": "GB", "BF1 2AX": None,
        "GX1 1AA": None,
    }  # fmt: skip
    for code in codes:
        raw(lake, "person", full_name=f"Ann {code}", postal_code=code)
    propose_fixes(lake)

    found = fixes(lake, rule="country_from_postcode")
    assert dict(found.select("basis", "new").iter_rows()) == {
        code: country for code, country in codes.items() if country
    }


def test_a_whole_name_follows_its_parts_and_another_is_left(lake):
    made = raw(lake, "person", given_name="CHRISTOPHER", family_name="Richards", full_name="CHRISTOPHER Richards")
    other = raw(lake, "person", given_name="CHRISTOPHER", family_name="Richards", full_name="Chris Richards")
    before = state(lake)
    propose_fixes(lake)

    batch = apply_fixes(lake, rule="letter_case", field="given_name").batch_id

    assert lake.query("select id, full_name from person order by id").rows() == [
        (made, "Christopher Richards"),
        (other, "Chris Richards"),
    ]
    undo(lake, batch)
    same_state(before, state(lake))


def test_all_alike_are_applied_at_once(lake):
    for _ in range(3):
        raw(lake, "person", full_name="Cem Kaya", country="Germny")
    propose_fixes(lake)

    first = fixes(lake)["fix_id"][0]

    assert apply_fixes(lake, [first], dry_run=True).records == 1
    assert apply_fixes(lake, [first], alike=True).records == 3


@pytest.mark.parametrize(
    "text",
    ["'; drop table entity; --", "=cmd|' /C calc'!A0", "<script>ALERT</script>", "\u202eXYZ", "A" * 4000, "{}%s"],
)
def test_hostile_values_do_no_harm(lake, text):
    raw(lake, "person", full_name=text, email=text, country=text, phone=text, city=text, website=text)
    raw(lake, "organisation", name=text, domain=text)
    add_record(lake, "activity", {"subject": text, "happened_at": datetime(2026, 1, 5, 9)})  # noqa: DTZ001

    propose_fixes(lake)
    apply_fixes(lake, type="person")

    assert lake.query("select count(*) from person").value() == 1


def test_what_is_not_there_cannot_be_applied(messy):
    propose_fixes(messy)
    with pytest.raises(Misuse):
        apply_fixes(messy)
    with pytest.raises(UnknownRecord):
        apply_fixes(messy, [7])
    with pytest.raises(UnknownName):
        fixes(messy, "persons")
    with pytest.raises(UnknownName):
        fixes(messy, rule="emails")


def test_every_rule_is_in_the_documentation():
    page = (Path(__file__).resolve().parents[3] / "docs/fixes.md").read_text(encoding="utf-8")

    assert [rule.name for rule in RULES if f"| `{rule.name}` |" not in page] == []
