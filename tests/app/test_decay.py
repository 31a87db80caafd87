"""The Decay page: what gets worse stands first, and opens what is known of it."""

from tests.app.test_pages import no_fault, said
from tests.hygiene.measured import measure_problem, measure_weeks, sunday, wavering
from xrm_lake.hygiene.odd_weeks import flag_week


def worsen(lake):
    measure_problem(lake, "malformed", wavering(10, 48), wavering(9, 48))
    measure_problem(lake, "incomplete", [*wavering(14, 40), *wavering(40, 8)], wavering(9, 48))
    measure_weeks(lake, "placeholder", [None] + [1] * 47, at_risk=9, of_new=True)


def test_the_worst_stands_first_and_says_since_when(lake, clock, visit):
    worsen(lake)
    clock.now = clock.now.replace(year=2027)

    at = no_fault(visit(lake, "decay"))

    labels = [each.value for each in at.markdown if each.value in ("**Incomplete**", "**Badly formatted**")]
    assert labels == ["**Incomplete**", "**Badly formatted**"]
    told = said(at).replace("\\", "")
    assert f"Getting worse, fast since the week to {sunday(40)}" in told
    assert "Too few records to tell" in told


def test_a_metric_opens_with_what_the_rules_saw(lake, clock, visit):
    worsen(lake)
    flag_week(lake, sunday(20))
    clock.now = clock.now.replace(year=2027)

    at = no_fault(visit(lake, "decay", metric="incomplete"))

    assert "standard errors" in said(at)
    next(button for button in at.button if button.key == "close_detail").click()
    assert "standard errors" not in said(no_fault(at.run()))
