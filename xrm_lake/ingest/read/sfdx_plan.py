"""The plan of an SFDX export: the files that it names, in the order in which it names them."""

import json
from collections.abc import Iterable
from pathlib import Path

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.sfdx import is_plan

_MOST_BYTES = 1 << 20


def by_plan(named: Iterable[str | Path]) -> list[str | Path]:
    """
    What was named; of plans their files, which come first, and each file once.

    A plan's files are those of that name that were named too, or stand beside it or below. Raises ImportRefused if one
    is missing or lies elsewhere.
    """
    given = list(named)
    plans = [(each, files) for each in given if (files := _files(each)) is not None]
    planned = [_place(Path(plan), name, given) for plan, files in plans for name in files]
    rest = [each for each in given if each not in {plan for plan, _ in plans}]
    return list({str(each): each for each in [*planned, *rest]}.values()) if plans else given


def _files(named: str | Path) -> list[str] | None:
    """The files that a plan names; None if it is no plan."""
    path = Path(named)
    try:
        if path.suffix.lower() != ".json" or not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return None
        steps = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(steps, list) or not steps or not all(map(is_plan, steps)):
        return None
    return [str(name) for step in steps for name in step["files"]]


def _place(plan: Path, name: str, given: Iterable[str | Path]) -> str | Path:
    for each in given:
        if Path(each).name == Path(name).name:
            return each
    beside = plan.parent / name
    if not beside.resolve().is_relative_to(plan.parent.resolve()):
        raise ImportRefused(
            f"{plan.name} names a file outside of its folder. Nothing was imported. Move it beside the plan."
        )
    if not beside.is_file():
        raise ImportRefused(
            f"{plan.name} names {name}, which is not beside it. Nothing was imported. Bring that file too."
        )
    return beside
