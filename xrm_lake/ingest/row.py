"""What a chunk of rows says of the records on one side: values, derived values, and what could not be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from xrm_lake.ingest.clean import Cleaned, Cleaner
from xrm_lake.ingest.json_text import json_objects, nested
from xrm_lake.ingest.layout import Layout, Side
from xrm_lake.ingest.own.extra import told_extra
from xrm_lake.ingest.phones import read_at_home
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.model.entity_type import Field
from xrm_lake.model.kinds import DEFAULTS, kind
from xrm_lake.model.kinds.money import currencies

# A value of these kinds tells a record from others, even where it has no name.
_IDENTIFYING = frozenset({"email", "phone", "identifier", "url", "domain"})

# So many values make a record of a row that has neither key nor name.
ENOUGH = 3


@dataclass(frozen=True)
class CleanedSide:
    """The columns of one side of a chunk by their prefixed names, and what was read from which column."""

    side: Side
    columns: Mapping[str, pl.Series]
    cleaned: tuple[tuple[ColumnPlan, Field, Cleaned], ...]

    def unread(self, staged: pl.DataFrame, taken_in: pl.Series) -> Iterator[pl.DataFrame]:
        """The cells of records taken in that could not be read, as rejects."""
        for column, field, cleaned in self.cleaned:
            if cleaned.unread is None:
                continue
            yield staged.filter(cleaned.unread & taken_in).select(
                "record_no", "line_no", byte_pos=pl.lit(None, pl.Int64), column_name=pl.lit(column.header or field.label),
                reason=pl.lit(cleaned.why), raw=pl.col(f"c{column.position}").cast(pl.Binary),
            )  # fmt: skip


def clean_side(side: Side, staged: pl.DataFrame) -> CleanedSide:
    """Read all columns of one side of a chunk."""
    cleaned = tuple((column, read.field, read.clean(staged[f"c{column.position}"])) for column, read in side.columns)
    values = {field.name: read.values for _, field, read in cleaned}
    for name, text in side.constants.items():
        constant = _constant(side, name, text, staged.height)
        values[name] = values[name].fill_null(constant) if name in values else constant
    if not side.exact:
        _read_phones(side, values, staged)
        _add_full_name(side, values)
        _add_currency(side, values, staged)
    columns = {side.prefix + name: series for name, series in values.items()}
    return CleanedSide(side, columns | {f"{side.prefix}extra": _extra(side, staged, cleaned)}, cleaned)


def identified(
    layout: Layout, sides: list[CleanedSide], links: list[pl.Series], derived: pl.Series, rows: int
) -> pl.Series:
    """
    Whether something in each row says which record, or which link, it is.

    Its key, what a record is called, a way to reach it, or the end of a link; or three values of any sort, for a row of a
    table that bears no names is a row all the same, and a line of totals below a table is not.
    """
    if layout.plan.shape == "links":
        return pl.repeat(True, rows, eager=True)
    known = ~derived
    if known.all():
        return known
    for part in sides:
        telling = set(part.side.entity_type.caption)
        telling |= {
            field.name for field in part.side.entity_type.active_fields if field.kind in _IDENTIFYING or field.unique
        }
        for name in telling:
            values = part.columns.get(part.side.prefix + name)
            if values is not None:
                known |= values.is_not_null()
    for cells in links:
        known |= cells.is_not_null()
    filled = [
        series.is_not_null()
        for part in sides
        for name, series in part.columns.items()
        if name != f"{part.side.prefix}extra" and name.removeprefix(part.side.prefix) not in part.side.constants
    ]
    if not filled:
        return known
    return known | (pl.DataFrame({str(place): flags for place, flags in enumerate(filled)}).sum_horizontal() >= ENOUGH)


def _constant(side: Side, name: str, text: str, rows: int) -> pl.Series:
    field = next(field for field in side.entity_type.fields if field.name == name)
    value = Cleaner(field, DEFAULTS, {}).clean(pl.Series([text], dtype=pl.String)).values
    return value.new_from_index(0, rows)


def _read_phones(side: Side, values: dict[str, pl.Series], staged: pl.DataFrame) -> None:
    """Numbers without a calling code, by the country that stands in the same row."""
    countries = [
        field.name for field in side.entity_type.active_fields if field.kind == "country" and field.name in values
    ]
    for column, read in side.columns if countries else ():
        if read.field.kind == "phone" and not read.field.many:
            raw = staged[f"c{column.position}"]
            values[read.field.name] = read_at_home(raw, values[read.field.name], values[countries[0]])


def _add_full_name(side: Side, values: dict[str, pl.Series]) -> None:
    """The whole name from its parts, where it is not given as such."""
    of_kind = {field.kind: field.name for field in reversed(side.entity_type.active_fields)}
    full = of_kind.get("full_name")
    parts = [values[of_kind[part]] for part in ("given_name", "family_name") if of_kind.get(part) in values]
    if full is None or not parts:
        return
    joined = pl.DataFrame({str(place): part for place, part in enumerate(parts)}).select(
        name=pl.concat_str(pl.all(), separator=" ", ignore_nulls=True).replace("", None)
    )["name"]
    values[full] = values[full].fill_null(joined) if full in values else joined


def _add_currency(side: Side, values: dict[str, pl.Series], staged: pl.DataFrame) -> None:
    """The currency that stands by an amount, where no column of its own says it."""
    for column, read in side.columns:
        target = read.field.currency_field
        if read.field.kind != "money" or not target or target in values:
            continue
        raw = staged[f"c{column.position}"]
        if raw.str.contains(r"\p{Sc}|\p{L}").any():
            values[target] = currencies(raw)


def _extra(side: Side, staged: pl.DataFrame, cleaned: tuple[tuple[ColumnPlan, Field, Cleaned], ...]) -> pl.Series:
    text = kind("long_text")
    kept = json_objects([(name, text.clean(staged[f"c{place}"])) for name, place in side.extra], staged.height)
    raw = [
        (field.name, staged[f"c{column.position}"].zip_with(read.unread, pl.Series([None], dtype=pl.String)))
        for column, field, read in cleaned
        if read.unread is not None
    ]
    unread = json_objects(raw, staged.height) if raw else None
    if side.told_extra is not None:
        return told_extra(staged[f"c{side.told_extra}"], kept, unread)
    return kept if unread is None else nested(kept, "_raw", unread)
