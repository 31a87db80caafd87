"""Tables whose rows are links: two columns name records, and the rest says how they are joined."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import permutations

from xrm_lake.ingest.mapping.header import words
from xrm_lake.ingest.mapping.lexicon import lexicon, word_set
from xrm_lake.ingest.mapping.link_score import read_link
from xrm_lake.ingest.mapping.sample import Column, Table
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.plan import ColumnPlan, LinkTarget
from xrm_lake.model.entity_type import LinkType


@dataclass(frozen=True)
class Junction:
    """A table of links: of which type, what each column is, and how sure that is (0..1)."""

    link_type: str
    from_type: str
    columns: tuple[ColumnPlan, ...]
    score: float


@dataclass(frozen=True)
class _End:
    column: Column
    types: tuple[str, ...]


def find_junction(table: Table, vocabulary: Vocabulary) -> Junction | None:
    """
    The links that a table holds, if its columns are two ends by id, fields of one link type, and next to nothing else.

    A column with values of its own that the link has no place for, such as an amount, means that it is something else.
    """
    ends = [end for column in table.columns if (end := _end(column, vocabulary))]
    found = [
        junction
        for begin, end in permutations(ends, 2)
        for link in vocabulary.catalog.link_types
        if not link.retired
        and link.name not in vocabulary.only_words
        and (junction := _junction(table, link, begin, end, vocabulary))
    ]
    return max(found, key=lambda junction: junction.score, default=None)


def _end(column: Column, vocabulary: Vocabulary) -> _End | None:
    reading = read_link(column.words, vocabulary)
    subject = vocabulary.subject(reading.base)
    if subject is None or subject.attribute or column.words in word_set("own_ids") or column.content.empty:
        return None
    by_id = reading.by == "id" or column.content.id_like
    return _End(column, subject.types) if by_id and column.content.one_token else None


def _junction(table: Table, link: LinkType, begin: _End, end: _End, vocabulary: Vocabulary) -> Junction | None:
    from_types = tuple(name for name in begin.types if name in link.from_types)
    to_types = tuple(name for name in end.types if name in link.to_types)
    if not from_types or not to_types:
        return None
    rest = [column for column in table.columns if column not in (begin.column, end.column)]
    plans, known, strange = [], 0, 0
    for plan, matters in (_other(column, link, vocabulary) for column in rest):
        plans.append(plan)
        known += plan.to == "link_field"
        strange += matters
    if strange:
        return None
    ends = (
        _end_plan(begin.column, link, from_types, "in"),
        _end_plan(end.column, link, to_types, "out"),
    )
    score = 0.75 + min(0.06 * known, 0.2)
    return Junction(link.name, from_types[0], tuple(_in_order(plans, ends)), round(score, 2))


def _other(column: Column, link: LinkType, vocabulary: Vocabulary) -> tuple[ColumnPlan, bool]:
    """What a column beside the ends is, and whether it says that the rows are no mere links."""
    plan = ColumnPlan(column.position, column.header, "extra", score=0.0, reason="no field of that meaning")
    told = lexicon()["link_fields"]
    for name in (*(field.name for field in link.fields), "since", "until"):
        if column.words in {words(name), *told.get(name, ())}:
            return replace(plan, to="link_field", field=name, score=0.9, reason=""), False
    if column.words in word_set("own_ids") and column.distinct:
        return replace(plan, to="key", score=0.95, reason=""), False
    reading = read_link(column.words, vocabulary)
    quiet = column.content.empty or column.words in told["ignored"] or column.words in vocabulary.secret
    return plan, not quiet and (reading.by != "id" or _points_elsewhere(column, vocabulary))


def _points_elsewhere(column: Column, vocabulary: Vocabulary) -> bool:
    return vocabulary.subject(read_link(column.words, vocabulary).base) is not None


def _end_plan(column: Column, link: LinkType, types: tuple[str, ...], direction: str) -> ColumnPlan:
    target = LinkTarget(link.name, types, "id", "in" if direction == "in" else "out")
    return ColumnPlan(column.position, column.header, "end", link=target, score=0.9)


def _in_order(plans: list[ColumnPlan], ends: tuple[ColumnPlan, ColumnPlan]) -> Iterator[ColumnPlan]:
    yield from ends
    yield from plans
