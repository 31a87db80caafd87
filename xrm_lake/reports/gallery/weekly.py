"""The weekly hygiene report: what decayed, why, and what to do first, on one page for a manager."""

from dataclasses import replace
from datetime import date, datetime

from xrm_lake.errors import Misuse
from xrm_lake.model.metrics import METRICS, HygieneMetric, metric, overall, score
from xrm_lake.reports.gallery.weekly_data import Told, Week, read_week
from xrm_lake.reports.gallery.wording import counted
from xrm_lake.reports.page import TOO_FEW, Block, Column, Link, Metric, Note, Page, QualityNote, Section, Table
from xrm_lake.store.lake import Lake

SCORE = "of 100"


def weekly(lake: Lake, *, as_of: date, made_at: datetime, owners: str = "yes") -> Page:
    """
    The page from the last snapshot of that day or before, compared with the one before it; one sheet of paper.

    Its appendix holds the list to work through, and every part of what changed. Figures by owner are told to those alone who may
    see figures about persons; with `owners=no` not to them either, for a page that is passed on. Raises Misuse for another word.
    """
    if owners not in ("yes", "no"):
        raise Misuse(f"owners is yes or no, not {owners!r}.")
    week = read_week(lake, as_of, owners=owners == "yes")
    return Page(
        name="weekly",
        title="Weekly hygiene report",
        question="What decayed, why, and what to do first?",
        subtitle=_subtitle(week),
        blocks=tuple(_blocks(week)),
        as_of=week.as_of or as_of,
        made_at=made_at,
        links=(Link("Start fixing", "/duplicates"), Link("Before and after", "/quality")),
        appendix=(week.todo, Table("All changes", week.changes.parts, PARTS, empty=_still(week))) if week.as_of else (),
        one_sheet=True,
    )


def _subtitle(week: Week) -> str:
    if week.as_of is None:
        return "Nothing was measured yet."
    since = f"compared with {week.before}" if week.before else "the first snapshot: nothing to compare with yet"
    return f"{counted(week.records, 'record', 'records')} of {counted(week.types, 'type', 'types')}, {since}."


def _still(week: Week) -> str:
    return "Nothing moved." if week.before else "This is the first snapshot: what moves is told from the next one on."


def _blocks(week: Week) -> list[Block]:
    if week.as_of is None:
        return [Note("info", "No snapshot was taken yet. Take one with `xrm weekly` or `xrm snapshot`.")]
    problems = [item for item in METRICS if item.sort == "problem"]
    signals = [item for item in METRICS if item.sort == "signal"]
    actions = Table(
        "What to do first", week.actions, _valued(ACTIONS, week), empty="Nothing: no check found a fault.", cap=10
    )
    changed = f"What changed since {week.before}, and where" if week.before else "What changed"
    worst = Table("Worst records", week.worst, _valued(WORST, week), empty="No record has an issue.", cap=5)
    return [
        Section("", (_overall(week, problems), *(_problem(week, item) for item in problems)), layout="row"),
        *_alerts(week),
        Section("Is trust wearing away?", tuple(_signal(week, item) for item in signals), layout="row"),
        Table(changed, week.changes.problems, CHANGES, empty=_still(week)),
        actions,
        worst,
        *(Note("info", text) for text in week.pipelines),
        *(Note("caveat", text) for text in week.caveats),
    ]


AT_RISK = Column("at_risk", "Open value touched", "money", digits=0)
ACTIONS = (
    Column("action", "Do this", "link", url="url"), Column("type", "Type"), Column("found", "Records", "number", bar=True),
    Column("new", "New", "number"), Column("share", "Of all", "percent"), AT_RISK,
)  # fmt: skip
CHANGES = (
    Column("metric", "Problem", "link", url="url"), Column("entered", "Entered", "number"), Column("left", "Left", "number"),
    Column("num", "Now", "number"), Column("share", "Of all", "percent"), Column("why", "Where"),
)  # fmt: skip
PARTS = (
    Column("metric", "Problem"), Column("type", "Type"), Column("split", "By"), Column("part", "Part"), Column("entered", "Entered", "number"),
    Column("left", "Left", "number"), Column("num", "Now", "number"), Column("den", "Of", "number"),
)  # fmt: skip
WORST = (
    Column("caption", "Record", "link", url="url"), Column("type", "Type"), Column("issues", "Issues", "number"),
    Column("what", "What"), AT_RISK,
)  # fmt: skip
# What a manager is told of a trend; what only wavers is no news.
TRENDS = {"alert": "getting worse, fast", "worse": "getting worse", "better": "getting better"}
_MOST_ALERTS = 3


