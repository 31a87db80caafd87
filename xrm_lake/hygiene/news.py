"""What records that are new or changed bring with them: the pairs they take part in, their entries in the index, their values."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from xrm_lake.hygiene.known import Known
from xrm_lake.hygiene.matching.against import PAD, encode_few, tally, weigh_few
from xrm_lake.hygiene.matching.collapse import collapse
from xrm_lake.hygiene.matching.crowd import Crowd
from xrm_lake.hygiene.matching.index import entries, limit
from xrm_lake.hygiene.matching.keep import Kept
from xrm_lake.hygiene.matching.pairs import PAIRS
from xrm_lake.hygiene.matching.weigh import Fitted
from xrm_lake.hygiene.seen import read_records
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.progress import Progress
from xrm_lake.store.lake import Lake
from xrm_lake.store.matcher import count_entries, count_values, extend_matcher, meet, unlisted_partners
from xrm_lake.store.write import Batch

_BATCH = 250_000  # pairs weighed at once
_ASKERS = 2_000  # records looked up at once
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

    def write(self, batch: Batch, *, seq: int, judged: int) -> None:
        """Let the matcher know them; `seq` is the last change, and `judged` the last batch, before they were read."""
        matcher = self.known.having_seen(judged).matcher
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
    """Match the records that were touched against the index and one another; writes nothing. Identical ones are looked at once."""
    kept, name = known.kept, entity_type.name
    progress("look up", 0, None)
    fresh, _ = read_records(lake, entity_type, touched)
    met = pl.DataFrame(schema=MET) if kept.compares_all else _met(lake, name, _once(fresh, kept), touched, kept)
    involved, _ = read_records(lake, entity_type, None if kept.compares_all else _involved(lake, name, fresh, met))
    here = tally(encode_few(involved, kept.columns))
    crowd = Crowd(here.table.ids, collapse(here.table), np.array(sorted(touched), dtype=np.int64))
    # What is identical counts once, as in a full run.
    born = crowd.copies.first[here.table.ids[crowd.copies.first] > known.matcher.last_id].astype(np.int32)
    fresh_counts = here.counts(born)
    fitted = here.fit(kept, _counts(lake, name, fresh_counts))
    more = here.totals(born)
    grown = replace(kept, totals={name: count + more.get(name, 0) for name, count in kept.totals.items()})
    pairs = crowd.all_pairs(_BATCH) if kept.compares_all else crowd.pairs_of(met, _BATCH)
    first = involved.filter(pl.col("id").is_in(crowd.fresh_firsts().tolist()))
    return News(
        known.with_kept(grown),
        touched,
        _weigh(pairs, crowd, fitted, kept, at_least=at_least, progress=progress),
        _rare(lake, name, entries_of(first, kept), limit(kept.rows)),
        fresh_counts,
        max([known.matcher.last_id, *fresh["id"].to_list()]),
    )


def _once(records: pl.DataFrame, kept: Kept) -> pl.DataFrame:
    """The entries of the first of each group of identical records."""
    table = encode_few(records, kept.columns)
    firsts = table.ids[collapse(table).first]
    return entries_of(records.filter(pl.col("id").is_in(firsts.tolist())), kept)


def _involved(lake: Lake, type_name: str, fresh: pl.DataFrame, met: pl.DataFrame) -> list[int]:
    """The records that are looked at: those that are fresh, those they met, and the copies of these."""
    others = met["other"].unique().to_list()
    return sorted({*fresh["id"].to_list(), *others, *unlisted_partners(lake, type_name, others)})


def entries_of(records: pl.DataFrame, kept: Kept) -> pl.DataFrame:
    """What these records could be found by: hash and id, each once."""
    table = encode_few(records, kept.columns)
    numbers, rows = entries(table, kept.keys, all_words=True)
    found = pl.DataFrame({"hash": numbers, "id": table.ids[rows]}, schema=ASKED)
    return found.filter(pl.col("id") != PAD).unique(maintain_order=True)


def _met(lake: Lake, type_name: str, asked: pl.DataFrame, touched: list[int], kept: Kept) -> pl.DataFrame:
    """The candidates: pairs of a touched record and another that share an entry, each once; looked up in slices."""
    moved = pl.Series(touched, dtype=pl.Int64).implode()
    few = asked.filter(pl.len().over("hash") <= limit(kept.rows))
    found, ids = [pl.DataFrame(schema=MET)], asked["id"].unique().sort()
    for start in range(0, len(ids), _ASKERS):
        those = pl.col("id").is_in(ids.slice(start, _ASKERS).implode())
        old = meet(lake, type_name, asked.filter(those), limit(kept.rows)).filter(~pl.col("other").is_in(moved))
        among = few.filter(those).join(few.rename({"id": "other"}), on="hash").filter(pl.col("id") < pl.col("other"))
        found += [old.cast(MET), among.select("id", "other").unique(maintain_order=True).cast(MET)]
    return pl.concat(found)


def _counts(lake: Lake, type_name: str, fresh: pl.DataFrame) -> pl.DataFrame:
    """How many have each value that the new records brought, they among them."""
    known = count_values(lake, type_name, fresh)
    return fresh.join(known, on="hash", how="left").select(
        "hash", rows=pl.col("rows") + pl.col("rows_right").fill_null(1)
    )


def _weigh(
    parts: Iterable[pl.DataFrame], crowd: Crowd, fitted: Fitted, kept: Kept, *, at_least: float, progress: Progress
) -> pl.DataFrame:
    found, done = [pl.DataFrame(schema=PAIRS)], 0
    for part in parts:
        progress("score", done, None)
        found.append(crowd.spread(weigh_few(part, fitted, kept, at_least=at_least, keys=kept.keys)))
        done += part.height
    return pl.concat(found)


def _rare(lake: Lake, type_name: str, asked: pl.DataFrame, most: int) -> pl.DataFrame:
    """The entries that are worth writing: not those that too many records share."""
    known = count_entries(lake, type_name, asked)
    sizes = asked.join(known, on="hash", how="left", maintain_order="left").with_columns(
        size=pl.col("rows").fill_null(0) + pl.len().over("hash")
    )
    return sizes.filter(pl.col("size") <= most).select("hash", "id")
