"""
Numbers in full, such as +4930901820, that are plainly right: proved over a whole column in a few passes.

What most of a column looks like (calling code and length) is taken from a sample; these shapes are put to the patterns of
their numbering plan at once. What is not proved here is not wrong: it is read as in `phone_plan`, or by the library.
"""

from collections import Counter, defaultdict
from functools import cache
from typing import Any

import polars as pl

from .phone_plan import TYPES, calling_codes, metadata

_SAMPLE = 2048
# A shape that so few of the sample have costs more to prove than to read.
_RARE = _SAMPLE // 32
_SHAPES = 8


def proved(values: pl.Series) -> pl.Series:
    """Whether each value is a valid number in full, as the library would give it back; false where it must be read."""
    found = pl.repeat(False, len(values), dtype=pl.Boolean, eager=True)
    sizes = values.str.len_bytes()
    for size, codes in _shapes(values).items():
        rows = (sizes == size).fill_null(False).arg_true()
        part = values.gather(rows).to_frame("v")
        right = pl.any_horizontal(_right(code, size) for code in codes)
        found = found.scatter(rows, part.select(right.fill_null(False)).to_series())
    return found


def _shapes(values: pl.Series) -> dict[int, list[str]]:
    """The lengths that are common in a sample, each with its calling codes."""
    sample = values.gather_every(max(1, len(values) // _SAMPLE)).drop_nulls()
    numbers = sample.filter(sample.str.contains(r"^\+[0-9]{7,15}$")).to_list()
    told = Counter(
        (len(text), next((text[1:n] for n in (2, 3, 4) if text[1:n] in calling_codes()), "")) for text in numbers
    )
    common: dict[int, list[str]] = defaultdict(list)
    for (size, code), count in told.most_common(_SHAPES):
        if code and count * _SAMPLE >= _RARE * len(sample) and _patterns(code, size) is not None:
            common[size].append(code)
    return common


def _right(code: str, size: int) -> pl.Expr:
    """Whether a text of that size is a number of a plan, with nothing in front that the library would take off."""
    patterns = _patterns(code, size)
    assert patterns is not None
    general, of_a_type, taken_off = patterns
    number = pl.col("v").str
    right = number.contains(general) & number.contains(of_a_type)
    return right & ~number.contains(taken_off) if taken_off else right


@cache
def _patterns(code: str, size: int) -> tuple[str, str, str] | None:
    """
    The patterns of a plan's numbers of that size: of any, of one of its types, and of the prefix that is no part of them.

    None if there are no such numbers. Where a calling code has several regions, the library asks its main one first.
    """
    plan = metadata(int(code), calling_codes()[code])
    length = size - 1 - len(code)
    described = [getattr(plan, name) for name in TYPES]
    types = [item.national_number_pattern for item in described if item is not None and _may_have(item, length)]
    if plan.leading_digits is not None or not types or not _may_have(plan.general_desc, length):
        return None
    prefix = plan.national_prefix_for_parsing
    front = rf"^(?-u)\+{code}"
    return (
        f"{front}(?:{plan.general_desc.national_number_pattern})$",
        f"{front}(?:{'|'.join(f'(?:{pattern})' for pattern in types)})$",
        f"{front}(?:{prefix})" if prefix else "",
    )


def _may_have(described: Any, length: int) -> bool:
    lengths = described.possible_length
    return described.national_number_pattern is not None and (not lengths or length in lengths)
