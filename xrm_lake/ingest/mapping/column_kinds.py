"""What the columns of any table hold, by header and content: a kind for each, whatever type the rows may be of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.ingest.mapping.content import fit
from xrm_lake.ingest.mapping.field_score import by_header, header_score
from xrm_lake.ingest.mapping.header import words
from xrm_lake.ingest.mapping.key_score import says_own_id
from xrm_lake.ingest.mapping.lexicon import lexicon, word_set
from xrm_lake.ingest.mapping.link_score import read_link
from xrm_lake.ingest.mapping.propose import kind_of
from xrm_lake.ingest.mapping.sample import Column, Table
from xrm_lake.ingest.mapping.type_rank import guess_type
from xrm_lake.ingest.mapping.vocabulary import Vocabulary, vocabulary
from xrm_lake.model.kinds.company_name import legal_form
from xrm_lake.model.template import load_template

# What a header must say at least to be heard; below, the values speak.
_HEARD = 0.45
_TOLD, _LINKED, _ENDS = 0.93, 0.9, 0.6
# Of a table of firms `name` is that of a firm; a field of the other party is a little less likely.
_OTHER_PARTY = 0.97
_ENOUGH_NAMES = 10
_KINDS = {
    "address_line": "street", "house_number": "integer", "unit": "text", "personal_id": "identifier", "birth_place": "city",
    "birth_part": "integer", "gender": "choice", "person_name": "person_name", "city": "city", "category": "choice",
}  # fmt: skip
# Fields that only people have.
_OF_PEOPLE = frozenset(
    ("given_name", "family_name", "birth_date", "birth_part", "birth_place", "gender", "person_name")
)
# Days without signs between, such as 19561231 or 31121956.
_DAYS = r"^(?:(?:1[5-9]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|[12]\d|3[01])(?:1[5-9]|20)\d\d)$"
# A house number before or behind the words.
_STREET = r"^\d+ ?[a-zA-Z]?[ ,]+.*\p{L}{2}|\p{L}{2}.*[ ,]\d+ ?[a-zA-Z]?$"
_PERSON = r"^\p{L}[\p{L}\p{M}'’.-]*(?:,? \p{L}[\p{L}\p{M}'’.-]*){1,3}$"


@dataclass(frozen=True)
class ColumnKind:
    """
    What a column holds: a kind, how sure that is (0..1), and the words of why.

    `field` is what the header says it is (a field of a person or organisation, or a key of `[columns]` in the word
    list; `record_id` is the row's own id, `other_id` that of something else, `some_id` does not say whose); empty where only
    the values tell.
    """

    kind: str
    field: str = ""
    sure: float = 0.0
    why: str = ""


def column_kinds(table: Table) -> list[ColumnKind]:
    """
    The kind of each column of a table, in their order; a column without a value is an empty text.

    Headers are read as those of people and organisations, the parties that every table of relations is of.
    """
    spoken = vocabulary(load_template("crm"))
    party = _party(table, spoken)
    found = [_kind(column, party, spoken) for column in table.columns]
    if party == "person" or _OF_PEOPLE & {each.field for each in found}:
        found = [_of_person(each, column) for each, column in zip(found, table.columns, strict=True)]
    named = _named_in_mailboxes(table.columns, found)
    return [
        ColumnKind("person_name", sure=0.6, why="stands in mailboxes") if place in named else each
        for place, each in enumerate(found)
    ]


def _party(table: Table, spoken: Vocabulary) -> str:
    """Whether the rows are people or organisations, as far as headers and names tell."""
    points = {name: guess_type(table, spoken.catalog.type(name), spoken).points for name in ("person", "organisation")}
    names = [column for column in table.columns if column.words in ("name", "names", "full name")]
    if names and not any(header_says_firm(column.words, spoken) for column in table.columns):
        return "person" if all(_like_people(column.values) for column in names) else "organisation"
    return "person" if points["person"] > points["organisation"] else "organisation"


def header_says_firm(text: str, spoken: Vocabulary) -> bool:
    """Whether a header speaks of the firm that somebody belongs to."""
    return text in spoken.links["works_for"] or text in spoken.links["for_organisation"]


def _like_people(names: pl.Series) -> bool:
    """Whether names are made like those of people: two to four words, first or last ones that return, no legal form."""
    plain = names.head(2_000).drop_nulls()
    if not len(plain):
        return False
    made = plain.str.contains(_PERSON).mean()
    parts = plain.str.replace(",", "").str.split(" ")
    fresh = min(parts.list.first().n_unique(), parts.list.last().n_unique()) / len(plain)
    returning = len(plain) < 50 or fresh < 0.8
    return isinstance(made, float) and made >= 0.85 and _legal_forms(plain) < 0.03 and returning


def _kind(column: Column, party: str, spoken: Vocabulary) -> ColumnKind:
    if column.content.empty:
        return ColumnKind("text", why="empty")
    heard = max(_heard(column, party, spoken), key=lambda each: each.sure, default=ColumnKind("text"))
    if heard.sure >= _HEARD:
        return heard
    own_ids = column.words in word_set("own_ids") or says_own_id(column.words, spoken.catalog.type(party), spoken)
    reading = read_link(column.words, spoken)
    if own_ids or (reading.by == "id" and column.content.one_token):
        return ColumnKind(
            "identifier", "record_id" if own_ids else _whose_id(reading.base, spoken), 0.7, _header(column)
        )
    if reading.by == "name" and max(column.content.share(shape) for shape in ("number", "boolean", "id")) < 0.5:
        return ColumnKind(
            "full_name" if _like_people(column.values) else "company_name", "name", _ENDS, _header(column)
        )
    return _by_values(column)


def _by_values(column: Column) -> ColumnKind:
    """The kind of a column whose header says nothing."""
    kind = kind_of(column)
    if _share(column, _DAYS) >= 0.95:
        return ColumnKind("date", sure=0.6, why="values")
    digits = _usual_length(column.values) if kind == "integer" else 0
    if digits >= 5:
        return ColumnKind("identifier" if digits > 5 else "postal_code", sure=0.5, why="values")
    if kind == "text" and _legal_forms(column.values) >= 0.15:
        return ColumnKind("company_name", sure=0.6, why="values")
    if kind == "text" and _share(column, _STREET) >= 0.7:
        return ColumnKind("street", sure=0.5, why="values")
    return ColumnKind(kind, sure=round(0.7 * fit(kind, column.content), 3), why="values")


def _usual_length(numbers: pl.Series) -> int:
    """How many digits nearly all numbers have, as codes do and quantities do not; 0 if they differ in that."""
    lengths = numbers.str.len_chars()
    usual = lengths.mode().sort()
    return int(usual[0]) if len(usual) and (lengths == usual[0]).sum() >= 0.95 * len(lengths) else 0


def _legal_forms(names: pl.Series) -> float:
    """The share of names, of those looked at, that bear the legal form of a firm."""
    looked = names.head(2_000)
    return int(legal_form(looked).is_not_null().sum()) / max(len(looked), 1)


def _heard(column: Column, party: str, spoken: Vocabulary) -> Iterable[ColumnKind]:
    """Everything that the header may say, each with how likely it is."""
    text, why = column.words, _header(column)
    for name in ("person", "organisation"):
        entity_type = spoken.catalog.type(name)
        for field in spoken.fields_of(entity_type):
            score = by_header(column, entity_type, field, spoken)
            if field.kind == "date" and _share(column, _DAYS) >= 0.7:
                score = header_score(text, entity_type, field, spoken)
            sure = round(score * (1.0 if name == party else _OTHER_PARTY), 3)
            yield ColumnKind(field.kind, field.name, sure, why)
    for field_name, kind in _KINDS.items():
        if text in map(words, lexicon()["columns"][field_name]):
            yield ColumnKind(kind, field_name, _TOLD, why)
    if header_says_firm(text, spoken) and column.content.share("number") < 0.5 and not column.content.id_like:
        yield ColumnKind("company_name", "name", _LINKED, why)
    elif any(text in told for name, told in spoken.links.items() if name in ("owned_by", "reports_to", "part_of")):
        yield ColumnKind("user", "owner", _LINKED, why)


def _whose_id(base: str, spoken: Vocabulary) -> str:
    subject = spoken.subject(base)
    return "other_id" if subject is not None and not subject.attribute else "some_id"


def _header(column: Column) -> str:
    return f"header {' '.join(column.header.split())[:60]!r}"


def _share(column: Column, pattern: str) -> float:
    """The share of values, of those looked at, that are of a pattern."""
    share = column.values.head(2_000).str.head(200).str.contains(pattern).mean()
    return share if isinstance(share, float) else 0.0


def _of_person(found: ColumnKind, column: Column) -> ColumnKind:
    """In a table of people, `name` is a person's, unless it is said to be that of something else."""
    own = found.kind == "company_name" and column.words in ("name", "names")
    return replace(found, kind="full_name", field="full_name") if own else found


def _named_in_mailboxes(columns: Sequence[Column], found: Sequence[ColumnKind]) -> set[int]:
    """Where columns without a telling header stand whose single words occur in mailboxes: parts of people's names."""
    mails = [column.values for column, each in zip(columns, found, strict=True) if each.kind == "email"]
    if not mails:
        return set()
    local = pl.concat(mails).str.to_lowercase().str.split("@").list.first()
    parts = local.str.extract_all(r"\p{L}{3,}").explode().drop_nulls().unique().implode()
    return {
        place
        for place, (column, each) in enumerate(zip(columns, found, strict=True))
        if not each.field
        and each.kind in ("text", "choice")
        and column.content.share("words") >= 0.8
        and column.values.len() >= _ENOUGH_NAMES
        and column.values.str.to_lowercase().is_in(parts).sum() >= 0.25 * column.values.len()
    }
