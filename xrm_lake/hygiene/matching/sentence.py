"""The evidence of pairs in a sentence each."""

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Flags, Levels
from xrm_lake.hygiene.matching.compare import distinct_vectors
from xrm_lake.hygiene.matching.encode import Column

_FEW = 100  # so many are said sooner one by one
_SAID = {
    "exact": "same {}",
    "close": "close {}",
    "far": "remotely alike {}",
    "different": "different {}",
    "missing": "{} not known of both",
}


def sentence(levels: Iterable[tuple[str, str]]) -> str:
    """
    What agrees, what differs and what is not known, from fields and their labels.

    >>> sentence([("email", "exact"), ("first_name", "close"), ("phone", "exact"), ("city", "missing")])
    'Same email and phone; close first name; city not known of both.'
    """
    of_label: dict[str, list[str]] = {label: [] for label in _SAID}
    for field, label in levels:
        of_label[label].append(_name(field))
    whole = "; ".join(_said(_SAID[label], names) for label, names in of_label.items() if names)
    return whole[:1].upper() + whole[1:] + "." if whole else ""


def sentences_of(pairs: pl.DataFrame, fields: Sequence[Column]) -> pl.Series:
    """
    For each pair with its levels, as `likely` gives them, what agrees, what differs and what is not known.

    A categorical column named sentence: "Same email and phone; close first name; city not known of both."
    """
    if pairs.is_empty() or not fields:
        return pl.Series("sentence", [None] * len(pairs), dtype=pl.Categorical)
    levels = np.ascontiguousarray(pairs["levels"].to_numpy().T)
    # Few of the comparison vectors that there might be occur, and fewer sets of fields that agree as well.
    vectors, where = distinct_vectors(levels)
    if vectors.shape[1] <= _FEW:
        labels = [(*column.meaning.labels, "missing") for column in fields]
        few = [sentence((c.name, of[at]) for c, of, at in zip(fields, labels, each, strict=True)) for each in vectors.T]
        return pl.Series("sentence", few, dtype=pl.Categorical).gather(pl.Series(where))
    names = [_name(column.name) for column in fields]
    parts = [_part(said, names, _with_label(label, fields, vectors)) for label, said in _SAID.items()]
    said = pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator="; ", ignore_nulls=True).alias("sentence"))
    whole = pl.col("sentence").str.slice(0, 1).str.to_uppercase() + pl.col("sentence").str.slice(1) + "."
    return said.select(whole)["sentence"].cast(pl.Categorical).gather(pl.Series(where))


def _with_label(label: str, fields: Sequence[Column], vectors: Levels) -> Flags:
    """Which fields (rows) have a level of this label in which vectors."""
    found = np.zeros(vectors.shape, dtype=bool)
    for column, levels, of_field in zip(fields, vectors, found, strict=True):
        of_field[:] = np.array([word == label for word in (*column.meaning.labels, "missing")])[levels]
    return found


def _part(said: str, names: Sequence[str], found: Flags) -> pl.Series:
    """What is said of the fields that have one label; null where none has it."""
    sets, where = distinct_vectors(found.astype(np.uint8))
    texts = [
        _said(said, [name for name, has in zip(names, fields, strict=True) if has]) if fields.any() else None
        for fields in sets.T
    ]
    return pl.Series(said, texts, dtype=pl.String).gather(pl.Series(where))


def _name(field: str) -> str:
    return field.strip("_").replace("_", " ")


def _said(said: str, names: Sequence[str]) -> str:
    return said.format(names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}")
