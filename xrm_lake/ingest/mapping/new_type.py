"""A type of its own for a table that fits none: what its records are called, by what they are known, which fields they have."""

from collections.abc import Container, Iterable
from dataclasses import replace

from xrm_lake.ingest.mapping.draft import Draft
from xrm_lake.ingest.mapping.header import file_words, singular, words
from xrm_lake.ingest.mapping.lexicon import word_set
from xrm_lake.ingest.mapping.link_score import read_link
from xrm_lake.ingest.mapping.propose import caption_of, propose_field, with_options
from xrm_lake.ingest.mapping.references import Keyed, Reference
from xrm_lake.ingest.mapping.sample import Column, Table
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.model.entity_type import EntityType, Field

# Behind the types of a template.
_POSITION = 500
_NO_ID, _ALIKE = 0.3, 0.5
_PROPOSED = "Proposed from"
_CALLED = ("name", "title", "subject", "label")


def propose_key(
    table: Table, nouns: frozenset[str], vocabulary: Vocabulary, *, without: Container[int] = ()
) -> int | None:
    """
    Where the ids of a table stand that is of no known type, or the names that tell its rows apart; None if nowhere.

    It is none of the columns `without`, which are known to name other records.
    """
    scored = [
        (_key_score(column, nouns, vocabulary), -column.position, column)
        for column in table.columns
        if column.position not in without
    ]
    best = sorted((each for each in scored if each[0] > 0), key=lambda each: each[:2], reverse=True)
    return next((column.position for _, _, column in best if table.complete_key((column.position,))), None)


def _key_score(column: Column, nouns: frozenset[str], vocabulary: Vocabulary) -> float:
    content = column.content
    if not column.distinct or max(content.share(shape) for shape in ("date", "email", "boolean")) > 0.5:
        return 0.0
    text, reading = column.words, read_link(column.words, vocabulary)
    if text in word_set("own_ids"):
        return 1.0
    if reading.by == "id" and ({reading.base, singular(reading.base)} & nouns):
        return 0.97
    if text in nouns and content.one_token:
        return 0.9
    if reading.by == "id" and content.share("number") < 0.5:
        return 0.8 if column.position == 0 else 0.6
    if column.position == 0 and (content.one_token or content.id_like):
        return 0.7
    if reading.by == "id":
        return 0.5
    named = text.split()[-1:] and text.split()[-1] in _CALLED and content.share("number") < 0.5
    return _NO_ID if named and content.length <= 80 else 0.0


def settle_type(keyed: Keyed, references: Iterable[Reference], draft: Draft, called: str) -> EntityType:
    """
    The type for a table's rows: the one that was made for such a table before, or a new one, added to the draft.

    Columns that name other records become links and no fields, and so does the id, unless it is all that a record is called by.
    """
    table = keyed.table
    label = label_of(table)
    linked = {each.column for each in references}
    columns = [
        column for column in table.columns if not column.content.empty and column.position not in {*linked, keyed.key}
    ]
    there = _made_before(label, columns, draft)
    if there is not None:
        return there
    used: set[str] = set()
    fields = tuple(with_options(propose_field(column, place, used), column) for place, column in enumerate(columns, 1))
    fields = _with_id(keyed, fields, used)
    shown = label[:1].upper() + label[1:]
    proposed = EntityType(
        name=draft.free_name(label, called),
        label=shown,
        plural=_plural(shown),
        caption=caption_of(fields),
        fields=fields,
        meaning=f"{_PROPOSED} {table.delivery.name}",
        position=_POSITION,
    )
    draft.add_type(proposed)
    return proposed


def label_of(table: Table) -> str:
    """What one row of a table is called, by its file's name: `import_visits.csv` holds a `visit`."""
    parts = file_words(table.delivery.name).split()
    while len(parts) > 1 and parts[0] in word_set("no_content"):
        parts.pop(0)
    return singular(" ".join(parts)) or "record"


def _with_id(keyed: Keyed, fields: tuple[Field, ...], used: set[str]) -> tuple[Field, ...]:
    """The fields with the id first, where people know the records by it: it has a name of its own, or there is no other."""
    if keyed.key is None:
        return fields
    column = keyed.table.columns[keyed.key]
    called = any(words(field.label).split()[-1:] == [word] for field in fields for word in _CALLED)
    if called and column.words in word_set("own_ids"):
        return fields
    named = with_options(propose_field(column, 0, used), column)
    kind = named.kind if words(named.label).split()[-1:] in (["name"], ["title"]) else "identifier"
    own = replace(named, kind=kind, unique=True, level="expected")
    return tuple(replace(field, position=place) for place, field in enumerate((own, *fields), 1))


def _made_before(label: str, columns: list[Column], draft: Draft) -> EntityType | None:
    """The type that was made for such a table before, in this import or an earlier one: of its label, with most of its columns."""
    best: tuple[int, EntityType] | None = None
    for item in draft.catalog.active_types:
        labels = {words(field.label) for field in item.fields}
        covered = sum(column.words in labels for column in columns)
        made = item.meaning.startswith(_PROPOSED) and item.label.casefold() == label.casefold()
        if made and covered >= _ALIKE * len(columns) and (best is None or covered > best[0]):
            best = covered, item
    return best[1] if best else None


def _plural(label: str) -> str:
    if singular(label.lower()) == label.lower() and label.endswith("s"):
        return label
    if label.endswith("y") and label[-2:-1] not in "aeiou":
        return label[:-1] + "ies"
    return label + ("es" if label.endswith(("s", "x", "ch", "sh")) else "s")
