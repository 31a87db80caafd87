"""What the numbers of each column of a sheet are formatted as: shares of a hundred, or money. The cells stay as they are stored."""

from collections.abc import Sequence

import polars as pl

from xrm_lake.ingest.read.sheet_rows import SheetRows


def find_formats(
    counted: SheetRows | None, before: int | None, headers: Sequence[str], rows: pl.DataFrame
) -> tuple[tuple[str, ...], list[str]]:
    """
    The format of each column in which all numbers have it ("percent", a currency, or ""), and what is to be said.

    `before` columns of the sheet stand left of the table; None if that is not known.
    """
    if counted is None or not counted.formats or before is None:
        return (), []
    formats, notes = [], []
    for place, header in enumerate(headers):
        found = counted.formats.get(before + place + 1)
        [(meaning, count)] = found.most_common(1) if found else [("", 0)]
        numbers = int(rows[f"c{place}"].cast(pl.Float64, strict=False).is_not_null().sum()) if count else 0
        whole = bool(numbers) and count >= numbers
        formats.append(meaning if whole else "")
        if numbers:
            notes.append(_said(header or f"Column {place + 1}", meaning, None if whole else (count, numbers)))
    return tuple(formats), notes


def _said(header: str, meaning: str, part: tuple[int, int] | None) -> str:
    what = "as percent, where 0.15 stands for 15 %" if meaning == "percent" else f"as money: {meaning}"
    if part is None:
        return f"{header}: its numbers are formatted {what}."
    return f"{header}: {part[0]} of its {part[1]} numbers are formatted {what}."
