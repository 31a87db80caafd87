"""What other tables of the delivery, and the lake, know: the ids and names that a column may point to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from xrm_lake.ingest.mapping.sample import Column, folded
from xrm_lake.model.catalog import Catalog

Names = Callable[[str], set[str]]


@dataclass(frozen=True)
class Known:
    """
    Ids and names by type. `ids` are of records of the same source, `names` of any; both may be empty.

    `lake_names` gives the captions that the lake has for a type; they are asked for once, and only when needed.
    """

    ids: Mapping[str, tuple[pl.Series, ...]] = field(default_factory=dict)
    names: Mapping[str, tuple[pl.Series, ...]] = field(default_factory=dict)
    lake_names: Names | None = None
    _asked: dict[str, pl.Series] = field(default_factory=dict)

    def share_of_ids(self, column: Column, type_name: str) -> float | None:
        """Share of the column's values that are ids of this type; None if no ids of it are known."""
        return _share(column.values, self.ids.get(type_name, ()))

    def share_of_names(self, column: Column, type_name: str) -> float | None:
        """Share of the column's values that are names of this type; None if no names of it are known."""
        names = (*self.names.get(type_name, ()), *self._from_lake(type_name))
        return _share(column.folded, names) if names else None

    def _from_lake(self, type_name: str) -> tuple[pl.Series, ...]:
        if self.lake_names is None:
            return ()
        if type_name not in self._asked:
            self._asked[type_name] = folded(pl.Series(sorted(self.lake_names(type_name)), dtype=pl.String))
        found = self._asked[type_name]
        return (found,) if found.len() else ()


def of_known_types(names: Names | None, catalog: Catalog) -> Names | None:
    """The names that the lake has; of a type that it is yet to gain it has none."""
    return (lambda type_name: names(type_name) if catalog.has_type(type_name) else set()) if names else None


def folded_names(names: pl.Series) -> pl.Series:
    """Names as they are compared here: in one case, with single spaces."""
    return folded(names).unique()


def _share(values: pl.Series, known: tuple[pl.Series, ...]) -> float | None:
    if not known or not values.len():
        return None
    return max(float(values.is_in(_met(values, texts).implode()).sum()) / values.len() for texts in known)


def _met(values: pl.Series, texts: pl.Series) -> pl.Series:
    """Those of many known texts that are among the values: looking up each in the few is far cheaper than the reverse."""
    return texts.filter(texts.is_in(values.implode())) if texts.len() > values.len() else texts
