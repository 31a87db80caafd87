"""What a system calls the columns that are written back to it: its preset, read the other way round."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xrm_lake.errors import UnknownName
from xrm_lake.ingest.known_presets import named_roles
from xrm_lake.ingest.preset import Role
from xrm_lake.model.entity_type import Field

PLAIN = "csv"
# When a record was made is the system's own: no import into it can say so.
_OWN = re.compile(r"^(created|create\b|creation)", re.I)


@dataclass(frozen=True)
class Target:
    """
    How one kind of record is written for one system: `preset` to import it with again, the header of its id, and those of fields.

    Without a preset a field's header is its name. A field that is not in `headers` has no column there; those in `own` have
    one that the system fills by itself, so that no import can.
    """

    preset: str | None
    id_header: str
    headers: dict[str, str]
    own: frozenset[str] = frozenset()

    def header(self, field: str) -> str | None:
        """The header of a field's column; None if this system has none that can be written."""
        return field if self.preset is None else self.headers.get(field)


def systems(roles: Sequence[Role]) -> list[str]:
    """All that one can write for: the systems that there is a preset of, and plain CSV."""
    return sorted({PLAIN, *(role.system for role in roles)})


def sources_of(system: str, roles: Sequence[Role]) -> set[str]:
    """What the sources of a system are called, unless somebody named them otherwise. Raises UnknownName."""
    if system.casefold() not in systems(roles):
        raise UnknownName("system to write for", system, systems(roles))
    return set() if system.casefold() == PLAIN else {role.source for role in named_roles(system, roles)}


def target_of(system: str, type_name: str, fields: Iterable[Field], roles: Sequence[Role]) -> Target:
    """How the records of a type are written for a system; with no headers where it has no file of them."""
    if system.casefold() == PLAIN:
        return Target(None, "id", {})
    named = named_roles(system, roles)
    fitting = [role for role in named if role.type == type_name and not role.refuse and _key(role)]
    if not fitting:
        return Target("", "id", {})
    role = max(fitting, key=lambda each: each.priority)
    headers: dict[str, str] = {}
    for column in role.columns:
        if isinstance(column.to, str):
            headers.setdefault(column.to, column.header)
    own = {name for name, header in headers.items() if _OWN.match(header)}
    if {"given_name", "family_name"} <= set(headers):
        # A system that has the parts makes the whole of them by itself.
        own |= {field.name for field in fields if field.kind == "full_name"}
    written = {name: header for name, header in headers.items() if name not in own}
    return Target(role.full_name, _key(role), written, frozenset(own))


def _key(role: Role) -> str:
    return next((column.header for column in role.columns if column.to == "key"), "")
