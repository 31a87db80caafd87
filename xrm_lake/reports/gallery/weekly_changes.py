"""What changed between two snapshots, and where: by type, by source, and by owner for those who may see figures about persons."""

from dataclasses import dataclass

import polars as pl

from xrm_lake.model.metrics import METRICS, PROBLEMS
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of

_MOST_NAMED = 3
NOWHERE = "(none)"


@dataclass(frozen=True)
class Changes:
    """
    What entered and left each problem: one row each (`problems`: metric, url, entered, left, num, den, share, why), and every part of
    it (`parts`: metric, type, split, part, entered, left, num, den).
    """

    problems: pl.DataFrame
    parts: pl.DataFrame


def read_changes(lake: Lake, now: int | None, then: int | None, *, owners: bool) -> Changes:
    """
    The changes after one snapshot up to another; none if there is no earlier one.

    What entered and left adds up over the snapshots between. Parts by owner are there with `owners` only.
    """
    splits = ["", "source", "owner"] if owners else ["", "source"]
    parts = lake.query(
        """
        select metric, scope as type, split, part, sum(entered)::bigint as entered, sum(left_)::bigint as left,
               coalesce(max(num) filter (where snapshot_id = $now), 0)::bigint as num,
               coalesce(max(den) filter (where snapshot_id = $now), 0)::bigint as den
        from measure
        where snapshot_id > $then::bigint and snapshot_id <= $now and scope <> 'all' and list_contains($splits, split)
          and list_contains($problems, metric)
        group by metric, scope, split, part having sum(entered) > 0 or sum(left_) > 0
        order by list_position($problems, measure.metric), list_position($splits, measure.split), sum(entered) desc, scope, measure.part
        """,
        now=now, then=then, splits=splits, problems=list(PROBLEMS),
    ).frame()  # fmt: skip
    named = _named(lake, parts)
    standing = lake.query(
        "select metric, num::bigint, den::bigint from measure where snapshot_id = $now and scope = 'all' and split = ''",
        now=now,
    ).rows()
    stands = {name: (num, den) for name, num, den in standing}
    rows = [_problem(name, named.filter(pl.col("metric") == name), stands.get(name, (0, 0))) for name in PROBLEMS]
    schema = {
        "metric": pl.String, "url": pl.String, "entered": pl.Int64, "left": pl.Int64, "num": pl.Int64, "den": pl.Int64,
        "share": pl.Float64, "why": pl.String,
    }  # fmt: skip
    labels = {item.name: item.label for item in METRICS}
    problems = pl.DataFrame([row for row in rows if row], schema=schema, orient="row")
    return Changes(
        problems.with_columns(pl.col("metric").replace(labels)), named.with_columns(pl.col("metric").replace(labels))
    )


def _named(lake: Lake, parts: pl.DataFrame) -> pl.DataFrame:
    """With types by their plurals, sources and owners by what they are called."""
    owners = parts.filter(pl.col("split") == "owner", pl.col("part") != "")["part"].unique(maintain_order=True)
    ids = [int(each) for each in owners]
    types = dict(lake.query("select id, type from entity where list_contains($ids::bigint[], id)", ids=ids).rows())
    known = [id for id in ids if id in types]
    captions = captions_of(lake, known, [types[id] for id in known]) if known else {}
    called = {str(id): caption for id, caption in captions.items()} | {"": NOWHERE}
    plurals = {item.name: item.plural for item in lake.catalog.types}
    return parts.with_columns(pl.col("type").replace(plurals), pl.col("part").replace(called))


def _problem(name: str, parts: pl.DataFrame, stands: tuple[int, int]) -> tuple[object, ...] | None:
    whole = parts.filter(pl.col("split") == "")
    if whole.is_empty():
        return None
    num, den = stands
    entered, left = int(whole["entered"].sum()), int(whole["left"].sum())
    share = num / den if den else None
    return name, f"/issues?problem={name}", entered, left, num, den, share, _why(parts)


def _why(parts: pl.DataFrame) -> str:
    """Where what entered came from, and where what left was, the most first."""
    told = []
    for column, word in (("entered", "Entered"), ("left", "Left")):
        lists = [_most(parts.filter(pl.col("split") == split), column, by) for split, by in _BY.items()]
        if any(lists):
            told.append(f"{word}: " + "; ".join(each for each in lists if each))
    return " ".join(f"{each}." for each in told)


_BY = {"": "type", "source": "part", "owner": "part"}
_FROM = {"source": "from ", "owner": "looked after by "}


def _most(parts: pl.DataFrame, column: str, by: str) -> str:
    """
    The largest parts by name, such as "people 30, deals 4"; "" if a single part without a name is all.
    """
    sums = parts.group_by(by, maintain_order=True).agg(pl.col(column).sum()).filter(pl.col(column) > 0)
    sums = sums.sort(column, descending=True, maintain_order=True)
    if sums.is_empty() or sums[by].to_list() == [NOWHERE]:
        return ""
    split = parts["split"][0]
    names = sums[by] if split else sums[by].str.to_lowercase()
    named = ", ".join(f"{name} {count:,}" for name, count in zip(names[:_MOST_NAMED], sums[column], strict=False))
    more = sums.height - _MOST_NAMED
    return f"{_FROM.get(split, '')}{named}" + (f" and {more} more" if more > 0 else "")
