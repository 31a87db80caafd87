"""Values that are read as something else because somebody said so: put over the plans of files, and over the kinds that read them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from xrm_lake.errors import UnknownName
from xrm_lake.ingest.plan import ColumnPlan, FilePlan
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.kinds import DEFAULTS, Kind, Options
from xrm_lake.model.meanings import as_compared, meaning

Told = Mapping[str, Mapping[str, str]]


def with_values(plans: Sequence[FilePlan], told: Told, catalog: Catalog) -> list[FilePlan]:
    """
    The plans with what is told of values: by field, link type or header, from what stands in the file to what is meant.

    It holds for every file that has such a column. Raises UnknownName if none has, Misuse if something is meant that `catalog` does not
    know: a stage, or a value of a field with allowed ones (see `model.meanings`).
    """
    given: list[dict[str, Mapping[str, str]]] = [{} for _ in plans]
    for name, words in told.items():
        places = [(place, field) for place, plan in enumerate(plans) if (field := _field(plan, name))]
        if not places:
            raise UnknownName("field or column of these files", name, {n for plan in plans for n in _names(plan)})
        for place, field in places:
            meant = {old: meaning(catalog, plans[place].type, field, new) for old, new in words.items()}
            given[place][field] = {**given[place].get(field, {}), **meant}
    return [replace(plan, values=over(plan.values, more)) for plan, more in zip(plans, given, strict=True)]


def over(values: Told, more: Told) -> dict[str, dict[str, str]]:
    """What is told later put over what was told before; of one text, whatever its case, the later meaning counts."""
    merged = {field: dict(words) for field, words in values.items()}
    for field, words in more.items():
        folded = {as_compared(old) for old in words}
        kept = {old: new for old, new in merged.get(field, {}).items() if as_compared(old) not in folded}
        merged[field] = kept | dict(words)
    return merged


def as_told(texts: pl.Series, words: Mapping[str, str]) -> pl.Series:
    """The texts with what is meant in the place of what stands there, whatever its case and the spaces around it."""
    if not words:
        return texts
    meant = {as_compared(old): new for old, new in words.items()}
    read = [None if text is None else meant.get(as_compared(text), text) for text in texts]
    return pl.Series(texts.name, read, dtype=pl.String)


class ToldKind:
    """A kind that reads some texts as others."""

    def __init__(self, kind: Kind, words: Mapping[str, str]) -> None:
        self._kind, self._words = kind, words
        self.name, self.duck_type = kind.name, kind.duck_type
        self.personal, self.match_as = kind.personal, kind.match_as

    def words(self) -> Mapping[str, str]:
        """As the kind itself."""
        return self._kind.words()

    def infer(self, values: pl.Series) -> Options:
        """As the kind itself."""
        return self._kind.infer(values)

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """As the kind itself reads what is meant."""
        return self._kind.clean(as_told(values, self._words), options)

    def is_valid(self, values: pl.Series) -> pl.Series:
        """As the kind itself."""
        return self._kind.is_valid(values)

    def mask(self, values: pl.Series) -> pl.Series:
        """As the kind itself."""
        return self._kind.mask(values)


def _field(plan: FilePlan, name: str) -> str:
    """The field or link type that a name means in a file; empty if none."""
    names = _names(plan)
    return names.get(name) or names.get(name.strip().casefold(), "")


def _names(plan: FilePlan) -> dict[str, str]:
    goals = [(column, _goal(column)) for column in plan.columns]
    by_header = {column.header.strip().casefold(): goal for column, goal in goals if goal}
    return by_header | {goal: goal for _, goal in goals if goal}


def _goal(column: ColumnPlan) -> str:
    if column.to == "link" and column.link is not None:
        return column.link.link_type
    return column.field if column.to in ("field", "key", "link_field") else ""
