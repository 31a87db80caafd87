"""From records and the meaning of their columns to scored pairs: the stages in order."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from xrm_lake.errors import UnknownName
from xrm_lake.hygiene.matching.block import Packed
from xrm_lake.hygiene.matching.collapse import Copies, collapse, expand
from xrm_lake.hygiene.matching.encode import Table, encode
from xrm_lake.hygiene.matching.evidence import explain
from xrm_lake.hygiene.matching.meanings import MEANINGS
from xrm_lake.hygiene.matching.pairs import PAIRS, Fit, Learned, Pairs
from xrm_lake.hygiene.matching.parallel import in_threads
from xrm_lake.hygiene.matching.sentence import sentences_of
from xrm_lake.hygiene.matching.sure import sure_of
from xrm_lake.hygiene.matching.train import Trained, train
from xrm_lake.hygiene.matching.weigh import Fitted, likely
from xrm_lake.model.progress import Progress, quiet

_BATCH = 100_000  # pairs scored at once by one thread
_EXPLAINED = 50_000  # pairs explained at once by one thread


def find_pairs(
    records: pl.DataFrame,
    meaning: Mapping[str, str],
    *,
    at_least: float = 0.5,
    side: str | None = None,
    seed: int = 7,
    progress: Progress = quiet,
) -> Pairs:
    """
    Find the pairs of records that are probably one entity, without configuration.

    `records` has a column id (integers, distinct) and text columns; `meaning` says
    for each column that counts what it is: person_name, person_full_name,
    company_name, email, phone, date, address, city, postcode, id, id_weak,
    number, free_text or category.

    With `side`, the column that says which list a record is of, only records of different lists are compared: two
    sources that have no duplicates of their own, or records of two types (see `one_to_one`).

    Pairs scored under `at_least` are left out. The result is the same for the
    same records and seed, on any number of threads.

    Raises UnknownName for a column that is not there or a meaning that is not known.
    """
    _check(records, meaning, side)
    progress("encode", 0, None)
    table = encode(records, meaning, side)
    if not any(column.role == "identity" for column in table.columns):
        return _nothing(len(table), "no column tells one record from another")
    copies = collapse(table)
    progress("learn", 0, None)
    trained = train(table.take(copies.first), copies.sizes, seed)
    candidates = trained.candidates()
    found = pl.concat(
        [
            _score(candidates, trained.fitted, at_least, progress),
            _score_copies(copies, trained.fitted, at_least),
        ]
    )
    learned = Learned(trained.fitted, trained.keys, copies, table.ids)
    return Pairs(_frame(found, trained, copies, table), _report(trained, table, len(candidates)), learned)


def _check(records: pl.DataFrame, meaning: Mapping[str, str], side: str | None) -> None:
    if side is not None and side not in records.columns:
        raise UnknownName("column", side, records.columns)
    for column, what in meaning.items():
        if column not in records.columns:
            raise UnknownName("column", column, records.columns)
        if what not in MEANINGS:
            raise UnknownName("meaning", what, MEANINGS)


def _score(candidates: Packed, fitted: Fitted, at_least: float, progress: Progress) -> pl.DataFrame:
    """The likely ones of the candidates, a batch at a time so that memory stays bounded."""
    parts = np.array_split(candidates, max(1, -(-len(candidates) // _BATCH)))
    kept: list[pl.DataFrame] = []
    for done, part in enumerate(in_threads(lambda part: _likely(part, fitted, at_least), parts), start=1):
        kept.append(part)
        progress("score", min(done * _BATCH, len(candidates)), len(candidates))
    return pl.concat(kept)


def _likely(packed: Packed, fitted: Fitted, at_least: float) -> pl.DataFrame:
    rows = len(fitted.table)
    return likely(pl.DataFrame({"left": packed // rows, "right": packed % rows}), fitted, at_least=at_least)


def _score_copies(copies: Copies, fitted: Fitted, at_least: float) -> pl.DataFrame:
    """Identical rows against themselves: the same is not certain where a row says next to nothing."""
    rows = np.flatnonzero((copies.sizes > 1) & (fitted.table.sides is None)).astype(np.int64)
    return _likely(rows * len(fitted.table) + rows, fitted, at_least)


def _frame(found: pl.DataFrame, trained: Trained, copies: Copies, table: Table) -> pl.DataFrame:
    spread = _ids(expand(found.select("left", "right", "score").with_row_index("place"), copies), table)
    # Put in order first: nested columns are slow and large to move.
    ordered = found[spread["place"]]
    parts = ordered.iter_slices(_EXPLAINED) if len(ordered) else [ordered]
    told = pl.concat(
        in_threads(lambda part: explain(part, trained.fitted, trained.keys).select("evidence", "brought_by"), parts)
    )
    fields = trained.fitted.table.fields
    told = told.with_columns(sentences_of(ordered, fields), sure_of(ordered, fields, trusted=trained.fallback is None))
    return pl.concat([spread.drop("place"), told], how="horizontal").select(PAIRS.names()).cast(PAIRS)


def _ids(pairs: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The pairs by record id, left < right, best first."""
    ids = pl.Series("id", table.ids)
    left, right = ids.gather(pairs["left"]), ids.gather(pairs["right"])
    return pairs.select(
        pl.min_horizontal(left, right).alias("left_id"),
        pl.max_horizontal(left, right).alias("right_id"),
        "score",
        "place",
    ).sort("score", "left_id", "right_id", descending=[True, False, False])


def _report(trained: Trained, table: Table, candidates: int) -> Fit:
    return Fit(
        rows=len(table),
        distinct_rows=len(trained.fitted.table),
        candidate_pairs=candidates,
        expected_matches=round(trained.fitted.model.matches, 1),
        keys=tuple(key.name for key in trained.keys),
        fallback=trained.fallback,
    )


def _nothing(rows: int, reason: str) -> Pairs:
    return Pairs(pl.DataFrame(schema=PAIRS), Fit(rows=rows, fallback=reason))
