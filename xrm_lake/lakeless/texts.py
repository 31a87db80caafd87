"""The cells of any column as text: what matching compares and what a kind is guessed from."""

import polars as pl

_EXACT = 2**53  # from here on a float no longer tells whole numbers apart


def texts_of(rows: pl.DataFrame) -> pl.DataFrame:
    """
    The same columns as trimmed texts; null where there is nothing, NaN or infinity, and in columns that hold no text.

    >>> texts_of(pl.DataFrame({"tel": [5550100.0, float("nan")], "name": [" Ann ", ""], "tags": [["a"], []]})).rows()
    [('5550100', 'Ann', None), (None, None, None)]
    """
    return rows.select(_text(column) for column in rows.iter_columns())


def _text(column: pl.Series) -> pl.Series:
    kind = column.dtype
    if kind.is_float():
        column = _number(column)
    elif kind == pl.Datetime:
        column = column.dt.strftime("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00")
    elif kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Duration):
        return pl.Series(column.name, [None] * len(column), dtype=pl.String)
    text = column.cast(pl.String).str.strip_chars()
    return text.set(text == "", None)


def _number(column: pl.Series) -> pl.Series:
    """A column of whole numbers that was read as floats, because some are missing, without the `.0`."""
    finite = column.set(~column.is_finite(), None)
    whole = bool(((finite == finite.round()) & (finite.abs() < _EXACT)).all())
    return finite.cast(pl.Int64) if whole else finite
