"""
A planned file, cleaned: typed rows beside the lake, ready to be compared with it and written.

Rows are cleaned in chunks into Arrow files that are mapped into memory, so that a file may be larger than the
memory, and nothing of this needs the lake's write lock.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from xrm_lake.ingest.contract import breaches, contract, plainly_kept
from xrm_lake.ingest.cut_short import REASON, cut_short
from xrm_lake.ingest.keys import Keys, read_keys
from xrm_lake.ingest.layout import Layout, Side
from xrm_lake.ingest.raw import raw_records, refusals
from xrm_lake.ingest.read.delivery import REJECTS
from xrm_lake.ingest.row import CleanedSide, clean_side, identified
from xrm_lake.model.kinds import kind
from xrm_lake.model.progress import Progress

CHUNK = 122_880
# Rows held back: their place in the staged table, why, and which records they are nearly like.
HELD = pl.Schema(
    {"row": pl.Int64(), "reason": pl.String(), "candidates": pl.List(pl.Int64()), "scores": pl.List(pl.Float64())}
)


@dataclass(frozen=True)
class Landed:
    """
    The rows of a file that can be written, and those that cannot.

    `rows` has n (0, 1, … in file order), row (place in the staged table), record_no, line_no, source_key, `r.<field>`
    and `r.extra` of the record, the same with `p.` of a role's party, `c<position>` for the text of each link's cell, and
    `own.<name>` for what an export says of the row.
    `rejects` (schema REJECTS) are records refused (column_name is null) and cells that could not be read.
    `refused` counts the former. `twins` are later rows with the key of an earlier one: row, first, same (whether it
    repeats it), and none of them is among `rows`. `keys` are the keys of all staged rows, `held` (frame HELD) the rows left out.
    """

    layout: Layout
    rows: pl.DataFrame
    rejects: pl.DataFrame
    refused: int
    twins: pl.DataFrame
    notes: tuple[str, ...]
    keys: pl.Series
    held: pl.DataFrame

    def source_keys(self, places: pl.Series) -> pl.DataFrame:
        """The keys of staged rows by their place: row, source_key."""
        return pl.DataFrame({"row": places, "source_key": self.keys.gather(places)})

    @property
    def same(self) -> int:
        """How many rows repeat an earlier one of the file."""
        return int(self.twins["same"].sum())


def land(layout: Layout, folder: Path, progress: Progress) -> Landed:
    """Clean a planned file into `folder`."""
    keys = read_keys(layout.plan)
    folder.mkdir(parents=True, exist_ok=True)
    schemas: dict[str, Any] = {}
    counts: Counter[tuple[str, str, str]] = Counter()
    rejects = [_twins(layout, keys)]
    refused = rejects[0].height
    parts: list[Path] = []
    total, done, first = layout.plan.delivery.staged_rows, 0, 0
    for staged in _chunks(layout):
        sides = [clean_side(side, staged) for side in layout.sides]
        rows, odd, gone = _rows(layout, staged, sides, keys, first)
        for side in layout.sides:
            fields = _fields_of(rows, side)
            if plainly_kept(side.entity_type, fields):
                continue
            schema = schemas.setdefault(side.prefix, contract(side.entity_type, tuple(fields.columns)))
            told = pl.concat(odd)
            # What cannot be read is refused as that, and not for being empty as well.
            odd += [
                empty.join(told, on=["record_no", "column_name"], how="anti", maintain_order="left")
                for empty in _broken(side, rows, breaches(schema, fields), counts)
            ]
        rejects += odd
        refused += gone
        parts.append(folder / f"{len(parts)}.arrow")
        rows.write_ipc(parts[-1], compression="uncompressed")
        first, done = first + rows.height, done + staged.height
        progress(f"Cleaning {layout.plan.delivery.name}", done, total)
    rows = pl.concat([_mapped(part) for part in parts], rechunk=False)
    notes = (*layout.notes, *_contract_notes(counts), *_unread_notes(rejects, total))
    return Landed(layout, rows, pl.concat(rejects), refused, keys.twins, notes, keys.values, pl.DataFrame(schema=HELD))


def _mapped(part: Path) -> pl.DataFrame:
    """The rows of an Arrow file, without copying them into memory."""
    rows = pl.from_arrow(pa.ipc.open_file(pa.memory_map(str(part))).read_all(), rechunk=False)
    assert isinstance(rows, pl.DataFrame)
    return rows


def _chunks(layout: Layout) -> Iterator[pl.DataFrame]:
    positions = {column.position for side in layout.sides for column, _ in side.columns}
    positions |= {place for side in layout.sides for _, place in side.extra} | {
        column.position for column in layout.links
    }
    positions |= set(layout.plan.own.values())
    staged = pl.scan_parquet(layout.plan.delivery.staged, glob=False)
    columns = ["record_no", "line_no", *(f"c{position}" for position in sorted(positions))]
    for start in range(0, max(1, layout.plan.delivery.staged_rows), CHUNK):
        rows = staged.slice(start, CHUNK).select(columns).collect()
        yield rows.with_columns(row=pl.int_range(start, start + rows.height, dtype=pl.Int64, eager=True))


def _rows(
    layout: Layout, staged: pl.DataFrame, sides: list[CleanedSide], keys: Keys, first: int
) -> tuple[pl.DataFrame, list[pl.DataFrame], int]:
    """The rows of a chunk that can be written, what is to be rejected, and how many records that refuses."""
    text = kind("text")
    links = {f"c{column.position}": text.clean(staged[f"c{column.position}"]) for column in layout.links}
    own = {f"own.{name}": staged[f"c{place}"] for name, place in layout.plan.own.items() if name != "extra"}
    start = int(staged["row"][0]) if staged.height else 0
    source_key = keys.values.slice(start, staged.height)
    columns = {name: values for side in sides for name, values in side.columns.items()}
    rows = pl.DataFrame(
        {"row": staged["row"], "record_no": staged["record_no"], "line_no": staged["line_no"], "source_key": source_key}
        | columns
        | links
        | own
    )
    named = identified(layout, sides, list(links.values()), _derived(keys, start, staged.height), staged.height)
    nameless = rows.filter(~named).select(
        "row", reason=pl.lit("nothing in it says what it is: no id, no name, nothing to reach it by")
    )
    lost = named & cut_short(source_key)
    # A later row of the same key is accounted for as a twin already.
    cut = rows.filter(lost & ~rows["row"].is_in(keys.twins["row"].implode())).select("row", reason=pl.lit(REASON))
    unusable = pl.concat([nameless, cut])
    dropped = pl.concat([unusable["row"], keys.twins["row"]])
    odd = [refusals(layout, unusable), *(reject for side in sides for reject in side.unread(staged, named & ~lost))]
    if len(dropped):
        rows = rows.filter(~pl.col("row").is_in(dropped.implode()))
    return (
        rows.with_columns(n=pl.int_range(first, first + rows.height, dtype=pl.Int64, eager=True)),
        odd,
        unusable.height,
    )


def _derived(keys: Keys, start: int, height: int) -> pl.Series:
    return pl.repeat(False, height, eager=True) if keys.derived is None else keys.derived.slice(start, height)


def _twins(layout: Layout, keys: Keys) -> pl.DataFrame:
    other = keys.twins.filter(~pl.col("same"))
    if other.is_empty():
        return pl.DataFrame(schema=REJECTS)
    earlier = raw_records(layout, other["first"]).select("row", earlier="record_no")
    return refusals(
        layout,
        other.join(earlier, left_on="first", right_on="row").select(
            "row",
            reason="has the key of record "
            + pl.col("earlier").cast(pl.String)
            + " of this file, but says something else",
        ),
    )


def _fields_of(rows: pl.DataFrame, side: Side) -> pl.DataFrame:
    names = [field.name for field in side.entity_type.fields if side.prefix + field.name in rows.columns]
    return rows.select(pl.col(side.prefix + name).alias(name) for name in names)


def _broken(
    side: Side, rows: pl.DataFrame, broken: pl.DataFrame, counts: Counter[tuple[str, str, str]]
) -> list[pl.DataFrame]:
    """What breaks the contract: counted, and as rejects of cells where a required value is missing."""
    odd = []
    for field, breach, count in broken.iter_rows():
        if breach == "type":
            raise RuntimeError(f"the column {field} of {side.entity_type.name} was not read as its type")
        label = side.header(field)
        counts[label, side.entity_type.name, breach] += count
        if breach == "missing":
            empty = rows.filter(pl.col(side.prefix + field).is_null())
            odd.append(
                empty.select(
                    "record_no", "line_no", byte_pos=pl.lit(None, pl.Int64), column_name=pl.lit(label),
                    reason=pl.lit(f"a {side.entity_type.label.lower()} needs it, and nothing is there"), raw=pl.lit(None, pl.Binary),
                )
            )  # fmt: skip
    return odd


def _contract_notes(counts: Counter[tuple[str, str, str]]) -> list[str]:
    said = {
        "missing": ("is empty, though it is required", "are empty, though it is required"),
        "not allowed": ("is none of those allowed", "are none of those allowed"),
    }
    return [
        f"{header}: 1 value {said[breach][0]}." if count == 1 else f"{header}: {count} values {said[breach][1]}."
        for (header, _, breach), count in sorted(counts.items())
    ]


def _unread_notes(rejects: list[pl.DataFrame], total: int) -> list[str]:
    unread = pl.concat(rejects).filter(pl.col("column_name").is_not_null() & pl.col("raw").is_not_null())
    return [
        f"{header}: {'1 value' if count == 1 else f'{count} values'} could not be read; {'its' if count == 1 else 'their'} text is kept."
        + (" Is this column what it was taken for?" if count * 2 > total else "")
        for header, count in unread.group_by("column_name", maintain_order=True).len().iter_rows()
    ]
