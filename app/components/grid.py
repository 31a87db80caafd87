"""Records as a grid: how each kind of column is shown."""

from collections.abc import Iterable

import polars as pl
import streamlit as st

from xrm_lake.model.entity_type import Field

ROW = 33
_NUMBERS = {"integer", "number", "money"}


def column(field: Field) -> object:
    """How the values of a field are shown in a grid. Addresses stay text: nobody is sent to a place that a file names."""
    of = st.column_config
    if field.kind in _NUMBERS:
        return of.NumberColumn(field.label, format="localized")
    if field.kind == "percent":
        return of.NumberColumn(field.label)
    if field.kind == "date":
        return of.DateColumn(field.label, format="YYYY-MM-DD", width=104)
    if field.kind == "datetime":
        return of.DatetimeColumn(field.label, format="YYYY-MM-DD HH:mm", width=136)
    if field.kind == "boolean":
        return of.CheckboxColumn(field.label)
    if field.many:
        return of.ListColumn(field.label)
    return of.TextColumn(field.label)


def height(rows: int, *, most: int = 20) -> int:
    """The height of a grid that shows so many rows, or `most` of them."""
    return ROW * (min(rows, most) + 1) + 2


def table(
    rows: pl.DataFrame, columns: dict[str, object], *, key: str, alt: str, select: bool = True, most: int = 20
) -> int | None:
    """Show the named columns of a frame; gives the place of the row whose cell was clicked."""
    event = st.dataframe(
        rows, key=key, hide_index=True, column_order=list(columns), column_config=columns, row_height=ROW,
        on_select="rerun" if select else "ignore", selection_mode="single-cell", height=height(rows.height, most=most),
        placeholder="", alt=alt,
    )  # fmt: skip
    cells = event.selection.cells if select else []
    return int(cells[0][0]) if cells and cells[0][0] < rows.height else None


def texts(names: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Columns of text: name and heading."""
    return {name: st.column_config.TextColumn(label) for name, label in names}
