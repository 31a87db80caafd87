"""
The cells of a sheet as text, from the reader of workbooks and from what only the XML tells.

The reader gives nothing for a formula error, and dates for times that passed; where it says so, or the XML does, the text is put in.
"""

import re
from typing import Any, NamedTuple

import polars as pl

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.second_reader import SecondReader
from xrm_lake.ingest.read.sheet_rows import SheetRows, address

_ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}
_SHOWN = 6
_NEAR_ZERO = re.compile(r"-?0(?:\.\d+)?")

Texts = dict[tuple[int, int], str]


class Cells(NamedTuple):
    """Cells as columns c0, c1, …; how many columns of the sheet stand left of them, if known; and what is to be said of them."""

    frame: pl.DataFrame
    left: int | None
    notes: tuple[str, ...]


def read_cells(reader: Any, name: str, book: str, counted: SheetRows) -> Cells:
    """All cells of a sheet from row 1 on, as text. Raises ImportRefused if the reader cannot read the sheet."""
    if isinstance(reader, SecondReader):
        notes = [f"Read with the second reader for workbooks, as the first refuses this one: {reader.why}."]
        frame, errors, others, left = reader.cells(name), Texts(), Texts(), 0
    else:
        frame, errors, others, notes = _load(reader, name, book)
        found = _left(frame, errors, counted)
        if found is None:
            texts = {**others, **errors}
            return Cells(
                _plain_dates(_with(frame, texts)), None, (*notes, *_about(errors), *_unplaced(errors, counted))
            )
        left = found
    errors = _moved(errors, left) | counted.errors
    small = {place: text for place, text in counted.small.items() if _is_rounded(frame, place, left)}
    texts = {**_moved(others, left), **small, **counted.elapsed, **errors}
    return Cells(_plain_dates(_with(frame, _moved(texts, -left))), left, (*notes, *_about(errors)))


def _left(frame: pl.DataFrame, errors: Texts, counted: SheetRows) -> int | None:
    """How many columns the reader left out before the first one in use, if both agree on it; it keeps the rows above."""
    if errors and len(errors) == len(counted.errors):
        return max(0, min(counted.errors)[1] - min(errors)[1])
    if counted.columns - counted.first + 1 == frame.width:
        return counted.first - 1
    return None


def _is_rounded(frame: pl.DataFrame, place: tuple[int, int], left: int) -> bool:
    """Whether the reader has a number near zero in a place, and no time of day."""
    row, column = place[0] - 1, place[1] - 1 - left
    if row >= frame.height or not 0 <= column < frame.width:
        return False
    return _NEAR_ZERO.fullmatch(str(frame[row, column])) is not None


def _unplaced(errors: Texts, counted: SheetRows) -> list[str]:
    count = max(0, len(counted.errors) - len(errors)) + len(counted.elapsed)
    notes = [f"{count} cells hold a formula error or a time that passed and came as something else."] if count else []
    return [*notes, "Numbers near zero were rounded to nine decimals."] if counted.small else notes


def _moved(texts: Texts, columns: int) -> Texts:
    return {(row, column + columns): text for (row, column), text in texts.items() if column + columns > 0}


def is_readers(trouble: BaseException) -> bool:
    """Whether the reader failed; a panic of its Rust code comes as a BaseException of a class that cannot be imported."""
    import fastexcel

    return isinstance(trouble, fastexcel.FastExcelError) or type(trouble).__name__ == "PanicException"


def _load(reader: Any, name: str, book: str) -> tuple[pl.DataFrame, Texts, Texts, list[str]]:
    """The cells that the reader has as text, the errors among the others, the rest of these, and notes."""
    try:
        sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        batch, troubles = sheet.to_arrow_with_errors()
        visible = sheet.visible
    except BaseException as trouble:
        if not is_readers(trouble):
            raise
        raise ImportRefused(
            f"Sheet {name!r} of {book} cannot be read. Nothing was imported. Save it as CSV, or name another sheet."
        ) from None
    frame = pl.DataFrame(batch)
    assert isinstance(frame, pl.DataFrame)
    frame.columns = [f"c{i}" for i in range(frame.width)]
    errors, others = Texts(), Texts()
    for each in troubles.errors if troubles else []:
        row, column = each.position
        is_error, text = _what(each.detail)
        (errors if is_error else others)[row + 1, column + 1] = text
    return frame, errors, others, [] if visible == "visible" else ["The sheet is hidden."]


def _what(detail: str) -> tuple[bool, str]:
    """Whether a cell without text is an error, and its text, from what the reader says: Error(Div0), DurationIso("PT1H"), …"""
    found = re.search(r"got '(\w+)\((.*)\)'$", detail, re.DOTALL)
    if found is None:
        return True, "#ERROR!"
    kind, value = found.groups()
    return (True, _ERRORS.get(value, "#ERROR!")) if kind == "Error" else (False, value.strip('"'))


def _with(frame: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """The cells with these texts in their places, by row and column from 1; it grows where they lie beyond it."""
    if not texts:
        return frame
    height, width = (max(places) for places in zip(*texts, strict=True))
    frame = frame.with_columns(pl.lit(None, pl.String).alias(f"c{i}") for i in range(frame.width, width))
    if height > frame.height:
        more = pl.DataFrame(schema=frame.schema).clear(height - frame.height)
        frame = pl.concat([frame, more], how="vertical_relaxed")
    by_column: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in texts.items():
        by_column.setdefault(column - 1, []).append((row - 1, text))
    return frame.with_columns(
        frame.to_series(column).scatter([row for row, _ in found], [text for _, text in found])
        for column, found in by_column.items()
    )


def _plain_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """Days without a time of midnight, times without the day from which spreadsheets count."""
    changed = []
    for column in frame.iter_columns():
        if column.str.ends_with(" 00:00:00").any():
            column = column.str.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00$", "$1")
        if column.str.starts_with("1899-12-3").any():
            column = column.str.replace(r"^1899-12-3[01] (\d\d:\d\d:\d\d(?:\.\d+)?)$", "$1")
        changed.append(column)
    return pl.DataFrame(changed)


def _about(errors: Texts) -> list[str]:
    if not errors:
        return []
    shown = ", ".join(address(*place) for place in sorted(errors)[:_SHOWN]) + (", …" if len(errors) > _SHOWN else "")
    said = "1 cell holds a formula error" if len(errors) == 1 else f"{len(errors)} cells hold a formula error"
    return [f"{said}, such as #DIV/0!, which was kept as text: {shown}."]
