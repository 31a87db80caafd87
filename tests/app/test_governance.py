"""The Governance page: what cannot be told is said, a finding leads to its records, and a review is written down."""

from tests.app.test_pages import no_fault, said
from tests.hygiene.many import add_many
from xrm_lake.hygiene.dictionary import dictionary


def tab(visit, lake, name):
    at = visit(lake, "governance")
    at.session_state["governance_tabs"] = name
    return no_fault(at.run())


def test_the_indicators_say_what_cannot_be_told(small, visit):
    told = said(no_fault(visit(small, "governance"))).replace("\\", "")

    assert "indicators are raised" in told
    assert "the lake has no licences and no logins" in told


def test_evidence_opens_as_records(small, clock, visit):
    add_many(
        small, "activity", [{"subject": f"Pasted {n}", "happened_at": clock.now, "body": "x" * 2000} for n in range(40)]
    )
    at = no_fault(visit(small, "governance"))

    next(each for each in at.toggle if each.key == "evidence_S3_0").set_value(True)
    at = no_fault(at.run())

    assert any("Pasted 0" in list(each.value["record"]) for each in at.dataframe)


def test_debt_takes_from_the_score_and_gates_say_what_is_missing(small, visit):
    add_many(small, "person", [{"full_name": f"P {n}", "language": "de"} for n in range(40)])

    assert "of 100" in said(tab(visit, small, "Debt"))
    assert "are missing" in said(tab(visit, small, "Readiness"))


def test_the_dictionary_lists_what_is_due(small, visit):
    at = tab(visit, small, "Dictionary")

    assert len(at.dataframe[0].value) == dictionary(small).height
