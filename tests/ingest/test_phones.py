"""Phone numbers without a calling code."""

import polars as pl

from xrm_lake.ingest.phones import read_at_home


def read(rows):
    raw, country = (pl.Series(column, dtype=pl.String) for column in zip(*rows, strict=True))
    return read_at_home(raw, raw, country).to_list()


def test_a_local_number_is_read_in_the_country_of_its_row():
    rows = [("030 901820", "DE"), ("020 7946 0958", "GB"), ("(404) 464-7710", "US")]

    assert read(rows) == ["+4930901820", "+442079460958", "+14044647710"]


def test_a_number_that_is_none_there_or_has_no_country_stays_as_it_was():
    rows = [("123", "DE"), ("030 901820", None), (None, "DE"), ("+33 1 70 18 99 00", "DE")]

    assert read(rows) == ["123", "030 901820", None, "+33 1 70 18 99 00"]
