"""
Texts that a spreadsheet would take for a formula, and how to tell it that they are none.

A leading apostrophe says that what follows is text. It is put on when a file is written for spreadsheets, and taken off
when one is read, so that a value that goes out and comes back is the same, letter by letter.
"""

import polars as pl

# Signs that open a formula, in half and full width, and white space that a spreadsheet drops before it looks.
SIGNS = "=+\\-@＝＋－＠\\t\\r\\n"
RISKY = f"^'*[{SIGNS}]"
GUARDED = f"^'('*[{SIGNS}])"
# A phone number or a plain number computes nothing, and a guard would only spoil it for other programs.
PLAIN = r"^[+-]?[0-9][0-9 .,()/-]*$"


def guarded(texts: pl.Series) -> pl.Series:
    """
    The texts with an apostrophe before each that a spreadsheet would take for a formula.

    One that begins with apostrophes and such a sign gets one more, so that taking one off is exact.

    >>> guarded(pl.Series(["=1+1", "+49 228 123", "'=x", "plain", None])).to_list()
    ["'=1+1", '+49 228 123', "''=x", 'plain', None]
    """
    risky = (texts.str.contains(RISKY) & ~texts.str.contains(PLAIN)).fill_null(False)
    return texts if not risky.any() else ("'" + texts).zip_with(risky, texts).rename(texts.name)


def unguarded(texts: pl.Series) -> pl.Series:
    """
    The texts as they were before `guarded`.

    >>> unguarded(pl.Series(["'=1+1", "+49 228 123", "''=x", "'tis", None])).to_list()
    ['=1+1', '+49 228 123', "'=x", "'tis", None]
    """
    return texts.str.replace(GUARDED, "${1}") if texts.str.starts_with("'").any() else texts
