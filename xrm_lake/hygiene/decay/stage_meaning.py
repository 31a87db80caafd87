"""Stage meaning (D4): whether stages say the same today as they did, and the same from whoever sets them. For any type that has stages."""

from collections.abc import Callable

import polars as pl

from xrm_lake.history.course import Course, due_field, read_course
from xrm_lake.hygiene.decay.figure import SPLITS, Figure, parts
from xrm_lake.hygiene.decay.moves import move_rates
from xrm_lake.hygiene.decay.promise import chances_true, closed_cohort, win_rises
from xrm_lake.hygiene.decay.pushes import pushed, read_dues, slippage
from xrm_lake.hygiene.decay.standing_out import standing_out
from xrm_lake.hygiene.decay.stays import stays, stays_apart, time_in_stage
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.as_of import State


def stage_meaning(state: State, item: EntityType) -> list[Figure]:
    """
    All six measures of a type with stages: moves, stays, rising chances, sorting, stated chances and pushed dates; none of one without.

    Each of all records and of each pipeline, owner (its id) and quarter.
    """
    if not item.stage_field or not item.stages:
        return []
    course = read_course(state, item)
    cohort, stayed = closed_cohort(course), stays(course.spells, course.end)
    figures = _everywhere(course.moves, move_rates)
    figures += time_in_stage(stayed)
    figures += [figure for split in SPLITS for figure in stays_apart(stayed, split)]
    figures += _everywhere(cohort, lambda rows: [win_rises(rows)])
    figures += _sorting(course)
    figures += _everywhere(cohort, chances_true)
    if due_field(item):
        dues = read_dues(state, course)
        figures += _everywhere(course.records, lambda rows: pushed(rows, dues, course.end))
        figures.append(slippage(course, dues))
    return figures


def _everywhere(frame: pl.DataFrame, measure: Callable[[pl.DataFrame], list[Figure]]) -> list[Figure]:
    figures = measure(frame)
    whole = {each.measure: each for each in figures}
    for split in SPLITS:
        told = [figure.of(split, part) for part, rows in parts(frame, split) for figure in measure(rows)]
        figures += [
            each for name in whole for each in standing_out(whole[name], [of for of in told if of.measure == name])
        ]
    return figures


def _sorting(course: Course) -> list[Figure]:
    from xrm_lake.hygiene.decay.sorting import all_alike, each_part, first_stages, next_stages, outcomes

    figures = []
    for measure, frames in (
        ("outcome", [outcomes(course)]),
        ("first_stage", [first_stages(course)]),
        ("next_stage", list(next_stages(course))),
    ):
        for split in SPLITS:
            figures += (
                [found for frame in frames[:1] if (found := all_alike(measure, frame, split))]
                if len(frames) == 1
                else []
            )
            figures += each_part(measure, frames, split)
    return figures
