"""Every page opens, on an empty lake and on a small one, and says calmly what is not there."""

import pytest

from tests.app.small import HOSTILE
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.model import add_type

PAGES = (
    "",
    "duplicates",
    "decay",
    "issues",
    "fixes",
    "clusters",
    "governance",
    "quality",
    "reports",
    "import",
    "history",
    "model",
    "record",
)
LISTS = ("person", "organisation", "lead", "deal", "activity", "user")
VIEWS = (
    ("duplicates", {"duplicates_view": "Across types"}),
    ("duplicates", {"duplicates_view": "Clusters"}), ("duplicates", {"duplicates_view": "Merged"}), ("reports", {"name": "pipeline"}),
    ("duplicates", {"order": "Audit"}), ("duplicates", {"order": "Doubtful", "band": "0.9 to 0.99", "source": "HubSpot"}),
    ("governance", {"governance_tabs": "Debt"}), ("governance", {"governance_tabs": "Dictionary"}),
    ("governance", {"governance_tabs": "Readiness"}),
    ("issues", {"type": "deal"}), ("issues", {"type": "nothing", "check": "nothing"}), ("model", {"type": "deal"}),
)  # fmt: skip


def said(at):
    return " ".join(
        str(each.value)
        for kind in ("markdown", "caption", "warning", "info", "error", "subheader", "header")
        for each in at.get(kind)
    )


def no_fault(at):
    assert not at.exception, at.exception
    return at


@pytest.mark.parametrize("url", PAGES + LISTS)
def test_every_page_opens_on_an_empty_lake(lake, visit, url):
    no_fault(visit(lake, url))


@pytest.mark.parametrize("url", PAGES + LISTS)
def test_every_page_opens_on_a_small_lake(small, visit, url):
    no_fault(visit(small, url))


@pytest.mark.parametrize(("url", "query"), VIEWS)
def test_every_view_opens(small, visit, url, query):
    no_fault(visit(small, url, **query))


@pytest.mark.parametrize("type_name", ["person", "organisation", "deal", "activity"])
def test_a_record_of_every_type_opens(small, visit, type_name):
    id = small.query("select max(id) from entity where type = $type", type=type_name).value()

    at = no_fault(visit(small, "record", type=type_name, id=id))

    assert at.get("tab")


@pytest.mark.parametrize("id", ["", "x", "999999", "-1", "9" * 40, "1;drop table entity"])
def test_an_address_that_names_no_record_is_said_calmly(small, visit, id):
    at = no_fault(visit(small, "record", type="person", id=id))

    assert at.warning


def test_a_type_made_while_the_app_runs_has_its_list_at_once(lake, visit):
    at = no_fault(visit(lake))
    add_type(
        lake,
        EntityType("supplier", "Supplier", "Suppliers", caption=("name",), fields=(Field("name", "Name", "text"),)),
    )

    at = no_fault(visit(lake, "supplier"))

    assert [head.value for head in at.header] == ["Suppliers"]


def test_a_type_that_is_named_like_a_page_does_not_hide_the_page(lake, visit):
    add_type(lake, EntityType("reports", "Report", "Reports of ours", fields=(Field("name", "Name", "text"),)))

    assert no_fault(visit(lake, "reports-records")).header[0].value == "Reports of ours"
    assert no_fault(visit(lake, "reports")).header[0].value == "Weekly hygiene report"


def test_a_hostile_name_is_only_ever_text(small, visit):
    id = small.query("select id from person where full_name = $name", name=HOSTILE).value()

    at = no_fault(visit(small, "record", type="person", id=id))

    head = at.header[0].value
    assert "\\<b\\>Bob\\<\\/b\\>" in head
    for markup in ("<b>", "**Tables**", ":material/", ":red[x]", "[x](http"):
        assert markup not in head


def test_a_condition_that_cannot_be_run_is_told_and_changes_nothing(small, visit):
    at = no_fault(visit(small, "person", where_person="nonsense >"))

    assert "condition" in at.warning[0].value.lower()


def test_a_long_list_of_types_still_has_a_way_to_each(lake, visit):
    for place in range(12):
        add_type(
            lake,
            EntityType(f"kind_{place}", f"Kind {place}", f"Kinds {place}", fields=(Field("name", "Name", "text"),)),
        )

    at = no_fault(visit(lake, "kind_11"))

    assert at.header[0].value == "Kinds 11"
    assert "kind_11" in at.selectbox(key="more_types").options or at.get("page_link")
