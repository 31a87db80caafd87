"""
Parts: a file that holds records of two types, told apart by one of its columns, is read as one table for each.

Odoo keeps organisations and people in one file (`is_company`), leads and opportunities in another (`type`). Every record of the
file is in exactly one part, so the accounts of the parts add up to that of the file. A value that a system writes in two columns,
such as the calling code and the rest of a telephone number, is put together again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.ingest.mapping.header import plain
from xrm_lake.ingest.preset import Role, detect
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.read.landing import settle, written_whole


@dataclass(frozen=True)
class Part:
    """A delivery, or one of the tables that it is made of, with the role that its rows are known to be of."""

    delivery: Delivery
    role: Role | None = None


def parts_of(delivery: Delivery, roles: Sequence[Role], *, type: str | None = None, told: bool = False) -> list[Part]:
    """
    The tables of a delivery: one for each role that its rows are of, if a preset splits it; else itself.

    The records that were not staged, and the notes, stay with the first. If a `type` is given, nothing is split.
    """
    found = detect(delivery.headers, roles, told=told) if type is None else None
    if found is None or found.alike:
        return [Part(delivery)]
    delivery = _put_together(delivery, found.role)
    split = found.role.split
    if split is None:
        return [Part(delivery)]
    position = _column(delivery, split.by)
    if position is None:
        return [Part(delivery)]
    # The file may be larger than the memory: it is only ever read through.
    rows = pl.scan_parquet(delivery.staged, glob=False)
    texts = pl.col(f"c{position}").str.strip_chars().str.to_lowercase().fill_null("")
    told_by = {value: role.name for value, role in split.into}
    named = texts.replace_strict(told_by, default=split.otherwise.name, return_dtype=pl.String)
    seen = rows.select(name=named, odd=~texts.is_in(list(told_by))).group_by("name").agg(pl.col("odd").sum()).collect()
    there = [role for name, role in split.roles.items() if name in seen["name"]] or [split.otherwise]
    parts = [part_of(delivery, role.name, rows.filter(named == role.name), first=role is there[0]) for role in there]
    odd = int(seen["odd"].sum())
    note = f"{delivery.headers[position]!r} does not tell of {odd} rows of the file what they are: taken as {split.otherwise.name}."
    return [
        Part(replace(part, notes=(*part.notes, note)) if odd and role is split.otherwise else part, role)
        for part, role in zip(parts, there, strict=True)
    ]


def _put_together(delivery: Delivery, role: Role) -> Delivery:
    """The delivery with each column that stands before another written into it, where both have a value."""
    told = [
        (_column(delivery, (column.header,)), _column(delivery, (column.to["before"],)))
        for column in role.columns
        if not isinstance(column.to, str) and "before" in column.to
    ]
    pairs = [(f"c{first}", f"c{rest}") for first, rest in told if first is not None and rest is not None]
    if not pairs:
        return delivery
    rows = pl.scan_parquet(delivery.staged, glob=False)
    for first, rest in pairs:
        both = (pl.col(first).str.strip_chars() != "") & (pl.col(rest).str.strip_chars() != "")
        rows = rows.with_columns(pl.when(both).then(pl.col(first) + " " + pl.col(rest)).otherwise(rest).alias(rest))
    return restaged(delivery, "together", rows)


def _column(delivery: Delivery, headers: Sequence[str]) -> int | None:
    wanted = {plain(header) for header in headers}
    return next((place for place, header in enumerate(delivery.headers) if plain(header) in wanted), None)


def part_of(delivery: Delivery, name: str, rows: pl.DataFrame | pl.LazyFrame, *, first: bool) -> Delivery:
    """The table of some rows of a delivery; the `first` has what was not staged, and the notes."""
    refused = delivery.rejects if first else delivery.rejects.clear()
    part = restaged(delivery, name, rows)
    there = pl.scan_parquet(part.staged, glob=False).select("record_no").collect()["record_no"]
    return replace(
        part,
        name=f"{delivery.name} ({name})",
        counted=len(there) + refused.height,
        staged_rows=len(there),
        rejects=refused,
        repairs=delivery.repairs.filter(pl.col("record_no").is_in(there.implode())),
        notes=delivery.notes if first else (),
    )


def restaged(delivery: Delivery, what: str, rows: pl.DataFrame | pl.LazyFrame) -> Delivery:
    """The delivery with these rows, staged in a file of their own: the one it was staged in stays as it is."""
    staged = delivery.staged.with_name(f"{delivery.staged.stem}.{what}.parquet")
    with written_whole(staged.parent) as temporary:
        rows.lazy().sink_parquet(temporary)
        settle(temporary, staged)
    return replace(delivery, staged=staged)
