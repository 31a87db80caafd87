"""What keeps two values apart however alike they look: a number, a numeral, a single letter, a sign that means something."""

import polars as pl

# "Plan 1" is not "Plan 2", "Phase II" not "Phase III", "Type A" not "Type B", "C++" not "C#", "<10" not ">10", "-5" not "5".
_MARKS = r"\p{N}+|\b[ivxIVX]{1,5}\b|\b\p{L}\b|[+#%<>≤≥=§€$£¥]|(?:^|[\s(])[-−]\p{N}"


def marks(values: pl.Series) -> pl.Series:
    """
    What tells each value apart, in the order in which it stands: values whose marks differ are never joined.

    >>> marks(pl.Series(["Plan 1", "plan-1", "Plan 2", "Phase II", "GTX Pro"])).to_list()
    ['1', '1', '2', 'ii', '']
    """
    found = pl.col("v").str.to_lowercase().str.extract_all(_MARKS).list.eval(pl.element().str.strip_chars(" \t("))
    return values.cast(pl.String).to_frame("v").select(found.list.join(" ").alias(values.name)).to_series()
