"""Shadow, debt, dictionary and reviews as a user types them."""

import pytest

from tests.hygiene.many import add_many
from xrm_lake.store.open import open_lake


def test_what_cannot_be_told_is_said(xrm):
    told = xrm("shadow")

    assert told.code == 0
    assert "0 of 6 indicators are raised; of 6 nothing can be told." in told.err
    assert "cannot be told: the lake has no licences" in xrm("shadow", "--all", "--format", "csv").out
    assert "No score: nothing can be told." in xrm("debt").err


def test_debt_is_an_exit_code_and_a_score(xrm, lake_path):
    with open_lake(lake_path) as lake:
        add_many(lake, "person", [{"full_name": f"P {n}", "city": "Bonn"} for n in range(40)])

    told = xrm("debt", "--format", "csv")

    assert told.code == 1
    assert "G1,constant,person,city,40.0,40.0,,true,all 40 values are the same" in told.out
    assert "Score: " in told.err


def test_a_review_is_written_down(xrm):
    assert xrm("reviewed", "deal", "amount", "--due", "2999-01-01").code == 0
    assert "2999-01-01" in xrm("dictionary", "deal", "--format", "csv").out
    assert "0 fields are due" in xrm("dictionary", "deal").err


@pytest.mark.parametrize("words", [("dictionary", "nobody"), ("reviewed", "deal", "nothing"), ("reviewed", "deal")])
def test_what_is_not_there_is_said(xrm, words):
    assert xrm(*words).code == 2


def test_readiness_and_adoption_say_what_is_missing(xrm):
    told = xrm("readiness", "forecast", "--format", "csv")

    assert told.code == 1
    assert "forecast,closed,deal,0.0,200.0,200.0,false" in told.out
    assert "Ready: none, of 1." in told.err
    assert "cannot be told" in xrm("adoption", "--format", "csv").out


def test_a_file_is_compared_before_it_comes_in(xrm, tmp_path):
    file = tmp_path / "firms.csv"
    file.write_text("Name,City\nAcme,Wien\n")
    words = (str(file), "--type", "organisation", "--source", "sheet", "--key", "name")

    told = xrm("compare", *words)

    assert told.code == 1
    assert "only there: 1. Nothing was changed." in told.err
    assert xrm("import", *words).code == 0
    assert xrm("compare", *words).code == 0
