"""
Spellings of one value, found in the distinct values of a field: pure, a frame of values in, clusters out.

Each method has values gather round the one that stands for them: an allowed value, else the most frequent. A value joins
only if it may itself be taken for that one, so that no chain of small steps ends far from where it began.
"""

from collections.abc import Callable, Collection, Sequence

import polars as pl

from xrm_lake.hygiene.fixes.apart import marks
from xrm_lake.hygiene.fixes.keys import cologne, fingerprint, metaphone, ngram
from xrm_lake.hygiene.fixes.near import near_pairs
from xrm_lake.hygiene.fixes.spelling import respelt
from xrm_lake.model.progress import Progress, quiet

# From strict to lax.
KEYS: dict[str, Callable[[pl.Series], pl.Series]] = {
    "fingerprint": fingerprint, "ngram": ngram, "metaphone": metaphone, "cologne": cologne,
}  # fmt: skip
METHODS = (*KEYS, "nearest", "spelling")
SPELLINGS = pl.Schema(
    {"cluster": pl.Int64(), "method": pl.String(), "value": pl.String(), "records": pl.Int64(), "proposed": pl.String()}
)
# What merely sounds alike must look alike too, this much.
_LOOKS = 0.6
# Of values that share a key so many at most are taken together, the most frequent.
_MOST = 200
Pairs = Collection[tuple[str, str]]


def find_spellings(
    values: pl.DataFrame,
    *,
    methods: Sequence[str] = METHODS,
    at_least: float = 0.8,
    refused: Pairs = (),
    progress: Progress = quiet,
) -> pl.DataFrame:
    """
    Clusters of spellings (schema SPELLINGS), the most records first: one row for each value of a cluster.

    `values` has value, records and allowed (whether the field allows it explicitly). What one of
    the `methods` has told to be another value, those after it leave out. `refused` pairs are not joined.
    """
    standing = values.sort("allowed", "records", "value", descending=[True, True, False]).with_row_index("place")
    apart = frozenset(frozenset(pair) for pair in refused)
    told: list[pl.DataFrame] = []
    for each in methods:
        progress(f"looking for spellings: {each}", 0, None)
        stars = _stars(_pairs(standing, each, at_least, progress), standing, apart)
        told.append(_rows(stars, standing, each))
        # What is told to be another is looked at no more; the one that stands for it is.
        standing = standing.filter(~pl.col("value").is_in([value for _, value in stars]))
    found = pl.concat([pl.DataFrame(schema=_STARS), *told])
    return _numbered(found)


_STARS = pl.Schema({"method": pl.String(), "head": pl.String(), "value": pl.String(), "records": pl.Int64()})


def _pairs(standing: pl.DataFrame, method: str, at_least: float, progress: Progress) -> list[tuple[str, str]]:
    """What may be taken for what: (the value that stands for it, the other), the former first in order of standing."""
    if method == "spelling":
        return [(meant, value) for value, meant in respelt(standing["value"]).iter_rows()]
    told = standing.with_columns(marks=marks(standing["value"]))
    if method == "nearest":
        near = near_pairs(told["value"], apart=told["marks"], at_least=at_least, progress=progress)
        value = told["value"]
        return list(zip(value.gather(near["left"]).to_list(), value.gather(near["right"]).to_list(), strict=True))
    keyed = told.with_columns(key=KEYS[method](told["value"])).drop_nulls("key")
    groups = keyed.group_by("key", "marks", maintain_order=True).agg("value").filter(pl.col("value").list.len() > 1)
    looks = _look_alike if method in ("metaphone", "cologne") else None
    return [
        (group[one], group[other])
        for group in groups["value"].list.head(_MOST).to_list()
        for one in range(len(group))
        for other in range(one + 1, len(group))
        if looks is None or looks(group[one], group[other])
    ]


def _look_alike(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    return OSA.normalized_similarity(one.lower(), other.lower()) >= _LOOKS


def _stars(
    pairs: list[tuple[str, str]], standing: pl.DataFrame, apart: Collection[frozenset[str]]
) -> list[tuple[str, str]]:
    """Each value with the best one that it may be taken for and that is taken for no other itself."""
    place = dict(standing.select("value", "place").iter_rows())
    around: dict[str, list[str]] = {}
    for head, value in pairs:
        if frozenset((head, value)) not in apart:
            around.setdefault(head, []).append(value)
    taken: set[str] = set()
    found = []
    for head in sorted(around, key=lambda each: place.get(each, -1)):
        if head in taken:
            continue
        mine = [value for value in around[head] if value not in taken]
        taken.update(mine)
        found += [(head, value) for value in mine]
    return found


def _rows(stars: list[tuple[str, str]], standing: pl.DataFrame, method: str) -> pl.DataFrame:
    own = [(head, head) for head in dict.fromkeys(head for head, _ in stars)]
    both = pl.DataFrame([*own, *stars], schema={"head": pl.String, "value": pl.String}, orient="row")
    counted = both.join(standing.select("value", "records"), on="value", how="left", maintain_order="left")
    return counted.select(pl.lit(method).alias("method"), "head", "value", pl.col("records").fill_null(0)).cast(_STARS)


def _numbered(found: pl.DataFrame) -> pl.DataFrame:
    """The clusters in the order of the methods, those of the most records first, each with a number from 1."""
    order = pl.col("method").replace_strict({name: n for n, name in enumerate(METHODS)}, return_dtype=pl.Int64)
    whole = found.with_columns(order=order, whole=pl.col("records").sum().over("method", "head"))
    ranked = whole.sort(
        "order", "whole", "head", pl.col("value") != pl.col("head"), "records", "value",
        descending=[False, True, False, False, True, False],
    )  # fmt: skip
    number = pl.struct("method", "head").rle_id().cast(pl.Int64) + 1
    return ranked.select(cluster=number, method="method", value="value", records="records", proposed="head").cast(
        SPELLINGS
    )
