"""The address of a table in a database: `sqlite:///crm.db#contacts`, `postgresql://host/crm#public.contacts`."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from xrm_lake.errors import ImportRefused

_SCHEMES = {"sqlite": "sqlite", "postgresql": "postgresql", "postgres": "postgresql"}
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)


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
            " Databases: sqlite:///FILE#TABLE and postgresql://HOST/DATABASE#SCHEMA.TABLE. Anything else: save it as a file."
        )
    try:
        url = urlsplit(named)
        _ = url.port
    except ValueError:
        raise ImportRefused("This address of a database is no address. Nothing was imported. Check it.") from None
    return Address(system, url, unquote(url.fragment) or None)
