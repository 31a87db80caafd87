"""The weekly hygiene report: what decayed, why, and what to do first, on one page for a manager."""

from dataclasses import replace
from datetime import date, datetime

from xrm_lake.model.metrics import METRICS, HygieneMetric, overall, score
from xrm_lake.reports.gallery.weekly_data import Week, read_week
from xrm_lake.reports.gallery.wording import counted
from xrm_lake.reports.page import TOO_FEW, Block, Column, Link, Metric, Note, Page, QualityNote, Section, Table
from xrm_lake.store.lake import Lake

SCORE = "of 100"


def weekly(lake: Lake, *, as_of: date, made_at: datetime) -> Page:
    """The page from the last snapshot of that day or before, compared with the one before it."""
    week = read_week(lake, as_of)
    return Page(
        name="weekly",
        title="Weekly hygiene report",
        question="What decayed, why, and what to do first?",
        subtitle=_subtitle(week),
        blocks=tuple(_blocks(week)),
        as_of=week.as_of or as_of,
        made_at=made_at,
        links=(Link("Start fixing", "/duplicates"),),
    )


def _subtitle(week: Week) -> str:
    if week.as_of is None:
        return "Nothing was measured yet."
    since = f"compared with {week.before}" if week.before else "the first snapshot: nothing to compare with yet"
    return f"{counted(week.records, 'record', 'records')} of {counted(week.types, 'type', 'types')}, {since}."


def _blocks(week: Week) -> list[Block]:
    if week.as_of is None:
        return [Note("info", "No snapshot was taken yet. Take one with `xrm snapshot`.")]
    problems = [item for item in METRICS if item.sort == "problem"]
    signals = [item for item in METRICS if item.sort == "signal"]
    still = "Nothing moved." if week.before else "This is the first snapshot: what moves is told from the next one on."
    return [
        Section("", (_overall(week, problems), *(_problem(week, item) for item in problems)), layout="row"),
        Section("Is trust wearing away?", tuple(_signal(week, item) for item in signals), layout="row"),
        Table(
            "What to do first", week.actions, _valued(ACTIONS, week), empty="Nothing: no check found a fault.", cap=10
        ),
        Table("What entered and left since last time", week.flows, FLOWS, empty=still, cap=30),
        Table("Worst records", week.worst, _valued(WORST, week), empty="No record has an issue.", cap=20),
        *(Note("caveat", text) for text in week.caveats),
    ]


AT_RISK = Column("at_risk", "Open value touched", "money", digits=0)
ACTIONS = (
    Column("action", "Do this", "link", url="url"), Column("type", "Type"), Column("found", "Records", "number", bar=True),
    Column("share", "Of all", "percent"), AT_RISK,
)  # fmt: skip
FLOWS = (
    Column("metric", "Problem"), Column("type", "Type"), Column("entered", "Entered", "number"), Column("left", "Left", "number"),
    Column("num", "Now", "number"), Column("den", "Of", "number"), Column("share", "Share", "percent", bar=True),
)  # fmt: skip
WORST = (
    Column("caption", "Record", "link", url="url"), Column("type", "Type"), Column("issues", "Issues", "number"),
    Column("what", "What"), AT_RISK,
)  # fmt: skip


def _valued(columns: tuple[Column, ...], week: Week) -> tuple[Column, ...]:
    """The columns with the currency of the open value in its heading."""
    return tuple(replace(column, unit=week.value.currency) if column is AT_RISK else column for column in columns)


def _overall(week: Week, problems: list[HygieneMetric]) -> Metric:
    now = overall({item.name: _score(week.now, item) for item in problems})
    then = overall({item.name: _score(week.then, item) for item in problems})
    return Metric(
        "Data quality",
        now,
        unit=SCORE,
        why="" if now is not None else TOO_FEW,
        delta=round(now - then, 1) if now is not None and then is not None else None,
        delta_is_good=_better(now, then),
        since=_since(week),
        spark=tuple(overall({item.name: _score(past, item) for item in problems}) for past in week.past),
    )


def _problem(week: Week, item: HygieneMetric) -> Metric:
    """A problem by its score, with the records at fault of those looked at."""
    now, then = _score(week.now, item), _score(week.then, item)
    num, den = week.now.get(item.name, (0.0, 0.0))
    return Metric(
        item.label,
        now,
        unit=SCORE,
        num=int(num),
        den=int(den),
        why="" if now is not None else _why(week, item),
        note=_note(item, den),
        delta=round(now - then, 1) if now is not None and then is not None else None,
        delta_is_good=_better(now, then),
        since=_since(week),
        spark=tuple(_score(past, item) for past in week.past),
    )


def _signal(week: Week, item: HygieneMetric) -> Metric:
    """A signal by its share, as its number is what one asks for."""
    num, den = week.now.get(item.name, (0.0, 0.0))
    enough = _score(week.now, item) is not None
    share = num / den if enough else None
    then = week.then.get(item.name)
    before = then[0] / then[1] if then and _score(week.then, item) is not None else None
    return Metric(
        item.label,
        share,
        kind="percent",
        num=int(num),
        den=int(den),
        why="" if enough else _why(week, item),
        note=_note(item, den),
        delta=share - before if share is not None and before is not None else None,
        delta_is_good=None if share is None or before is None or share == before else share < before,
        since=_since(week),
        spark=tuple(
            past[item.name][0] / past[item.name][1] if past.get(item.name, (0, 0))[1] else None for past in week.past
        ),
    )


def _score(measures: dict[str, tuple[float, float]], item: HygieneMetric) -> float | None:
    found = measures.get(item.name)
    return score(item, *found) if found else None


def _better(now: float | None, then: float | None) -> bool | None:
    return None if now is None or then is None or now == then else now > then


def _since(week: Week) -> str:
    """How long ago the snapshot before was, as it stands behind "in"."""
    return counted((week.as_of - week.before).days, "day", "days") if week.as_of and week.before else ""


def _why(week: Week, item: HygieneMetric) -> str:
    return TOO_FEW if item.name in week.now else "not measured yet"


def _note(item: HygieneMetric, den: float) -> QualityNote | None:
    return (
        QualityNote(int(den), item.of_one if den == 1 else item.of, extra=f"counted: {item.meaning}") if den else None
    )
