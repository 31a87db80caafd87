"""The address of a table in a database: `sqlite:///crm.db#contacts`, `postgresql://host/crm#public.contacts`."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from xrm_lake.errors import ImportRefused

_SCHEMES = {"sqlite": "sqlite", "postgresql": "postgresql", "postgres": "postgresql"}
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
# What a mistyped address looks like: a scheme, a user with a password, or the word itself.
_SECRETIVE = re.compile(r"[a-z0-9+.-]{2,}:/|:[^@]*@|pass|pwd|secret|token", re.IGNORECASE)
# In a path or the name of a table they are signs of an address that was cut in the wrong place, with the password in it.
_MISPLACED = re.compile(r"[@?&;=]")
_HOW = "Databases: sqlite:///FILE#TABLE and postgresql://HOST/DATABASE#SCHEMA.TABLE."


@dataclass(frozen=True, repr=False)
class Address:
    """
    Where a database is, and which of its tables is meant (None: all). It shows itself without user, password and options.
    """

    system: str
    url: SplitResult
    table: str | None

    @property
    def name(self) -> str:
        """What to call it, in the lake and in messages."""
        port = f":{self.url.port}" if self.url.port else ""
        return f"{self.system}://{self.url.hostname or ''}{port}{unquote(self.url.path)}"

    def __repr__(self) -> str:
        return f"Address({self.name!r}, table={self.table!r})"


def address_of(named: object) -> Address | None:
    """
    The address that a text is; None if it is the path of a file.

    >>> address_of("postgresql://ann:secret@db.example/crm#public.contacts")
    Address('postgresql://db.example/crm', table='public.contacts')

    Raises ImportRefused for an address of what cannot be read.
    """
    found = _ADDRESS.match(named) if isinstance(named, str) else None
    if found is None or not isinstance(named, str):
        return None
    system = _SCHEMES.get(found[1].lower().partition("+")[0])
    if system is None:
        raise ImportRefused(
            f"An address that begins with {found[1]}:// cannot be read. Nothing was imported."
            f" {_HOW} Anything else: save it as a file."
        )
    try:
        url = urlsplit(named)
        _ = url.port
    except ValueError:
        raise ImportRefused("This address of a database is no address. Nothing was imported. Check it.") from None
    if system == "postgresql" and _MISPLACED.search(url.path + url.fragment):
        raise ImportRefused(
            "This address of a database is cut in the wrong place by a sign in it. Nothing was imported."
            " Write / ? # @ & ; = and % in a password or a name as %2F %3F %23 %40 %26 %3B %3D and %25."
        )
    return Address(system, url, unquote(url.fragment) or None)


def no_file(path: object) -> str:
    """
    What to say where nothing is at a path; what may be a mistyped address, with a password in it, is not repeated.

    >>> no_file("contacts.csv")
    'There is no file contacts.csv. Nothing was imported. Check the path.'
    """
    if _SECRETIVE.search(str(path)):
        return (
            "There is no file of the name that was given, which looks like an address and is not repeated here, as a password"
            f" may stand in it. Nothing was imported. Check it. {_HOW}"
        )
    return f"There is no file {path}. Nothing was imported. Check the path."
