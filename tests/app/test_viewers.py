"""Who may see figures about named persons is said on the Model page."""

from tests.app.test_pages import no_fault
from xrm_lake.governance.sight import sees_people


def test_the_maker_becomes_a_viewer_on_the_model_page(small, visit):
    at = visit(small, "model")
    at.session_state["model_tabs"] = "Viewers"
    at = no_fault(at.run())

    next(button for button in at.button if button.label == "Allow").click()
    no_fault(at.run())

    assert sees_people(small)
