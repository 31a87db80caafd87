"""Links that wait: whom they may mean, with scores; and what was answered once holds for later imports of the source."""

import pytest

from xrm_lake.ingest.pending import list_pending, resolve_pending
from xrm_lake.store.undo import undo

from .files import load

FIRMS = "id,Company name\no1,Müller Maschinenbau GmbH\no2,Acme\no3,Acme\n"
DEALS = "id,Deal name,Account\nd1,Roof,Müler Maschinenbau GmbH\nd2,Wall,Acme\nd3,Door,Nobody at all\n"
BY_NAME = {"name": "deals.csv", "type": "deal", "mapping": {"Account": "link:organisation:organisation:name"}}


@pytest.fixture
def waiting(lake, tmp_path):
    load(lake, tmp_path, FIRMS, name="firms.csv", type="organisation")
    link = next(item.name for item in lake.catalog.links_from("deal") if "organisation" in item.to_types)
    BY_NAME["mapping"] = {"Account": f"link:{link}:organisation:name"}
    assert load(lake, tmp_path, DEALS, **BY_NAME).pending == 3
    return lake


def by_text(lake):
    return {row["to_text"]: row for row in list_pending(lake).to_dicts()}


def test_candidates_come_with_scores_also_those_nearly_called_so(waiting):
    found = by_text(waiting)

    assert found["Acme"]["scores"] == [1.0, 1.0]
    assert len(found["Müler Maschinenbau GmbH"]["candidates"]) == 1
    assert 0.88 <= found["Müler Maschinenbau GmbH"]["scores"][0] < 1
    assert (found["Nobody at all"]["candidates"], found["Nobody at all"]["scores"]) == ([], [])


def many_firms(lake, tmp_path):
    """A firm among so many others of its form that no word of it is rare."""
    others = "".join(f"x{n},Maler Firma {n} GmbH\n" for n in range(2_200))
    load(lake, tmp_path, "id,Company name\n" + others, name="firms.csv", type="organisation")
    link = next(item.name for item in lake.catalog.links_from("deal") if "organisation" in item.to_types)
    mapping = {"Account": f"link:{link}:organisation:name"}
    load(lake, tmp_path, "id,Deal name,Account\nd1,Roof,Maler Firm GmbH\n",
         name="deals.csv", type="deal", mapping=mapping)  # fmt: skip


def test_a_name_of_common_words_alone_finds_whom_it_is_nearly(lake, tmp_path):
    many_firms(lake, tmp_path)

    found = by_text(lake)["Maler Firm GmbH"]

    assert len(found["candidates"]) == 5
    assert "too many" not in found["reason"]


def test_where_not_all_records_of_common_words_are_looked_at_it_is_said(lake, tmp_path, monkeypatch):
    monkeypatch.setattr("xrm_lake.store.near_records._MOST_PAIRS", 2_000)
    many_firms(lake, tmp_path)

    found = by_text(lake)["Maler Firm GmbH"]

    assert found["candidates"] == []
    assert "too many records have words that begin like its own" in found["reason"]


def test_names_too_many_to_be_looked_for_are_said(waiting, monkeypatch):
    monkeypatch.setattr("xrm_lake.ingest.pending_near._MOST_TEXTS", 0)

    assert "too many names wait" in by_text(waiting)["Nobody at all"]["reason"]


def test_what_was_answered_holds_for_later_imports_of_the_source(waiting, tmp_path):
    row = by_text(waiting)["Acme"]
    resolve_pending(waiting, row["pending_id"], row["candidates"][1])

    later = load(waiting, tmp_path, "id,Deal name,Account\nd9,Attic,Acme\n", **BY_NAME)
    assert (later.links, later.pending) == (1, 0)
    other = load(waiting, tmp_path, "id,Deal name,Account\nd9,Attic,Acme\n", **BY_NAME, source="elsewhere")
    assert other.pending == 1


def test_an_answer_of_one_link_only_or_one_that_was_undone_says_nothing_of_others(waiting, tmp_path):
    row = by_text(waiting)["Acme"]
    resolve_pending(waiting, row["pending_id"], row["candidates"][0], all_like=False)
    batch = waiting.query("select max(batch_id) from batch").value()

    assert load(waiting, tmp_path, "id,Deal name,Account\nd8,Attic,Acme\n", **BY_NAME).pending == 1
    undo(waiting, batch)
    assert "Acme" in by_text(waiting)
