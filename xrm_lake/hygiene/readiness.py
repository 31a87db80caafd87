"""
Readiness: whether the records are enough for a use of prediction or language models, gate by gate, with the number that is missing.

No single score: a use is ready if all of its gates are passed. Source: quality.md §2.5.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date

import polars as pl

from xrm_lake.errors import UnknownName
from xrm_lake.history.moment import state_of
from xrm_lake.hygiene import gates
from xrm_lake.hygiene.decay.figure import Figure
from xrm_lake.hygiene.decay.restated import restatements
from xrm_lake.hygiene.gates import Gate
from xrm_lake.store.as_of import State
from xrm_lake.store.lake import Lake

USES = {
    "lead_score": "Score leads", "win_prediction": "Predict what is won", "churn": "Predict who leaves", "summary": "Sum up what happened",
    "forecast": "Forecast",
}  # fmt: skip
READINESS = pl.Schema(
    {
        "use": pl.String(), "gate": pl.String(), "type": pl.String(), "has": pl.Float64(), "needs": pl.Float64(), "missing": pl.Float64(),
        "passed": pl.Boolean(), "verdict": pl.String(),
    }
)  # fmt: skip
_TYPES = {
    "lead_score": "lead",
    "win_prediction": "deal",
    "churn": "customer",
    "summary": "activity",
    "forecast": "deal",
}


def readiness(lake: Lake, use: str | None = None, *, as_of: date | None = None) -> pl.DataFrame:
    """
    The gates of a use, or of all, as of a day, today unless told (frame READINESS).

    Returns use (lead_score, win_prediction, churn, summary, forecast), gate, type, has, needs and missing (records, months, or shares 0..1),
    passed (null where it cannot be told) and the verdict in words. Raises UnknownName for a use, InvalidValue for a day to come.
    """
    if use is not None and use not in USES:
        raise UnknownName("use", use, USES)
    rows: list[tuple[object, ...]] = []
    with state_of(lake, as_of) as state:
        asked = [use] if use else list(USES)
        found = [(name, list(_gates(name, state))) for name in asked]
        day = state.day
    for name, told in found:
        item = (
            lake.catalog.type("deal")
            if name in ("win_prediction", "forecast") and lake.catalog.has_type("deal")
            else None
        )
        if item is not None:
            told += gates.steady(item, _restated(lake, day))
        rows += [
            (name, each.gate, each.type, each.has, each.needs, each.missing, each.passed, _words(each)) for each in told
        ]
    return pl.DataFrame(rows, schema=READINESS, orient="row")


def is_ready(rows: pl.DataFrame, use: str) -> bool:
    """Whether a use passes all its gates; what cannot be told does not pass."""
    mine = rows.filter(pl.col("use") == use)["passed"]
    return mine.len() > 0 and bool(mine.fill_null(value=False).all())


def _gates(use: str, state: State) -> Iterator[Gate]:
    name = _TYPES[use]
    if not state.catalog.has_type(name):
        yield Gate("closed", name, None, gates.OUTCOMES, "outcomes", "there is no such type")
        return
    item = state.catalog.type(name)
    if use == "lead_score":
        yield from gates.outcomes(state, item) if item.stages else gates.answers(state, item, "converted")
    elif use == "churn":
        yield from gates.answers(state, item, "until")
    elif use == "summary":
        yield from gates.notes(state, item)
    else:
        yield from gates.outcomes(state, item)
        yield from gates.stage_history(state, item)
    if use == "forecast":
        yield from gates.dated(state, item)
    if use in ("lead_score", "churn", "summary"):
        met = {"lead_score": ["person"], "churn": ["organisation"], "summary": ["person", "organisation"]}[use]
        yield from gates.interactions(state, [each for each in met if state.catalog.has_type(each)])
    if use != "summary":
        yield from gates.filled(state, item)
        yield from gates.defined(state, item)


def _restated(lake: Lake, day: date) -> list[Figure]:
    def at(when: date) -> AbstractContextManager[State]:
        return state_of(lake, when)

    began = lake.query("select min(made_at)::date from batch").value() or day
    return restatements(at, day, lake.catalog.type("deal"), began=began)


def _words(gate: Gate) -> str:
    if gate.has is None:
        return f"cannot be told: {gate.why}"
    if gate.of.startswith("%"):
        return f"{100 * gate.has:.1f}{gate.of}; {100 * gate.needs:g}% are needed"
    missing = gate.missing or 0
    return f"{gate.has:,g} {gate.of}; {gate.needs:,g} are needed" + (f", {missing:,g} are missing" if missing else "")
