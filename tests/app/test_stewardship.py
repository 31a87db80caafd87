"""What the app shows of golden values, of trust in sources, and of merging without a person."""

import pytest

from tests.app.test_pages import no_fault, said
from xrm_lake.hygiene.auto_merge import auto_merge
from xrm_lake.hygiene.judge import judge, merge, unmerge
from xrm_lake.hygiene.queue import draw_queue
from xrm_lake.store.read import show_record
from xrm_lake.store.trust import list_sources


@pytest.fixture
def certain(small):
    """The small lake as if its matching did not doubt itself, with two pairs that would merge."""
    with small.write("match") as batch:
        batch.execute("update batch set doubt = null")
        batch.execute("update match set score = 0.999, sure = true where score >= 0.5")
    return small


@pytest.fixture
def panel(certain):
    """The panel of the certificate, for persons."""
    import served
    from streamlit.testing.v1 import AppTest

    def page():
        import served
        from views.certificate_panel import certificate_panel

        certificate_panel(served.lake().catalog.type("person"))

    served.serve(certain)
    return lambda: no_fault(AppTest.from_function(page, default_timeout=60).run())


def pairs(lake):
    return lake.query("select left_id, right_id from match where type = 'person' and score > 0.9 order by all").rows()


def test_a_golden_record_tells_where_its_values_come_from(small, visit):
    left, right = pairs(small)[0]
    merge(small, [left, right])
    golden = show_record(small, left).golden_id
    at = visit(small, "record", type="person", id=golden)

    at.session_state[f"tabs_{golden}_5"] = "Members"
    at = no_fault(at.run())

    assert "Where the values come from" in [each.label for each in at.expander]
    grid = next(frame.value for frame in at.dataframe if "Why this one" in frame.value or "rule" in frame.value)
    assert {member.partition(" ")[0] for member in grid["member"]} <= {f"#{left}", f"#{right}"}


def test_the_sources_tab_shows_how_far_each_source_is_trusted(small, visit):
    at = visit(small, "model")
    at.session_state["model_tabs"] = "Sources"

    at = no_fault(at.run())

    assert any("more trusted source" in each.value for each in at.caption)
    grids = [each.value for each in at.dataframe]
    assert any("trust" in grid and set(grid["source"]) == set(list_sources(small)["source"]) for grid in grids)


def test_the_panel_says_how_many_pairs_are_missing_and_lets_nothing_merge(panel):
    at = panel()

    assert "299 more pairs of the audit" in said(at) + " ".join(each.value for each in at.info)
    assert at.button(key="auto_merge").disabled


def test_the_panel_shows_what_would_be_merged(panel):
    at = panel()
    at.button(key="auto_merge_try").click()

    at = no_fault(at.run())

    assert any("would be merged" in each.value for each in at.caption)


def test_the_panel_counts_what_was_audited(panel, certain):
    asked = draw_queue(certain, "person", order="audit").select("left_id", "right_id").rows()
    judge(certain, asked[:1], "same", drawn="audit")

    at = panel()

    assert {each.label: each.value for each in at.metric}["Audited"] == "1"


def test_a_run_can_be_undone_and_a_type_that_was_stopped_let_go_on(panel, certain):
    done = auto_merge(certain, "person", force=True)
    at = panel()
    assert at.button(key=f"undo_run_{done.decision}")
    for left, right in pairs(certain)[:2]:
        if show_record(certain, left).golden_id is not None:
            unmerge(certain, right)

    at = panel()
    at.button(key="let_go_on").click()
    at = no_fault(at.run())

    assert not at.warning
