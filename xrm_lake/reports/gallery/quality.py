"""The quality report: a week before and after; what decayed, what was fixed and merged, what remains, and by whom for those who may see it."""

from datetime import date, datetime

import polars as pl

from xrm_lake.governance.sight import sees_people
from xrm_lake.model.metrics import METRICS, metric, score
from xrm_lake.reports.gallery.wording import counted
from xrm_lake.reports.page import Block, Chart, Column, Link, Metric, Note, Page, QualityNote, Section, Table
from xrm_lake.store.lake import Lake

PROBLEMS = [item.name for item in METRICS if item.sort == "problem"]
# What people and files do to records, in the words of a page; what only looks at them is left out.
WORK = {
    "judge": "Pairs answered", "fix": "Fixes", "edit": "Edits", "import": "Imports", "undo": "Taken back", "model": "Changes of the model",
}  # fmt: skip
_FIRST = "This is the first snapshot: before and after are told from the next one on."


def quality(lake: Lake, *, as_of: date, made_at: datetime) -> Page:
    """
    The last snapshot of that day or before against the last one of an earlier day, and the work that was done in between.

    For each problem: before + decayed - recovered = remaining, unless the rule of its metric has changed.
    """
    taken = lake.query(
        """
        select max_by(snapshot_id, snapshot_id) as snapshot_id, as_of, max(taken_at) as taken_at from snapshot where as_of <= $as_of
        group by as_of order by as_of desc limit 2
        """,
        as_of=as_of,
    ).rows()
    blocks: tuple[Block, ...] = (
        Note("info", "No snapshot was taken yet. Take one with `xrm weekly` or `xrm snapshot`."),
    )
    subtitle = "Nothing was measured yet."
    if taken:
        now, before = taken[0], taken[1] if len(taken) > 1 else None
        subtitle = f"From {before[1]} to {now[1]}." if before else _FIRST
        blocks = _blocks(lake, now, before, as_of)
    return Page(
        name="quality",
        title="Before and after",
        question="What decayed, what was mended, and what remains?",
        subtitle=subtitle,
        blocks=blocks,
        as_of=taken[0][1] if taken else as_of,
        made_at=made_at,
        links=(Link("Start fixing", "/duplicates"),),
        one_sheet=True,
    )


def _blocks(
    lake: Lake, now: tuple[int, date, datetime], before: tuple[int, date, datetime] | None, as_of: date
) -> tuple[Block, ...]:
    problems = _problems(lake, now[0], before[0] if before else None)
    if before is None:
        return (Note("info", _FIRST), Table("What there is", problems, REMAINS))
    work = _work(lake, before[2], as_of)
    figures = Section("", tuple(_figures(problems, work)), layout="row")
    moved = pl.concat(
        problems.select("problem", pl.col(name).alias("records"), way=pl.lit(word))
        for name, word in (("decayed", "decayed"), ("recovered", "recovered"))
    ).sort("problem", maintain_order=True)
    chart = Chart(
        "Decayed and recovered",
        "bar",
        moved.with_columns(what=pl.format("{}, {}", "problem", "way")),
        "what",
        "records",
        unit="records",
    )
    told: list[Block] = [
        figures,
        Table("Problem by problem", problems, BEFORE_AFTER),
        chart,
        Table("What was done", _by_kind(work), DONE, empty="Nothing."),
    ]
    if sees_people(lake):
        told.append(Table("By whom", _by_person(work), BY_WHOM, empty="Nobody did anything."))
    else:
        people = work["made_by"].n_unique()
        told.append(Note("info", f"Done by {counted(people, 'user', 'users')}; who did what is told to viewers only."))
    return tuple(told)


BEFORE_AFTER = (
    Column("problem", "Problem", "link", url="url"), Column("before", "Before", "number"), Column("decayed", "Decayed", "number"),
    Column("recovered", "Recovered", "number"), Column("remaining", "Remaining", "number"), Column("of", "Of", "number"),
    Column("score_before", "Score before", "number", digits=1), Column("score_after", "Score now", "number", digits=1),
)  # fmt: skip
REMAINS = (BEFORE_AFTER[0], *BEFORE_AFTER[4:6], BEFORE_AFTER[7])
DONE = (
    Column("what", "What", "link", url="url"),
    Column("times", "Times", "number"),
    Column("records", "Records", "number"),
)
BY_WHOM = (
    Column("made_by", "Who"),
    Column("what", "What"),
    Column("times", "Times", "number"),
    Column("records", "Records", "number"),
)


