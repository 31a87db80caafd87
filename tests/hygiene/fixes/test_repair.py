"""Slips that can be read in one way only: mended into what is valid and clean; what could be several things is left."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.hygiene.fixes.repair import is_free_mail, repair_address, repair_country, repair_email, repair_spacing
from xrm_lake.model.kinds import kind

ODD = st.lists(st.text(max_size=40) | st.text("abc@.,:/ w()", max_size=25), max_size=15)


def mended(repair, *values):
    return dict(repair(pl.Series(values, dtype=pl.String)).select("old", "new").iter_rows())


def url(values):
    return repair_address(values, "url")


@pytest.mark.parametrize(("repair", "old", "new"), [
    (repair_email, "ann(at)example.org", "ann@example.org"), (repair_email, "ann@@example.org", "ann@example.org"),
    (repair_email, "ann@example,com", "ann@example.com"), (repair_email, "ann @ example.org", "ann@example.org"),
    (repair_email, "ann@gmial.com", "ann@gmail.com"), (repair_email, "ann@acme.con", "ann@acme.com"),
    (url, "http//example.org", "http://example.org"), (url, "www,example.org", "https://www.example.org"),
    (url, "htp://example.org/a", "http://example.org/a"), (url, "http://http://x.org", "http://x.org"),
    (repair_country, "Germny", "DE"), (repair_country, "Deutshland", "DE"), (repair_country, "United Stats", "US"),
    (repair_spacing, "Acme , Inc", "Acme, Inc"), (repair_spacing, "Smith,Ann", "Smith, Ann"), (repair_spacing, "Acme,", "Acme"),
])  # fmt: skip
def test_a_slip_is_mended(repair, old, new):
    assert mended(repair, old) == {old: new}


@pytest.mark.parametrize(("repair", "value"), [
    (repair_email, "ann.example.org"), (repair_email, "a@b@c.org"), (repair_email, "ann@gmx.at"), (repair_email, "ann@example.org"),
    (url, "nonsense"), (url, "https://example.org"), (repair_country, "Austrlia"), (repair_country, "Nigr"), (repair_country, "XX"),
    (repair_spacing, "1,5"), (repair_spacing, "Acme, Inc"),
])  # fmt: skip
def test_what_is_right_or_could_be_several_things_is_left(repair, value):
    assert mended(repair, value) == {}


@pytest.mark.parametrize(
    ("repair", "name"), [(repair_email, "email"), (url, "url"), (repair_country, "country"), (repair_spacing, "text")]
)
@given(values=ODD)
def test_what_is_mended_is_valid_clean_and_mended_once(repair, name, values):
    found = repair(pl.Series(values, dtype=pl.String).drop_nulls())
    new = found["new"]

    assert kind(name).is_valid(new).all()
    assert kind(name).clean(new).equals(new)
    assert (new != found["old"]).all()
    assert repair(new.unique()).filter(pl.col("new") != pl.col("old")).is_empty() or name == "text"


def test_mail_providers_for_everybody_are_of_no_firm():
    free = pl.Series(["gmail.com", "gmx.de", "web.de", "outlook.com", "tutanota.com", "mailbox.org", "siemens.com"])

    assert is_free_mail(free).to_list() == [True, True, True, True, True, True, False]
