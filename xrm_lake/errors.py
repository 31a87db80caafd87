"""
What can go wrong, as one tree. Each message says what, where, what next, and whether anything was changed.

    XrmError
    ├── Misuse                      exit code 2: the call itself was wrong
    │   ├── UnknownName             no such type, field, check, report …; suggests near names
    │   ├── UnknownRecord           no record, link, batch or decision of that id
    │   ├── InvalidDeclaration      a type, field, link type or template that cannot be
    │   ├── InvalidValue            a value that its field does not accept
    │   └── InvalidQuery            a filter or statement that cannot be run, or is not read-only
    └── Refused                     exit code 3: the call was right, but nothing was changed
        ├── Stale                   someone else changed the record since it was read
        ├── SimilarThere            a record that is probably the same is there already
        ├── ConflictingVerdict      would make one what was judged different
        ├── ImportRefused           the file cannot be taken in as a whole
        │   └── NoTable             it is a document, an image, a program, or empty
        ├── RetypeRefused           some values would not survive the new kind
        ├── NotCertified            automatic merging without measured precision
        ├── LakeBusy                another process holds the lake
        ├── LakeMissing             there is no lake at that path
        ├── LakeDamaged             the file, its WAL or its high-water mark do not agree
        ├── LakeVersion             written by a newer version
        └── LakeFull                no space left, or the place is read-only
"""

from collections.abc import Iterable
from difflib import get_close_matches


class XrmError(Exception):
    """The root of all errors that xrm_lake raises on purpose."""

    exit_code = 3


class Misuse(XrmError):
    """The call itself was wrong."""

    exit_code = 2


class Refused(XrmError):
    """The call was right, but could not be done; nothing was changed."""

    exit_code = 3


class UnknownName(Misuse):
    """No thing of that name; the message suggests the nearest ones."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        choices = sorted(known)
        near = get_close_matches(name, choices, n=3, cutoff=0.5)
        hint = f" Did you mean {_either(near)}?" if near else _listing(choices)
        super().__init__(f"There is no {what} named {name!r}.{hint}")
        self.what, self.name = what, name


class UnknownRecord(Misuse):
    """No record, link, batch or decision of that id."""

    def __init__(self, what: str, id: int) -> None:
        super().__init__(f"There is no {what} with the id {id}.")
        self.what, self.id = what, id


class InvalidDeclaration(Misuse):
    """A type, field, link type or template that cannot be."""


class InvalidValue(Misuse):
    """A value that its field does not accept."""


class InvalidQuery(Misuse):
    """A filter or statement that cannot be run, or is not read-only."""


class Stale(Refused):
    """Someone else changed the record since it was read."""

    def __init__(self, id: int, fields: Iterable[str]) -> None:
        self.id, self.fields = id, tuple(fields)
        changed = ", ".join(self.fields) or "its fields"
        super().__init__(
            f"Record {id} was changed by someone else since you read it ({changed})."
            " Nothing was changed. Read it again and repeat your edit."
        )


class SimilarThere(Refused):
    """A record that is probably the same is there already."""

    def __init__(self, type_name: str, ids: Iterable[int]) -> None:
        self.ids = tuple(ids)
        super().__init__(
            f"Probably the same {type_name} is there already: {', '.join(map(str, self.ids))}. Nothing was changed."
            " Look at it, or add it all the same, without asking to refuse what is similar."
        )


class ConflictingVerdict(Refused):
    """Would make one what was judged different."""


class ImportRefused(Refused):
    """The file cannot be taken in as a whole."""


class NoTable(ImportRefused):
    """The file is a document, an image, a program, or empty; in an archive it is left out, and said."""


class RetypeRefused(Refused):
    """Some values would not survive the new kind."""


class NotCertified(Refused):
    """Automatic merging without measured precision."""


class LakeBusy(Refused):
    """Another process holds the lake."""


class LakeMissing(Refused):
    """There is no lake at that path."""


class LakeDamaged(Refused):
    """The file, its WAL or its high-water mark do not agree."""


class LakeVersion(Refused):
    """Written by a newer version of xrm_lake."""


class LakeFull(Refused):
    """No space left, or the place is read-only."""


def _either(names: list[str]) -> str:
    quoted = [repr(name) for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]


def _listing(names: list[str]) -> str:
    if not names:
        return " There are none yet."
    shown = ", ".join(names[:12])
    return f" There are: {shown}{', …' if len(names) > 12 else '.'}"
