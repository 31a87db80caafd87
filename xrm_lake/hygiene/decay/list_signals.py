"""The five decay signals of a lake, each measure a row: what wears away, where, and what it was counted from."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.governance.sight import sees_people
from xrm_lake.hygiene.decay.backdated import backdated
from xrm_lake.hygiene.decay.corrected import corrected
from xrm_lake.hygiene.decay.figure import Figure
from xrm_lake.hygiene.decay.inactive import inactive_change
from xrm_lake.hygiene.decay.joined import new_duplicates
from xrm_lake.hygiene.decay.restated import restatements
from xrm_lake.hygiene.decay.stage_meaning import stage_meaning
from xrm_lake.hygiene.decay.undefined import undefined_values
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.as_of import State, past_of, state_now
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of

SIGNALS = ("inactive", "undefined", "duplicates", "stage_meaning", "correction")
SIGNAL_ROWS = pl.Schema(
    {
        "signal": pl.String(), "measure": pl.String(), "type": pl.String(), "split": pl.String(), "part": pl.String(),
        "value": pl.Float64(), "num": pl.Float64(), "den": pl.Float64(), "raised": pl.Boolean(), "verdict": pl.String(),
    }
)  # fmt: skip
QUARTER_DAYS = 91


def list_signals(
    lake: Lake,
    type: str | None = None,
    *,
    as_of: date | None = None,
    days: int = QUARTER_DAYS,
    progress: Progress = quiet,
) -> pl.DataFrame:
    """
    All measures of the five decay signals as of a day (today, unless told), of a type or all (frame SIGNAL_ROWS).

    Returns signal (inactive, undefined, duplicates, stage_meaning, correction), measure, type, split and part (of which field, pipeline,
    owner, quarter, stage or cause it is; empty for all), value, the num of den it was counted from, raised (worth a look; null if too few
    records are there to tell) and the verdict in words. What is new began or was changed in the last `days`. Owners are named to those
    who may see figures about persons; others are told of raised ones only, as one of so many.
    Raises UnknownName for a type, InvalidValue for days below 1 or a day to come.
    """
    today = lake.clock().date()
    day = as_of or today
    if days < 1 or day > today:
        raise InvalidValue("Signals are told of a day that has come, and of one day or more before it.")
    types = [lake.catalog.type(type)] if type else list(lake.catalog.active_types)

    def at(when: date) -> AbstractContextManager[State]:
        return nullcontext(state_now(lake, when)) if when >= today else past_of(lake, when)

    began = lake.query("select min(made_at)::date from batch").value() or today
    since = day - timedelta(days=days)
    rows: list[tuple[str, str, Figure]] = []
    with at(day) as state:
        rows += [("correction", "", figure) for figure in corrected(state.reader, since, day)] if type is None else []
        for place, item in enumerate(types):
            progress("measuring", place, len(types))
            if state.catalog.has_type(item.name):
                rows += [
                    (signal, item.name, figure)
                    for signal, figure in _of_type(state, state.catalog.type(item.name), since)
                ]
    for item in types:
        rows += [("correction", item.name, figure) for figure in restatements(at, day, item, began=began)]
    progress("measuring", len(types), len(types))
    return _named(lake, _frame(rows))


def _of_type(state: State, item: EntityType, since: date) -> Iterator[tuple[str, Figure]]:
    measured = {
        "inactive": inactive_change(state, item, since),
        "undefined": undefined_values(state, item, since),
        "duplicates": new_duplicates(state, item, since),
        "stage_meaning": stage_meaning(state, item),
        "correction": backdated(state, item, since),
    }
    for signal, figures in measured.items():
        for figure in figures:
            yield signal, figure


def _frame(rows: list[tuple[str, str, Figure]]) -> pl.DataFrame:
    told = [
        (signal, each.measure, type, each.split, each.part, each.value, each.num, each.den, each.raised, each.verdict)
        for signal, type, each in rows
    ]
    place = {name: at for at, name in enumerate(SIGNALS)}
    frame = pl.DataFrame([_floats(row) for row in told], schema=SIGNAL_ROWS, orient="row")
    order = pl.col("signal").replace_strict(place, return_dtype=pl.Int64)
    return frame.sort(order, maintain_order=True)


def _floats(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(float(value) if isinstance(value, int) and not isinstance(value, bool) else value for value in row)


def _named(lake: Lake, rows: pl.DataFrame) -> pl.DataFrame:
    """Owners by their names, for those who may see them; else those that are raised, and of how many they are one."""
    owned = (pl.col("split") == "owner") & (pl.col("part") != "")
    ids = pl.Series(sorted({int(part) for part in rows.filter(owned)["part"]}), dtype=pl.Int64)
    if not sees_people(lake):
        part = pl.when(owned).then(pl.lit(f"one of {len(ids)} owners")).otherwise("part").alias("part")
        counted = [pl.when(~owned).then(name).alias(name) for name in ("num", "den")]
        return rows.filter(~owned | pl.col("raised").fill_null(value=False)).with_columns(part, *counted)
    types = lake.query(
        "select id, type from entity where id in (select unnest($ids::bigint[]))", ids=ids.to_list()
    ).frame()
    captions = captions_of(lake, types["id"], types["type"])
    return rows.with_columns(
        pl.when(owned)
        .then(pl.col("part").replace({str(id): name or f"#{id}" for id, name in captions.items()}))
        .otherwise("part")
        .alias("part")
    )
