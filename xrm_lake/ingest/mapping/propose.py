"""A type made from a file that fits none: its fields by the headers, their kinds by the values."""

from collections.abc import Iterable
from dataclasses import replace

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.mapping.content import Content
from xrm_lake.ingest.mapping.header import file_words, words
from xrm_lake.ingest.mapping.lexicon import lexicon, word_set
from xrm_lake.ingest.mapping.sample import Column, look
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import slug

_MOST = 0.9
_OPTIONS = 25
# "Name" is that of a person or of anything else.
_ANYTHING = frozenset(("name", "nom", "nombre", "nome"))
# Kinds that the header tells, with the fields whose names are theirs.
_NAMED = (
    ("given_name", ("given_name",)),
    ("family_name", ("family_name",)),
    ("full_name", ("person", "full_name")),
    ("company_name", ("organisation", "name")),
    ("city", ("city",)),
    ("street", ("street",)),
    ("postal_code", ("postal_code",)),
)


def propose_type(delivery: Delivery, name: str = "") -> EntityType:
    """
    A type that could hold the rows of a delivery: a field for each column that has a name or a value.

    `name` may be any label; by default the file's name. A column that is filled in all rows is expected, one that tells all
    rows apart and looks like a number or code is unique, one whose few values repeat is a choice. Records are called by the
    column that looks most like a name. Raises ImportRefused if the file has no columns.
    """
    table = look(delivery)
    label = (name or file_words(delivery.name) or "record").replace("_", " ").strip()
    used: set[str] = set()
    fields = tuple(
        propose_field(column, place, used)
        for place, column in enumerate(table.columns, 1)
        if column.header.strip() or column.filled
    )
    if not fields:
        raise ImportRefused(f"{delivery.name} has no columns to make a type of. Nothing was imported.")
    return EntityType(
        name=slug(label, "type"),
        label=label[:1].upper() + label[1:],
        plural=label[:1].upper() + label[1:] + ("" if label.endswith("s") else "s"),
        caption=caption_of(fields),
        fields=fields,
    )


def with_options(field: Field, column: Column) -> Field:
    """
    A choice with the values that the column holds as its options, where all of them were seen and they are few.

    Where they hardly repeat there is nothing to choose from: that is a text.
    """
    if field.kind != "choice":
        return field
    if len(column.values) > 0.5 * column.filled and column.filled > 1:
        return replace(field, kind="text")
    seen = column.whole and 1 < len(column.values) <= _OPTIONS
    return replace(field, allowed=tuple(column.values.sort())) if seen else field


def propose_field(column: Column, place: int, used: set[str]) -> Field:
    """A field for a column, of the kind that its values are; its name is none of those `used`, and is added to them."""
    base = name = slug(column.words or f"column {column.position + 1}")
    number = 2
    while name in used:
        name = f"{base[:56]}_{number}"
        number += 1
    used.add(name)
    unique = _is_unique(column)
    return Field(
        name=name,
        label=column.label or f"Column {column.position + 1}",
        kind=kind_of(column),
        level="expected" if column.seen and column.filled >= 0.95 * column.seen else "optional",
        unique=unique and _says_id(column),
        position=place,
    )


def _says_id(column: Column) -> bool:
    last = column.words.split()[-1:] or [""]
    return column.words in word_set("own_ids") or last[0] in lexicon()["suffixes"]["id"]


def _is_unique(column: Column) -> bool:
    return bool(column.whole and column.distinct and column.content.one_token and column.content.share("date") < 0.5)


def kind_of(column: Column) -> str:
    """The kind of a column: by the shape of its values, then by the few headers that name a kind, else some text."""
    content, unique = column.content, _is_unique(column)
    by_shape = _by_shape(content)
    if by_shape:
        numbered = column.words.split()[-1:] in (["id"], ["ids"], ["uuid"], ["guid"]) or (unique and _says_id(column))
        return "identifier" if numbered and by_shape in ("integer", "phone") else by_shape
    named = next((kind for kind, field in _NAMED if column.words in _called(field)), "")
    if named:
        return named
    if content.empty:
        return "text"
    if unique or content.id_like:
        return "identifier"
    if content.few and content.length <= 40:
        return "choice"
    return "long_text" if content.length > 120 else "text"


def _called(field: tuple[str, ...]) -> frozenset[str]:
    """What a field is called: of one type, or (a single name) of any."""
    told = lexicon()["types"][field[0]]["fields"][field[1]] if len(field) == 2 else lexicon()["common"][field[0]]
    return frozenset(words(name) for name in told) - _ANYTHING


def _by_shape(content: Content) -> str:
    """The kind that nearly all values have the shape of; empty if they are words."""
    if content.empty:
        return ""
    for shape in ("email", "url", "boolean", "country", "currency", "domain"):
        if content.share(shape) >= _MOST:
            return shape
    if content.share("date") >= _MOST:
        return "datetime" if content.share("time") > 0.5 else "date"
    # Three letters before a number are a currency only if there is one of that code; else they begin a number of a register.
    coded = content.share("letter") > 0 and not content.share("priced")
    if content.share("number") >= _MOST and content.share("digit") >= _MOST and not coded:
        # One value with a fraction, even of nought, is enough: whole numbers alone could not hold the next.
        if content.share("decimal") > 0 or content.share("integer") < content.share("number"):
            return "number"
        return "text" if content.share("leading_zero") > 0.01 else "integer"
    return "phone" if content.share("phone") >= _MOST else ""


def caption_of(fields: Iterable[Field]) -> tuple[str, ...]:
    """By what a record is called: its name if there is one, else its id, else the first text."""
    fields = list(fields)
    kinds = {field.name: field.kind for field in fields}
    both = [name for name, kind in kinds.items() if kind in ("given_name", "family_name")]
    named = [name for name, kind in kinds.items() if kind in ("full_name", "company_name")]
    called = [field.name for field in fields if words(field.label).split()[-1:] in (["name"], ["title"], ["subject"])]
    unique = [field.name for field in fields if field.unique]
    texts = [name for name, kind in kinds.items() if kind in ("text", "identifier", "choice")]
    for choice in (both if len(both) == 2 else [], named[:1], called[:1], unique[:1], texts[:1], [fields[0].name]):
        if choice:
            return tuple(choice)
    return ()
