"""Which field of one type says the same as which field of another: of one kind, and alike by name."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product

# Of such fields two types may have one each that have nothing in common: a birth date and a start date, two sorts of number.
NAMED = {"id", "id_weak", "date", "number", "free_text", "category"}
ALIKE = 0.6


@dataclass(frozen=True)
class Column:
    """
    What matching sees of a type: a column, and the field that it comes from.

    `meaning` is what the column tells, `identity` whether it tells the records of its type apart, `caption` whether they are called by it.
    """

    name: str
    field: str
    label: str
    kind: str
    meaning: str
    identity: bool = False
    caption: bool = False


@dataclass(frozen=True)
class FieldPair:
    """Two columns that are compared, and how alike they are by name (0..1)."""

    left: Column
    right: Column
    likeness: float

    @property
    def tells(self) -> bool:
        """Whether agreeing in it may make two records one: it tells records apart on both sides."""
        return self.left.identity and self.right.identity


def pair_fields(left: list[Column], right: list[Column]) -> list[FieldPair]:
    """
    Pair the columns of two types: only those of one kind, each once, those first that are alike by name or label.

    One e-mail is paired with another whatever they are called. Dates, identifiers and words, of which any two types have some, only
    if they are called alike, or are what their records are called by.

    >>> mail, start = Column("mail", "mail", "Mail", "email", "email"), Column("start", "start", "Start", "date", "date")
    >>> email, birth = Column("email", "email", "E-mail", "email", "email"), Column("born", "born", "Born", "date", "date")
    >>> [(pair.left.name, pair.right.name) for pair in pair_fields([mail, start], [birth, email])]
    [('mail', 'email')]
    """
    fitting = [FieldPair(one, other, _likeness(one, other)) for one, other in product(left, right) if _fit(one, other)]
    taken: set[tuple[str, str]] = set()
    found = []
    for pair in sorted(fitting, key=lambda pair: -pair.likeness):
        ends = {("left", pair.left.name), ("right", pair.right.name)}
        if not ends & taken:
            taken |= ends
            found.append(pair)
    order = [column.name for column in left]
    return sorted(found, key=lambda pair: order.index(pair.left.name))


def _fit(one: Column, other: Column) -> bool:
    if one.kind != other.kind or one.meaning != other.meaning:
        return False
    return one.meaning not in NAMED or (one.caption and other.caption) or _likeness(one, other) >= ALIKE


def _likeness(one: Column, other: Column) -> float:
    labels = SequenceMatcher(None, one.label.casefold(), other.label.casefold()).ratio()
    return max(SequenceMatcher(None, one.field, other.field).ratio(), labels)
