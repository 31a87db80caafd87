"""Validation: what each check finds is seen, a check of one's own is tried before it is kept, and a finding stands beside its field."""

import served
from streamlit.testing.v1 import AppTest

from tests.app.test_flows import press
from tests.app.test_pages import no_fault
from xrm_lake.hygiene.check import check
from xrm_lake.model.own_check import OwnCheck
from xrm_lake.store.own_checks import add_check, list_checks
from xrm_lake.store.records import add_record


def test_each_check_says_how_many_records_pass(small, visit):
    check(small)

    at = no_fault(visit(small, "rules"))

    told = at.dataframe[0].value
    assert (told["found"] > 0).all()
    assert told["passes"].between(0, 99.9).all()


def new_check(small):
    """The form of a new check; within its dialog no test can press a second button."""
    served.serve(small)

    def draw():
        from views.validation_form import form

        from xrm_lake.model.own_check import OwnCheck

        form(OwnCheck("", "", ""), key="new")

    return AppTest.from_function(draw, default_timeout=60).run()


def test_a_check_is_kept_only_after_it_was_tried(small):
    at = new_check(small)
    at.text_input(key="new_message").set_value("Nobody has this name")
    no_fault(at.selectbox(key="new_type").set_value("person").run())
    assert at.button(key="new_save").disabled

    press(at, "Try it")
    assert any("would be at fault" in each.value for each in at.markdown)
    no_fault(at.button(key="new_save").click().run())

    kept = list_checks(small)
    assert kept.select("name", "type", "condition").rows() == [
        ("nobody_has_this_name", "person", '("full_name" is null)')
    ]


def test_a_condition_that_cannot_be_is_told_and_not_kept(small):
    at = new_check(small)
    at.text_input(key="new_message").set_value("Hostile")
    no_fault(at.segmented_control(key="new_way").set_value("SQL").run())
    no_fault(at.text_area(key="new_sql").set_value("true; delete from entity").run())

    press(at, "Try it")

    assert "Nothing was changed" in at.warning[0].value
    assert at.button(key="new_save").disabled
    assert list_checks(small).is_empty()


def test_a_check_that_cannot_be_run_is_no_fault_of_the_records(small, visit):
    add_record(small, "person", {"full_name": "A B", "department": "x"})
    add_check(small, OwnCheck("number", "person", "Department above ten", "department::integer > 10"))
    check(small)

    at = no_fault(visit(small, "rules"))

    assert "mend the check" in at.error[0].value


def test_a_finding_stands_beside_its_field(small, visit):
    id = add_record(small, "person", {"full_name": "Only A. Name", "department": "n/a"})
    add_check(
        small, OwnCheck("odd", "person", "Looks *odd*", "full_name like 'Only%'", severity="error", field="full_name")
    )
    check(small)

    at = no_fault(visit(small, "record", type="person", id=id))

    labels = " ".join(each.label for each in at.text_input)
    assert ":orange-badge[missing]" in labels
    assert ":orange-badge[says nothing]" in labels
    assert r":red-badge[Looks \*odd\*]" in labels
