"""Ids that a spreadsheet took for numbers and cut short: 123456789012 became 1.23E+11, and its digits are gone."""

import polars as pl

# Alone, or as one part of a key of several columns.
_CUT_SHORT = r"(?:^|\|)\d(?:[.,]\d+)?[eE]\+\d{2,3}(?:\||$)"
REASON = "its id was cut short by a spreadsheet, as in 1.23E+11: export it again with the id as text"


def cut_short(keys: pl.Series) -> pl.Series:
    """
    Which keys have lost digits: two such rows could be told to be one, or another.

    >>> cut_short(pl.Series(["1.23E+11", "123456789012", "A1E+5", None])).to_list()
    [True, False, False, False]
    """
    return keys.str.contains(_CUT_SHORT).fill_null(False)
