"""Rows as matching sees them: texts of the columns that count, without what stands for nothing, days in one writing."""

from collections.abc import Iterable, Mapping

import polars as pl

from xrm_lake.lakeless.meaning import Use
from xrm_lake.model.kinds import kind
from xrm_lake.model.placeholders import is_placeholder

# The kind whose placeholders a meaning shares.
_KIND_OF = {
    "person_name": "person_name", "person_full_name": "full_name", "company_name": "company_name", "email": "email",
    "phone": "phone", "date": "date", "address": "street", "city": "city", "postcode": "postal_code", "id": "identifier",
    "id_weak": "identifier", "number": "integer", "category": "choice", "free_text": "text",
}  # fmt: skip


def records_of(texts: pl.DataFrame, uses: Iterable[Use], names: Mapping[str, str]) -> pl.DataFrame:
    """The records: id (the row's place among the rows, from 0), and a text for each column that is used, so named."""
    number = pl.int_range(texts.height, dtype=pl.Int64, eager=True).alias("id")
    return pl.DataFrame(
        [number, *(_cleaned(texts[use.column], use).alias(names[use.column]) for use in uses if use.match_as)]
    )


def names_of(columns: Iterable[str]) -> dict[str, str]:
    """
    What matching calls each column: as it is called, but for `id`, which is the record's own there.

    >>> names_of(["id", "name", "id_"])
    {'id': 'id__', 'name': 'name', 'id_': 'id_'}
    """
    taken = list(columns)
    other = "id_"
    while other in taken:
        other += "_"
    return {name: other if name == "id" else name for name in taken}


def _cleaned(texts: pl.Series, use: Use) -> pl.Series:
    sort = _KIND_OF[use.match_as or "free_text"]
    distinct = texts.drop_nulls().unique()
    said = distinct.filter(~is_placeholder(distinct, sort).fill_null(False))
    read = said
    if use.match_as == "date":
        read = kind("date").clean(said, kind("date").infer(said))
    elif use.kind in ("domain", "url") and use.match_as == "id":
        # A web address is the same or another: that two are alike repeats what the names say.
        read = said.hash().cast(pl.String)
    return texts.replace_strict(said, read, default=None, return_dtype=pl.String)
