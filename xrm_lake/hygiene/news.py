"""What records that are new or changed bring with them: the pairs they take part in, their entries in the index, their values."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from xrm_lake.hygiene.known import Known
from xrm_lake.hygiene.matching.against import PAD, encode_few, tally, weigh_few
from xrm_lake.hygiene.matching.index import entries, limit
from xrm_lake.hygiene.matching.keep import Kept
from xrm_lake.hygiene.matching.pairs import PAIRS
from xrm_lake.hygiene.matching.weigh import Fitted
from xrm_lake.hygiene.seen import read_records
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.progress import Progress
from xrm_lake.store.lake import Lake
from xrm_lake.store.matcher import count_entries, count_values, extend_matcher, meet
from xrm_lake.store.write import Batch

_BATCH = 250_000  # pairs weighed at once
ASKED = pl.Schema({"hash": pl.UInt32(), "id": pl.Int64()})
MET = pl.Schema({"id": pl.Int64(), "other": pl.Int64()})


@dataclass(frozen=True)
class News:
    """What to write of the records that were touched: `pairs` as in matching, and what the matcher of their type is to know."""

    known: Known
    touched: list[int]
    pairs: pl.DataFrame
    index: pl.DataFrame
    counts: pl.DataFrame
    last_id: int

    def write(self, batch: Batch, *, seq: int) -> None:
        """Let the matcher know them; `seq` is the last change before they were read."""
        matcher = self.known.matcher
        extend_matcher(
            batch,
            replace(
                matcher,
                batch_id=batch.id,
                made_at=batch.at,
                later=matcher.later + len(self.touched),
                last_id=self.last_id,
                seq=seq,
            ),
            changed=pl.Series("id", self.touched, dtype=pl.Int64),
            index=self.index,
            counts=self.counts,
        )


def find_news(
    lake: Lake, entity_type: EntityType, known: Known, touched: list[int], *, at_least: float, progress: Progress
) -> News:
    """Match the records that were touched against the index and one another; writes nothing."""
    kept = known.kept
    progress("look up", 0, None)
    fresh, _ = read_records(lake, entity_type, touched)
    asked = entries_of(fresh, kept)
    met = _all(lake, entity_type, fresh) if kept.compares_all else _met(lake, entity_type.name, asked, touched, kept)
    ids = sorted({*fresh["id"].to_list(), *met["id"].to_list(), *met["other"].to_list()})
    involved, _ = read_records(lake, entity_type, ids)
    here = tally(encode_few(involved, kept.columns))
    born = np.flatnonzero(here.table.ids > known.matcher.last_id).astype(np.int32)
    fresh_counts = here.counts(born)
    fitted = here.fit(kept, _counts(lake, entity_type.name, fresh_counts))
    there = met.filter(pl.all_horizontal(pl.col("id", "other").is_in(involved["id"].implode())))
    more = here.totals(born)
    grown = replace(kept, totals={name: count + more.get(name, 0) for name, count in kept.totals.items()})
    return News(
        known.with_kept(grown),
        touched,
        _weigh(there, fitted, kept, at_least=at_least, progress=progress),
        _rare(lake, entity_type.name, asked, limit(kept.rows)),
        fresh_counts,
        max([known.matcher.last_id, *fresh["id"].to_list()]),
    )


def entries_of(records: pl.DataFrame, kept: Kept) -> pl.DataFrame:
    """What these records could be found by: hash and id, each once."""
    table = encode_few(records, kept.columns)
    numbers, rows = entries(table, kept.keys, all_words=True)
    found = pl.DataFrame({"hash": numbers, "id": table.ids[rows]}, schema=ASKED)
    return found.filter(pl.col("id") != PAD).unique(maintain_order=True)


def _met(lake: Lake, type_name: str, asked: pl.DataFrame, touched: list[int], kept: Kept) -> pl.DataFrame:
    """The candidates: pairs of a touched record and another that share an entry, each once."""
    moved = pl.Series(touched, dtype=pl.Int64).implode()
    old = meet(lake, type_name, asked, limit(kept.rows)).filter(~pl.col("other").is_in(moved))
    few = asked.filter(pl.len().over("hash") <= limit(kept.rows))
    among = few.join(few.rename({"id": "other"}), on="hash").filter(pl.col("id") < pl.col("other"))
    return pl.concat([old.cast(MET), among.select("id", "other").unique().cast(MET)])


def _all(lake: Lake, entity_type: EntityType, fresh: pl.DataFrame) -> pl.DataFrame:
    everybody, _ = read_records(lake, entity_type)
    pairs = fresh.select("id").join(everybody.select(other="id"), how="cross").filter(pl.col("id") != pl.col("other"))
    low, high = pl.min_horizontal("id", "other"), pl.max_horizontal("id", "other")
    return pairs.select(low.alias("id"), high.alias("other")).unique().cast(MET)


def _counts(lake: Lake, type_name: str, fresh: pl.DataFrame) -> pl.DataFrame:
    """How many have each value that the new records brought, they among them."""
    known = count_values(lake, type_name, fresh)
    return fresh.join(known, on="hash", how="left").select(
        "hash", rows=pl.col("rows") + pl.col("rows_right").fill_null(1)
    )


def _weigh(met: pl.DataFrame, fitted: Fitted, kept: Kept, *, at_least: float, progress: Progress) -> pl.DataFrame:
    found = [pl.DataFrame(schema=PAIRS)]
    pairs = met.rename({"id": "left_id", "other": "right_id"})
    for start in range(0, pairs.height, _BATCH):
        progress("score", start, pairs.height)
        found.append(weigh_few(pairs.slice(start, _BATCH), fitted, kept, at_least=at_least, keys=kept.keys))
    return pl.concat(found)


def _rare(lake: Lake, type_name: str, asked: pl.DataFrame, most: int) -> pl.DataFrame:
    """The entries that are worth writing: not those that too many records share."""
    known = count_entries(lake, type_name, asked)
    sizes = asked.join(known, on="hash", how="left", maintain_order="left").with_columns(
        size=pl.col("rows").fill_null(0) + pl.len().over("hash")
    )
    return sizes.filter(pl.col("size") <= most).select("hash", "id")
