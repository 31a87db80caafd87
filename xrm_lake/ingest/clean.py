"""
From the texts of a column to the values of a field.

The whole column tells how its values are written; then each distinct text is read once. What cannot be read
as the field's kind is told apart from what is empty, so that its raw text can be kept.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from xrm_lake.ingest.distinct import distinct
from xrm_lake.ingest.told_values import ToldKind
from xrm_lake.model.entity_type import Field
from xrm_lake.model.formula_guard import unguarded
from xrm_lake.model.kinds import Kind, Options, clean_many, is_valid_many, kind, physical
from xrm_lake.model.kinds.text import Text

# Below this share of distinct texts, reading each only once costs less than it saves.
_WORTH_IT = 0.5
_SAMPLE = 4096


@dataclass(frozen=True)
class Cleaned:
    """A column that was read: values in the field's type, where a text is there that cannot be read (None: nowhere), and why it cannot."""

    values: pl.Series
    unread: pl.Series | None
    why: str = ""


@dataclass(frozen=True)
class Cleaner:
    """
    How the texts of one column become values of one field.

    `choices` are the names it knows, by their folded form; `told` says which texts are read as others, `guarded`
    whether an apostrophe before a formula is none of its text, as in every file that a spreadsheet may have written. With
    `only_known` a choice that is neither known nor told is not read, for the reason that it says.
    """

    field: Field
    options: Options
    choices: Mapping[str, str]
    told: Mapping[str, str] = dataclasses.field(default_factory=dict)
    guarded: bool = True
    only_known: str = ""

    def clean(self, texts: pl.Series) -> Cleaned:
        """The values of texts, in the same order."""
        if _mostly_distinct(texts):
            return self._settled(self._read(texts))
        distinct = texts.unique()
        read = self._read(distinct).with_columns(text=distinct)
        return self._settled(
            texts.alias("text").to_frame().join(read, on="text", how="left", nulls_equal=True, maintain_order="left")
        )

    def _read(self, texts: pl.Series) -> pl.DataFrame:
        sort = kind(self.field.kind)
        # A sheet that was written here guards what could be a formula; its values are without the guard.
        texts = unguarded(texts) if self.guarded else texts
        listed = self.field.many and sort.name != "choices"
        if self.told:
            # Of a list each item is told of by itself.
            listed |= sort.name == "choices"
            sort = ToldKind(kind("choice") if sort.name == "choices" else sort, self.told)
        canonical = clean_many(sort, texts, self.options) if listed else sort.clean(texts, self.options)
        if self.choices:
            canonical = _in_known_spelling(canonical, self.choices)
        if self.only_known:
            known = canonical.is_in([*self.choices.values(), *self.told.values()])
            return pl.DataFrame({"value": canonical, "unread": ~known.fill_null(True)}).with_columns(
                pl.when(~pl.col("unread")).then("value").alias("value")
            )
        target = physical(kind(self.field.kind), self.field.many)
        # A text kind keeps what it cannot read as it is, so nobody needs to know here.
        if target == "varchar":
            return pl.DataFrame({"value": canonical})
        valid = is_valid_many(sort, canonical) if listed else sort.is_valid(canonical)
        values = typed(canonical.zip_with(valid.fill_null(False), pl.Series([None], dtype=pl.String)), target)
        return pl.DataFrame({"value": values, "unread": canonical.is_not_null() & values.is_null()})

    def _settled(self, read: pl.DataFrame) -> Cleaned:
        unread = read["unread"] if "unread" in read.columns else None
        why = self.only_known or f"cannot be read as {self.field.kind}"
        return Cleaned(read["value"], unread if unread is not None and unread.any() else None, why)


def cleaner(
    field: Field,
    staged: Path,
    column: str,
    *,
    given: Options,
    choices: tuple[str, ...] = (),
    told: Mapping[str, str] = MappingProxyType({}),
    guarded: bool = True,
) -> Cleaner:
    """How to read one column of a staged table: what is given beforehand, then what the column as a whole tells."""
    sort = kind(field.kind)
    inferred: dict[str, Any] = {}
    if _infers(sort):
        texts = pl.scan_parquet(staged, glob=False).select(column).collect()[column]
        inferred = dict(sort.infer(distinct(texts)))
    known = {name.casefold(): name for name in (*field.allowed, *choices)}
    return Cleaner(field, inferred | dict(given), known, told, guarded)


def doubts(header: str, sort: str, options: Options) -> list[str]:
    """What the column leaves open about how its values are written, in sentences for the person who imports it."""
    undecided = int(options.get("undecided", 0) or 0)
    if options.get("order") == "ambiguous" and undecided:
        return [f"{header}: {_different(undecided)} may be read day first or month first, and none tells; that was read month"
                " first with slashes, else day first."]  # fmt: skip
    if options.get("order") == "mixed":
        return [
            f"{header}: some values are written day first and some month first; those that do not tell were left unread."
        ]
    if options.get("decimal") == "ambiguous" and undecided:
        return [f"{header}: {_different(undecided)} may have a decimal point or a point between thousands, and none tells;"
                " it was read as a decimal point."]  # fmt: skip
    if options.get("mixed"):
        return [f"{header}: some values have a decimal comma and some a decimal point ({sort})."]
    return []


def _different(number: int) -> str:
    return "1 value" if number == 1 else f"{number} different values"


def typed(values: pl.Series, duck_type: str) -> pl.Series:
    """
    Canonical texts in the type of a physical column; what does not fit becomes null.

    >>> typed(pl.Series(["2017-03-01", None]), "date").to_list()
    [datetime.date(2017, 3, 1), None]
    """
    match duck_type:
        case "varchar":
            return values
        case "date":
            return values.str.to_date("%Y-%m-%d", strict=False)
        case "timestamp":
            return values.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
        case "boolean":
            return values.replace_strict(["true", "false"], [True, False], default=None, return_dtype=pl.Boolean)
        case "varchar[]":
            return values.str.json_decode(pl.List(pl.String))
        case "bigint":
            return values.cast(pl.Int64, strict=False)
        case "double":
            return values.cast(pl.Float64, strict=False)
    digits = re.fullmatch(r"decimal\((\d+),(\d+)\)", duck_type)
    assert digits is not None, duck_type
    return values.cast(pl.Decimal(int(digits[1]), int(digits[2])), strict=False)


def _mostly_distinct(texts: pl.Series) -> bool:
    """Whether a sample spread over the column says that few of its texts come twice."""
    sample = texts.gather_every(max(1, len(texts) // _SAMPLE))
    return sample.n_unique() > _WORTH_IT * len(sample)


def _infers(sort: Kind) -> bool:
    return getattr(type(sort), "infer", None) is not Text.infer


def _in_known_spelling(values: pl.Series, known: Mapping[str, str]) -> pl.Series:
    """A choice in the spelling of its declaration, whatever its case; others as they are."""
    folded = values.str.to_lowercase()
    return folded.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String).fill_null(
        values
    )
