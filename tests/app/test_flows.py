"""What people do in the app, without a browser: edit while somebody else saves, import a file with rejects, take back."""

import pytest

from tests.app.test_pages import no_fault
from xrm_lake.errors import XrmError
from xrm_lake.hygiene.judge import merge
from xrm_lake.store.links import link_records
from xrm_lake.store.read import show_record
from xrm_lake.store.records import add_record, set_record


def field(at, id, name):
    """The input of a field; its key names the version that the edit is made against."""
    return next(
        each for each in at.text_input if each.key and each.key.startswith(f"r{id}_") and each.key.endswith(f"_{name}")
    )


def press(at, label):
    button = next(each for each in at.button if each.label.startswith(label))
    return no_fault(button.click().run())


@pytest.fixture
def person(small):
    return small.query("select min(id) from entity where type = 'person'").value()


def test_an_edit_is_saved(small, visit, person):
    at = visit(small, "record", type="person", id=person)

    field(at, person, "family_name").set_value("Bauer-Lindt")
    press(at, "Save")

    assert show_record(small, person).values["family_name"] == "Bauer-Lindt"


def test_what_somebody_else_saved_is_never_overwritten(small, visit, person):
    at = visit(small, "record", type="person", id=person)
    set_record(small, person, {"family_name": "Theirs"})

    field(at, person, "family_name").set_value("Mine")
    press(at, "Save")

    assert show_record(small, person).values["family_name"] == "Theirs"
    assert "Nothing was overwritten" in at.warning[0].value
    table = at.table[0].value
    assert dict(zip(table["Saved now"], table["Yours"], strict=True))["Theirs"] == "Mine"


def test_mine_is_saved_over_theirs_only_when_it_is_said(small, visit, person):
    at = visit(small, "record", type="person", id=person)
    set_record(small, person, {"family_name": "Theirs"})
    field(at, person, "family_name").set_value("Mine")
    press(at, "Save")

    no_fault(at.button(key="save_mine").click().run())

    assert show_record(small, person).values["family_name"] == "Mine"


def test_theirs_can_be_kept(small, visit, person):
    at = visit(small, "record", type="person", id=person)
    set_record(small, person, {"family_name": "Theirs"})
    field(at, person, "family_name").set_value("Mine")
    press(at, "Save")

    no_fault(at.button(key="keep_theirs").click().run())

    assert show_record(small, person).values["family_name"] == "Theirs"
    assert field(at, person, "family_name").value == "Theirs"


def test_a_value_that_its_field_does_not_accept_is_told_and_not_saved(small, visit, person):
    at = visit(small, "record", type="person", id=person)
    before = show_record(small, person).values["email"]

    field(at, person, "email").set_value("nobody at home")
    press(at, "Save")

    assert "E\\-mail" in at.warning[0].value
    assert show_record(small, person).values["email"] == before


def test_a_golden_record_shows_its_members_and_a_member_leads_to_it(small, visit):
    left, right = small.query("select left_id, right_id from match order by score desc, left_id limit 1").rows()[0]
    merge(small, [left, right])
    golden = show_record(small, left).golden_id

    at = no_fault(visit(small, "record", type="person", id=golden))
    assert any("Golden record of 2" in each.value for each in at.markdown)
    at = no_fault(visit(small, "record", type="person", id=left))
    assert at.button(key="open_golden")


def test_a_role_leads_to_its_party_and_back(small, visit):
    lead = add_record(small, "lead", {"status": "New", "full_name": "Rosa Role", "email": "rosa@firm.example"})
    party = show_record(small, lead).party["id"]

    no_fault(visit(small, "record", type="lead", id=lead))
    no_fault(visit(small, "record", type="person", id=party))
    no_fault(visit(small, "lead"))


def test_a_link_is_ended_with_one_click(small, visit, person):
    other = small.query("select max(id) from entity where type = 'organisation'").value()
    link = link_records(small, person, "related_to", other)
    at = visit(small, "record", type="person", id=person)
    at.session_state[f"tabs_{person}_4"] = "Related"
    no_fault(at.run())

    at.button(key=f"unlink_{link}").click().run()

    assert small.query("select ended_at is not null from link where id = $id", id=link).value()


def test_what_was_judged_is_found_by_what_and_by_whom(small, visit):
    left, right = small.query("select left_id, right_id from match order by score desc, left_id limit 1").rows()[0]
    merge(small, [left, right], by="bob", reason="same phone")
    at = no_fault(visit(small, "duplicates", duplicates_view="Merged", type="person"))
    whole = at.dataframe[0].value

    no_fault(at.selectbox(key="judged").set_value("Kept apart").run())

    assert (whole["who"][0], whole["what"][0], whole["reason"][0]) == ("bob", "merged", "same phone")
    assert not at.dataframe
    assert "bob" in at.selectbox(key="judged_by").options


def test_a_type_that_is_none_or_a_role_is_said_on_the_page(small, visit):
    unknown = no_fault(visit(small, "duplicates", type="nosuch"))
    role = no_fault(visit(small, "duplicates", type="lead"))

    assert any("no type of record called" in each.value and "nosuch" in each.value for each in unknown.warning)
    assert any("are roles" in each.value for each in role.warning)
    assert not no_fault(visit(small, "duplicates", type="person")).warning


def test_a_type_that_nobody_looked_through_is_not_called_clean(small, visit):
    at = no_fault(visit(small, "duplicates", type="product"))

    assert any("Nobody has looked for duplicates" in each.value for each in at.markdown)


def test_a_filter_that_leaves_nothing_is_said_calmly(small, visit):
    at = no_fault(visit(small, "duplicates", type="person", band="0.5 to 0.9", source="Salesforce"))

    assert any("as you asked" in each.value for each in at.markdown)


def test_a_decision_is_taken_back_from_history(small, visit):
    left, right = small.query("select left_id, right_id from match order by score desc, left_id limit 1").rows()[0]
    merge(small, [left, right])
    at = no_fault(visit(small, "duplicates", duplicates_view="Merged"))

    assert any("Click a decision" in each.value for each in at.caption)


def test_a_fault_is_told_by_its_id_and_kept_in_a_file(small, visit, monkeypatch):
    import asgi
    import served

    served.serve(small)

    assert asgi.say_fault(ValueError("secret value")) is True
    kept = list((small.path / "tmp").glob("fault-*.txt"))
    assert len(kept) == 1
    assert "secret value" in kept[0].read_text()


def test_errors_of_ours_are_told_without_markup(small):
    from components.text import plain

    assert plain(XrmError("no **bold** <b>here</b>")) == "no \\*\\*bold\\*\\* \\<b\\>here\\<\\/b\\>"