def _valued(columns: tuple[Column, ...], week: Week) -> tuple[Column, ...]:
    """The columns with the currency of the open value in its heading."""
    return tuple(replace(column, unit=week.value.currency) if column is AT_RISK else column for column in columns)


def _alerts(week: Week) -> list[Block]:
    """The trends that get worse, each in a sentence; of single types where the whole does not."""
    whole = {told.metric for told in week.trends if told.scope == "all" and told.state in ("alert", "worse")}
    told = [each for each in week.trends if each.state in ("alert", "worse")]
    shown = [each for each in told if each.scope == "all" or each.metric not in whole][:_MOST_ALERTS]
    return [Note("alert", f"{metric(each.metric).label}{_of(each)}: {each.sentence}") for each in shown]


def _of(told: Told) -> str:
    return "" if told.scope == "all" else f" ({told.scope})"


def _overall(week: Week, problems: list[HygieneMetric]) -> Metric:
    now = overall({item.name: _score(week.now, item) for item in problems})
    states = {_state(week, item.name) for item in problems if _score(week.now, item) is not None}
    bad, good = bool(states & {"alert", "worse"}), "better" in states
    state = "" if bad == good else "worse" if bad else "better"
    return Metric(
        "Data quality",
        now,
        unit=SCORE,
        why="" if now is not None else TOO_FEW,
        trend=_arrow(state, up=state == "better"),
        delta_is_good=_good(state),
        spark=tuple(overall({item.name: _score(past, item) for item in problems}) for past in week.past),
    )


def _problem(week: Week, item: HygieneMetric) -> Metric:
    """A problem by its score, with the records at fault of those looked at."""
    now = _score(week.now, item)
    num, den = week.now.get(item.name, (0.0, 0.0))
    state = _state(week, item.name) if now is not None else ""
    return Metric(
        item.label,
        now,
        unit=SCORE,
        num=int(num),
        den=int(den),
        why="" if now is not None else _why(week, item),
        note=_note(item, den),
        trend=_arrow(state, up=state == "better"),
        delta_is_good=_good(state),
        spark=tuple(_score(past, item) for past in week.past),
        url=f"/issues?problem={item.name}",
    )


def _signal(week: Week, item: HygieneMetric) -> Metric:
    """A signal by its share, as its number is what one asks for."""
    num, den = week.now.get(item.name, (0.0, 0.0))
    enough = _score(week.now, item) is not None
    state = _state(week, item.name) if enough else ""
    return Metric(
        item.label,
        num / den if enough else None,
        kind="percent",
        num=int(num),
        den=int(den),
        why="" if enough else _why(week, item),
        note=_note(item, den),
        trend=_arrow(state, up=state != "better"),
        delta_is_good=_good(state),
        spark=tuple(
            past[item.name][0] / past[item.name][1] if _score(past, item) is not None else None for past in week.past
        ),
    )


def _state(week: Week, name: str) -> str:
    return next((told.state for told in week.trends if (told.metric, told.scope) == (name, "all")), "")


def _arrow(state: str, *, up: bool) -> str:
    """A trend in words behind an arrow that shows where the figure goes; "" where none is told."""
    return f"{'↑' if up else '↓'} {TRENDS[state]}" if state in TRENDS else ""


def _good(state: str) -> bool | None:
    return {"alert": False, "worse": False, "better": True}.get(state)


def _score(measures: dict[str, tuple[float, float]], item: HygieneMetric) -> float | None:
    found = measures.get(item.name)
    return score(item, *found) if found else None


def _why(week: Week, item: HygieneMetric) -> str:
    return TOO_FEW if item.name in week.now else "not measured yet"


def _note(item: HygieneMetric, den: float) -> QualityNote | None:
    return (
        QualityNote(int(den), item.of_one if den == 1 else item.of, extra=f"counted: {item.meaning}") if den else None
    )
