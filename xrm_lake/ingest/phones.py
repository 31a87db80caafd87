"""Phone numbers written without a calling code, read as they are dialled in the country of their own row."""

import polars as pl

from xrm_lake.model.kinds import kind

_DIALLED_ABROAD = r"^\s*(?:\+|00|\(\+)"


def read_at_home(raw: pl.Series, read: pl.Series, country: pl.Series) -> pl.Series:
    """
    The numbers as they were read, save those that the row's country (ISO code) explains: these in full.

    A column as a whole tells of one region at most, while its rows may come from many. A number that is no number
    there either stays as it was read.
    """
    rows = pl.DataFrame({"raw": raw, "read": read, "country": country})
    local = rows["raw"].is_not_null() & rows["country"].is_not_null() & ~rows["raw"].str.contains(_DIALLED_ABROAD)
    if not local.fill_null(False).any():
        return read
    distinct = rows.filter(local.fill_null(False)).select("raw", "country").unique()
    explained = pl.concat([_in_country(part) for part in distinct.partition_by("country")])
    found = rows.join(explained, on=["raw", "country"], how="left", maintain_order="left")
    return found.select(read=pl.coalesce("full", "read"))["read"]


def _in_country(part: pl.DataFrame) -> pl.DataFrame:
    phone = kind("phone")
    cleaned = phone.clean(part["raw"], {"region": part["country"][0]})
    good = phone.is_valid(cleaned).fill_null(False)
    return part.with_columns(full=cleaned.zip_with(good, pl.Series([None], dtype=pl.String)))