def _problems(lake: Lake, now: int, before: int | None) -> pl.DataFrame:
    """Each problem over all types: before, decayed, recovered, remaining, of, and its score then and now; null for fewer than 30 records."""
    rows = lake.query(
        """
        select metric, max(num) filter (where snapshot_id = $before) as before, max(den) filter (where snapshot_id = $before) as den_before,
               sum(entered) filter (where snapshot_id > $before)::bigint as decayed,
               sum(left_) filter (where snapshot_id > $before)::bigint as recovered,
               max(num) filter (where snapshot_id = $now) as remaining, max(den) filter (where snapshot_id = $now) as den
        from measure where scope = 'all' and split = '' and snapshot_id <= $now and list_contains($problems, metric) group by metric
        having max(den) filter (where snapshot_id = $now) > 0 order by list_position($problems, metric)
        """,
        now=now, before=before, problems=PROBLEMS,
    ).frame()  # fmt: skip
    scores = [
        (
            score(metric(row["metric"]), row["before"] or 0, row["den_before"] or 0),
            score(metric(row["metric"]), row["remaining"], row["den"]),
        )
        for row in rows.iter_rows(named=True)
    ]
    labels = {item.name: item.label for item in METRICS}
    return rows.select(
        problem=pl.col("metric").replace(labels),
        url=pl.format("/issues?problem={}", "metric"),
        before=pl.col("before").cast(pl.Int64),
        decayed="decayed",
        recovered="recovered",
        remaining=pl.col("remaining").cast(pl.Int64),
        of=pl.col("den").cast(pl.Int64),
        score_before=pl.Series([each[0] for each in scores], dtype=pl.Float64),
        score_after=pl.Series([each[1] for each in scores], dtype=pl.Float64),
    )


def _work(lake: Lake, since: datetime, as_of: date) -> pl.DataFrame:
    """What was done between two moments and stands: one row a batch, with kind, made_by and records (pairs, of an answer)."""
    return lake.query(
        """
        with answered as (
            select decision_id, count(*) as pairs, count(*) filter (where verdict = 'same') as merged from verdict group by decision_id
        ), touched as (
            select batch_id, count(distinct entity_id) as records from change where made_at > $since group by batch_id
        )
        select b.kind, b.made_by, b.batch_id, coalesce(a.pairs, t.records, b.rows_changed, 0)::bigint as records,
               coalesce(a.merged, 0)::bigint as merged
        from batch b left join answered a on a.decision_id = b.batch_id left join touched t on t.batch_id = b.batch_id
        where b.made_at > $since and b.made_at < $as_of::date + interval 1 day and b.undone_by is null and list_contains($kinds, b.kind)
        order by list_position($kinds, b.kind), b.batch_id
        """,
        since=since,
        as_of=as_of,
        kinds=list(WORK),
    ).frame()


def _figures(problems: pl.DataFrame, work: pl.DataFrame) -> list[Metric]:
    fixes = work.filter(pl.col("kind") == "fix")
    told = (
        ("Decayed", problems["decayed"].sum(), "a record counts once for each problem that it got", "/decay"),
        ("Recovered", problems["recovered"].sum(), "mended, deleted or merged", "/issues"),
        ("Fixed", fixes["records"].sum(), "records changed by applied fixes that stand", "/fixes"),
        ("Merged", work["merged"].sum(), "pairs that were answered as the same and stand", "/history"),
        ("Remaining", problems["remaining"].sum(), "a record counts once for each problem that it has", "/issues"),
    )
    looked = max(problems["of"].to_list(), default=0)
    note = [QualityNote(looked, "records", extra=extra) for _, _, extra, _ in told]
    return [
        Metric(label, int(value or 0), note=said, url=url)
        for (label, value, _, url), said in zip(told, note, strict=True)
    ]


def _by_kind(work: pl.DataFrame) -> pl.DataFrame:
    grouped = work.group_by("kind", maintain_order=True).agg(times=pl.len(), records=pl.col("records").sum())
    return grouped.select(what=pl.col("kind").replace(WORK), url=pl.lit("/history"), times="times", records="records")


def _by_person(work: pl.DataFrame) -> pl.DataFrame:
    grouped = work.group_by("made_by", "kind", maintain_order=True).agg(times=pl.len(), records=pl.col("records").sum())
    return grouped.select("made_by", "times", "records", what=pl.col("kind").replace(WORK)).sort(
        "made_by", maintain_order=True
    )
