"""
Presets: the exports of other systems, recognised by their headers and mapped without a question.

The folder `presets/` is the registry: one TOML file a system, one table a kind of file (a *role*). Under a role its columns
stand by evidence: A the exporter's own source or documentation, B two independent readers of real exports agree, C one does,
K known but not confirmed. What is only K may be mapped, but never serves to recognise a file.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from xrm_lake.errors import InvalidDeclaration, UnknownName
from xrm_lake.ingest.mapping.header import plain

EVIDENCE = ("A", "B", "C", "K")
# A role must know this share of a file's headers, or so many of them: some systems add a hundred of their own.
_LEAST_KNOWN, _MANY = 0.3, 8


@dataclass(frozen=True)
class PresetColumn:
    """A column of a known export; `to` is the declaration as it stands: a field's name, `key`, `extra`, a link …"""

    header: str
    to: str | Mapping[str, Any]
    evidence: str


@dataclass(frozen=True)
class Role:
    """
    One kind of file of one system.

    A file is of this role if it has all of `needs` and none of `forbids`; of several roles the one of the higher
    `priority` counts, then the one that knows more of its headers. `type` or `link_type` says what its rows are;
    `refuse` why they cannot be taken in.
    """

    system: str
    name: str
    source: str
    type: str
    link_type: str
    needs: tuple[str, ...]
    forbids: tuple[str, ...]
    priority: int
    constants: tuple[tuple[str, str], ...]
    refuse: str
    columns: tuple[PresetColumn, ...]

    @property
    def full_name(self) -> str:
        """System and role, as in `hubspot/contacts`."""
        return f"{self.system}/{self.name}"

    def coverage(self, headers: Iterable[str]) -> float:
        """The share (0..1) of a file's named columns that this role knows on better evidence than K."""
        named = [header for header in headers if header.strip()]
        return self.known(named) / max(len(named), 1)

    def known(self, headers: Iterable[str]) -> int:
        """How many of these headers this role knows on better evidence than K."""
        known = {plain(column.header) for column in self.columns if column.evidence != "K"}
        return sum(plain(header) in known for header in headers)

    def fits(self, headers: Iterable[str]) -> bool:
        """Whether all needed headers are there, and none that must not be."""
        there = {plain(header) for header in headers}
        needed, forbidden = {plain(header) for header in self.needs}, {plain(header) for header in self.forbids}
        return needed <= there and not forbidden & there


@cache
def roles() -> tuple[Role, ...]:
    """All roles of all systems. Raises InvalidDeclaration if a preset is not well formed."""
    folder = files("xrm_lake.ingest") / "presets"
    found = [item for item in sorted(folder.iterdir(), key=lambda entry: entry.name) if item.name.endswith(".toml")]
    return tuple(role for item in found for role in _read(item))


def detect(headers: Iterable[str], *, preset: str | None = None) -> tuple[Role, float] | None:
    """
    The role that a file's headers show, with the share of them that it knows; None if none does.

    With `preset` (a system, or `system/role`) only its roles are tried, and one that was named needs no signal; `none` tries none.
    Raises UnknownName if there is no such preset.
    """
    if preset == "none":
        return None
    headers = tuple(headers)
    candidates = named_roles(preset) if preset else list(roles())
    told = preset is not None and "/" in preset
    fitting = [role for role in candidates if told or role.fits(headers)]
    scored = [(role, role.coverage(headers)) for role in fitting]
    likely = [(role, share) for role, share in scored if told or share >= _LEAST_KNOWN or role.known(headers) >= _MANY]
    return max(likely, key=lambda pair: (pair[0].priority, pair[1]), default=None)


def named_roles(preset: str) -> list[Role]:
    """The roles of a system, or the one of `system/role`, in any case. Raises UnknownName."""
    wanted = preset.casefold()
    found = [role for role in roles() if wanted in (role.system.casefold(), role.full_name.casefold())]
    if not found:
        known = {role.system for role in roles()} | {role.full_name for role in roles()}
        raise UnknownName("preset", preset, known if "/" in preset else {role.system for role in roles()})
    return found


def _read(item: Traversable) -> list[Role]:
    try:
        content = tomllib.loads(item.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise InvalidDeclaration(f"The preset {item.name} is not valid TOML: {problem}") from problem
    system = item.name.removesuffix(".toml")
    source = content.pop("source", system)
    label = content.pop("label", system)
    return [_role(system, label, source, name, body) for name, body in content.items()]


def _role(system: str, label: str, source: str, name: str, body: dict[str, Any]) -> Role:
    columns = tuple(
        PresetColumn(header, to, evidence) for evidence in EVIDENCE for header, to in body.get(evidence, {}).items()
    )
    role = Role(
        system=system,
        name=name,
        source=source,
        type=body.get("type", ""),
        link_type=body.get("link", ""),
        needs=tuple(body.get("needs", ())),
        forbids=tuple(body.get("forbids", ())),
        priority=body.get("priority", 0),
        constants=tuple(body.get("constants", {}).items()),
        refuse=body.get("refuse", ""),
        columns=columns,
    )
    _check(role, label)
    return role


def _check(role: Role, label: str) -> None:
    if not role.needs:
        raise InvalidDeclaration(f"The preset {role.full_name} ({label}) needs no header, so any file would do.")
    unsure = {plain(column.header) for column in role.columns if column.evidence == "K"}
    if unsure & {plain(header) for header in role.needs}:
        raise InvalidDeclaration(
            f"The preset {role.full_name} ({label}) is recognised by a header that is not confirmed."
        )
    if not role.type and not role.link_type and not role.refuse:
        raise InvalidDeclaration(f"The preset {role.full_name} ({label}) does not say what its rows are.")
