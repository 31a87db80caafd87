"""What each column says about sameness: as it was told, or as header and values let one guess; and what is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.errors import UnknownName
from xrm_lake.hygiene.matching.meanings import MEANINGS
from xrm_lake.ingest.mapping.column_kinds import ColumnKind
from xrm_lake.ingest.mapping.header import plain
from xrm_lake.ingest.mapping.sample import Column
from xrm_lake.lakeless.source import OURS, Source
from xrm_lake.model.kinds import KINDS

IGNORE = "ignore"

# As a kind of field, `number` is any quantity; told by a user it is that of a house.
_KIND_AS = {each.name: each.match_as for each in KINDS}
_AS = _KIND_AS | {name: name for name in MEANINGS} | {IGNORE: None}
_NAMES = {"person_name", "person_full_name", "company_name"}
_PEOPLE = {"person_name", "person_full_name"}
# Fields that speak of the entry, not of whom it is about.
_OF_THE_ENTRY = {"created_on", "source", "tags", "description", "owner"}
# Where somebody is goes with the surroundings, however few the values are.
_PLACES = {"region", "country"}
_BY_FIELD = {"house_number": "number", "unit": "number", "birth_part": "date", "personal_id": "id", "vat_id": "id"}
# Dates of birth lie far apart, those of book-keeping do not.
_LIFE_SPAN_YEARS = 25
# If fewer values occur again, a code tells rows apart, not whom they are about; if more, it is shared by many.
_RETURNS, _RETURNS_OFTEN = 0.02, 0.9
_LONGEST_CHOICE, _LONGEST_NAME = 40, 80


@dataclass(frozen=True)
class Use:
    """A column: its kind, what it is matched as (None: ignored), how sure that is (0..1), and why."""

    column: str
    kind: str
    match_as: str | None
    sure: float
    why: str


def told(source: Source, kinds: Mapping[str, str]) -> dict[str, Use]:
    """
    What the caller says of single columns, by their names.

    Raises UnknownName for a column that is not there and a kind that is none.
    """
    found = {}
    for header, kind in kinds.items():
        if kind not in _AS:
            raise UnknownName("kind", str(kind), _AS)
        name = _column(source, header)
        why = "given" if _AS[kind] or kind == IGNORE else f"given; {_says_nothing(kind)}"
        found[name] = Use(name, kind, _AS[kind], 1.0, why)
    return found


def _column(source: Source, header: str) -> str:
    """The column of that header: as it is called here, as written, or but for capitals and spaces."""
    names = source.rows.columns
    if header in source.headers:
        return names[source.headers.index(header)]
    if header in names:
        return header
    alike = [name for name, written in zip(names, source.headers, strict=True) if plain(written) == plain(header)]
    if len(alike) == 1:
        return alike[0]
    raise UnknownName(f"column in {source.name}", header, [each for each in source.headers if each.strip()] or names)


def guessed(names: Sequence[str], columns: Sequence[Column], kinds: Sequence[ColumnKind]) -> list[Use]:
    """What each column is used as, from the kinds that were guessed, and from the columns beside it."""
    uses = [_use(*each) for each in zip(names, columns, kinds, strict=True)]
    named = any(use.match_as in _NAMES for use in uses)
    people = any(use.match_as in _PEOPLE for use in uses)
    return [_beside(use, named=named, people=people) for use in uses]


def _use(name: str, column: Column, found: ColumnKind) -> Use:
    match_as = _BY_FIELD.get(found.field, _KIND_AS[found.kind])
    use = Use(name, found.kind, match_as, found.sure, found.why)
    if column.content.empty:
        return _ignored(use, "empty")
    if name.removeprefix("original_") in OURS:
        return _ignored(use, "an answer of an earlier run")
    if found.field in _OF_THE_ENTRY:
        return _ignored(use, "of the entry, not of whom it is about")
    if match_as == "date" and found.field not in ("birth_date", "birth_part"):
        return use if _span_years(column.values) >= _LIFE_SPAN_YEARS else _ignored(use, "days of book-keeping")
    if match_as == "id" and found.kind == "identifier":
        return _code(use, column, found.field)
    if match_as in ("free_text", "category"):
        return _words(use, column, found.field)
    return use if match_as else _ignored(use, _says_nothing(found.kind))


def _code(use: Use, column: Column, field: str) -> Use:
    """A code is identity where the header says so; what a system numbers is the row, or something it belongs to."""
    if field in ("personal_id", "vat_id"):
        return use
    if field == "record_id":
        return _ignored(use, "the row's own id")
    again = 1 - column.values.len() / max(column.filled, 1)
    if again < _RETURNS:
        return _ignored(use, "tells every row apart")
    own = field == "some_id" and again <= _RETURNS_OFTEN and not column.content.id_like
    return use if own else replace(use, match_as="id_weak")


def _words(use: Use, column: Column, field: str) -> Use:
    content = column.content
    if field in _PLACES:
        return replace(use, match_as="city")
    if content.few:
        return replace(use, match_as="category")
    if content.distinct <= column.filled / 10 and content.length <= _LONGEST_CHOICE:
        # Many words that many share go with the surroundings, as towns do; as choices they would count beside these.
        return replace(use, match_as="city")
    if content.length > _LONGEST_NAME:
        return _ignored(use, "long text")
    return replace(use, match_as="free_text")


def _beside(use: Use, *, named: bool, people: bool) -> Use:
    """Where names tell, loose words only add noise; the web address of a firm is shared by those who work there."""
    if named and (use.match_as == "free_text" or (use.match_as == "category" and use.why == "values")):
        return _ignored(use, "words that names tell better")
    if people and use.kind in ("domain", "url") and use.match_as == "id":
        return replace(use, match_as="id_weak")
    return use


def _ignored(use: Use, why: str) -> Use:
    return replace(use, match_as=None, why=f"{use.why}; {why}" if use.why and use.why != why else why)


def _says_nothing(kind: str) -> str:
    return f"{kind} says nothing of sameness"


def _span_years(values: pl.Series) -> float:
    """From the year that a twentieth of the days lies before, to the year that a twentieth lies after."""
    years = values.str.extract(r"((?:1[5-9]|20)\d\d)", 1).drop_nulls().cast(pl.Int64)
    if years.len() < 0.5 * values.len() or not years.len():
        return 0.0
    late, early = years.quantile(0.95), years.quantile(0.05)
    return float(late - early) if late is not None and early is not None else 0.0
