"""Which links wait: what one source says settles nothing of another's, and the same delivery again changes nothing."""

import pytest

from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.pending import list_pending

from .files import file, load, state

FIRMS = "id,Company name\no1,Acme\no2,Bolt\n"
BY_NAME = {"Account": "link:for_organisation:organisation:name"}
OPEN = ["source", "type", "from_id", "to_text", "reason"]


@pytest.fixture
def firms(lake, tmp_path):
    return load(lake, tmp_path, FIRMS, name="firms.csv", type="organisation", source="books")


def deals(lake, tmp_path, text, **options):
    return load(lake, tmp_path, text, name="deals.csv", type="deal", mapping=BY_NAME, **options)


def waiting(lake):
    return list_pending(lake).select(OPEN).sort(OPEN).rows()


def test_a_link_that_waits_for_one_source_still_waits_when_another_source_links_the_record(lake, tmp_path, firms):
    deals(lake, tmp_path, "id,Name,Account\nd1,Big,Acmee\n")
    before = waiting(lake)
    told = deals(lake, tmp_path, "Name,Account\nBig,Bolt\n", source="books", key=["name"])

    assert (told.links, waiting(lake)) == (1, before)


def test_a_cell_that_says_something_else_by_now_waits_no_more(lake, tmp_path, firms):
    deals(lake, tmp_path, "id,Name,Account\nd1,Big,Acmee\n")
    deals(lake, tmp_path, "id,Name,Account\nd1,Big,Acme\n")

    assert waiting(lake) == []


def test_another_column_of_the_source_that_names_somebody_else_settles_nothing(lake, tmp_path, firms):
    people = "id,Full name,Email\np1,Bob Ray,bob@example.org\n"
    load(lake, tmp_path, people, type="person")
    told = {"name": "deals.csv", "type": "deal"}
    load(lake, tmp_path, "id,Name,Contact\nd1,Big,Ann Lee\n", mapping={"Contact": "link:involves:person:name"}, **told)
    before = waiting(lake)
    by_mail = {"Mail": "link:involves:person:key=email"}
    other = load(lake, tmp_path, "id,Name,Mail\nd1,Big,bob@example.org\n", mapping=by_mail, **told)

    assert (other.links, waiting(lake), len(before)) == (1, before, 1)


@pytest.mark.parametrize("names", [("a_open.csv", "b_closed.csv"), ("b_open.csv", "a_closed.csv")])
def test_the_same_folder_imported_twice_leaves_the_same_links_waiting(lake, tmp_path, firms, names):
    folder = tmp_path / "crm"
    folder.mkdir()
    file(folder, names[0], "id,Deal name,Amount,Account\nd1,Big,1,Acmee\nd2,Small,2,Acme\n")
    file(folder, names[1], "id,Deal name,Amount,Account\nd1,Big,1,Bolt\nd2,Small,2,Acmme\n")
    told = {"type": "deal", "source": "crm", "mapping": BY_NAME}
    import_files(lake, [folder], **told)
    before, all_before = waiting(lake), state(lake)
    import_files(lake, [folder], **told)

    assert (waiting(lake), len(before)) == (before, 2)
    assert state(lake)["pending_link"].equals(all_before["pending_link"])
