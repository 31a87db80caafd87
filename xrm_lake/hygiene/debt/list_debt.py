"""Governance debt in parts: what is found of each, what it takes from the score, and what cannot be told."""

from datetime import date

import polars as pl

from xrm_lake.history.moment import state_of
from xrm_lake.hygiene.debt.finding import PARTS, Finding, points
from xrm_lake.hygiene.debt.sources import source_debt
from xrm_lake.hygiene.debt.stages import chances_of_two, contradictory_chances, double_stages, unused_stages
from xrm_lake.hygiene.debt.twin_fields import twin_fields
from xrm_lake.hygiene.debt.unused_fields import unused_fields
from xrm_lake.hygiene.field_use import field_use
from xrm_lake.model.metrics import FEWEST
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.as_of import State
from xrm_lake.store.lake import Lake

DEBT = pl.Schema(
    {
        "part": pl.String(), "measure": pl.String(), "type": pl.String(), "subject": pl.String(), "num": pl.Float64(), "den": pl.Float64(),
        "points": pl.Float64(), "raised": pl.Boolean(), "verdict": pl.String(),
    }
)  # fmt: skip
_Sizes = dict[str, int]


def list_debt(lake: Lake, *, as_of: date | None = None, progress: Progress = quiet) -> pl.DataFrame:
    """
    The governance debt of a lake as of a day, today unless told, part by part (frame DEBT).

    Each part (G1 unused fields, G2 twin fields, G3 rules, G4 stages, G5 sources, G6 permissions) begins with a row of measure `all`: num
    findings of den fields, stages or sources, the points that it takes from 100 (`debt_score`), and raised, which is null where nothing can
    be told. Then a row for each finding, with its type and subject. Types of fewer than 30 records are left out. Raises InvalidValue for a
    day to come.
    """
    with state_of(lake, as_of) as state:
        found, sizes = _of_types(state, progress)
        if state.day == lake.clock().date():
            late, sizes["G5"] = source_debt(lake)
            found += late
    return pl.DataFrame([row for part in PARTS for row in _rows(part, found, sizes)], schema=DEBT, orient="row")


def debt_score(rows: pl.DataFrame) -> float | None:
    """100 less the points of all parts of `list_debt`, 0 to 100; None if no part can be told. Source: quality.md §2.4."""
    taken = rows.filter(pl.col("measure") == "all")["points"].drop_nulls()
    return round(max(0.0, 100.0 - float(taken.sum())), 1) if taken.len() else None


def _of_types(state: State, progress: Progress) -> tuple[list[Finding], _Sizes]:
    found: list[Finding] = []
    sizes = {"G1": 0, "G2": 0, "G4": 0, "G5": 0}
    types, measured = list(state.catalog.active_types), []
    for place, item in enumerate(types):
        progress("measuring", place, len(types))
        use = field_use(state, item)
        if use.is_empty() or use["records"][0] < FEWEST:
            continue
        measured.append(item)
        sizes["G1"] += use.height
        sizes["G2"] += use.height
        sizes["G4"] += len(item.stages)
        found += [*unused_fields(use, item.name, state.day), *twin_fields(state, item, use)]
        found += [*unused_stages(state, item), *double_stages(item), *contradictory_chances(item)]
    progress("measuring", len(types), len(types))
    return [*found, *chances_of_two(measured)], sizes


_UNKNOWN = {
    "G1": f"no type has {FEWEST} records",
    "G2": f"no type has {FEWEST} records",
    "G3": "the lake has no rules that set values",
    "G4": f"no type with stages has {FEWEST} records",
    "G5": "how fresh sources are is known of today and of imported files only",
    "G6": "the lake has no roles",
}


def _rows(part: str, found: list[Finding], sizes: _Sizes) -> list[tuple[object, ...]]:
    mine = [each for each in found if each.part == part]
    size = sizes.get(part, 0)
    if not size:
        return [(part, "all", "", "", None, None, None, None, f"cannot be told: {_UNKNOWN[part]}")]
    # What is found twice counts once, and of twins the one that is too many.
    count = len({(each.type, each.subject.rpartition(", ")[2] if part == "G2" else each.subject) for each in mine})
    what = {"G1": "fields", "G2": "fields", "G4": "stages", "G5": "sources"}[part]
    total = (
        part,
        "all",
        "",
        "",
        float(count),
        float(size),
        points(part, count, size),
        count > 0,
        f"{count} found in {size} {what}",
    )
    return [
        total,
        *(
            (
                part,
                each.measure,
                each.type,
                each.subject,
                _number(each.num),
                _number(each.den),
                None,
                True,
                each.verdict,
            )
            for each in mine
        ),
    ]


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)
