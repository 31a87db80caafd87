"""Fixes and value clusters in the app: shown, applied, taken back, refused."""

from tests.app.test_pages import no_fault, said
from xrm_lake.hygiene.fixes.propose import fixes, propose_fixes
from xrm_lake.store.records import add_record


def names(lake):
    return lake.query("select full_name from person order by id").column()


def test_a_group_of_fixes_is_previewed_applied_and_taken_back(lake, visit):
    for name in ("ANN MCDONALD", "bob ray"):
        add_record(lake, "person", {"full_name": name})
    propose_fixes(lake)

    at = no_fault(visit(lake, "fixes"))
    at = no_fault(at.button(key="preview_fixes").click().run())
    assert "2 values of 2 records would change" in said(at)
    assert names(lake) == ["ANN MCDONALD", "bob ray"]

    at = no_fault(at.button(key="apply_fixes").click().run())
    assert names(lake) == ["Ann McDonald", "Bob Ray"]
    assert "Changed 2 values of 2 records" in said(at)

    no_fault(at.button(key="undo_mended").click().run())
    assert names(lake) == ["ANN MCDONALD", "bob ray"]
    assert fixes(lake).height == 2


def test_marked_clusters_are_unified_taken_back_and_refused(lake, visit):
    for city in ("München", "München", "MÜNCHEN", "Köln 1", "Köln 2"):
        add_record(lake, "person", {"full_name": "Ann Lee", "city": city})

    def cities():
        return lake.query("select distinct city from person order by city").column()

    at = no_fault(visit(lake, "clusters", type="person", field="city", method="fingerprint"))
    at = no_fault(at.toggle[0].set_value(True).run())
    at = no_fault(at.button(key="unify").click().run())
    assert cities() == ["Köln 1", "Köln 2", "München"]

    at = no_fault(at.button(key="undo_mended").click().run())
    assert cities() == ["Köln 1", "Köln 2", "MÜNCHEN", "München"]

    at = no_fault(at.toggle[0].set_value(True).run())
    at = no_fault(at.button(key="refuse_values").click().run())
    assert "No two values" in said(at)
