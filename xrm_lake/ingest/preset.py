"""
Presets: the exports of other systems, recognised by their headers and mapped without a question.

One kind of file of a system is a *role*. Its columns stand by evidence: A the exporter's own source or documentation, B two
independent readers of real exports agree, C one does, K known but not confirmed. What is only K may be mapped, but never
serves to recognise a file. How they are written down: `preset_file.py`; which there are: `known_presets.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xrm_lake.ingest.expected import Expected
from xrm_lake.ingest.mapping.header import plain

EVIDENCE = ("A", "B", "C", "K")
# The type of a role whose file may hold records of any one type: the columns tell which.
ANY = "any"
# A role must know this share of a file's headers, or so many of them: some systems add a hundred of their own.
_LEAST_KNOWN, _MANY = 0.3, 8
# A runner-up that knows this share of what the best knows is spoken of.
_NEAR = 0.8


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

    A file is of this role if it has one header of each of `needs` and none of `forbids`, and if the role knows enough of
    its headers; `unmistakable` needs are enough by themselves. Of `tells` it must have one, too: these only tell it from other
    files of the same system, and need not be confirmed. `type` (`any`: the columns tell) or `link_type` says what
    its rows are, `split` that they are of several roles, `refuse` why they cannot be taken in. `label` is the system's
    name, `expected` what each delivery is, `origin` the file that a person has written, empty for what is built in.
    """

    system: str
    name: str
    source: str
    type: str
    link_type: str
    needs: tuple[tuple[str, ...], ...]
    forbids: tuple[str, ...]
    priority: int
    constants: tuple[tuple[str, str], ...]
    refuse: str
    columns: tuple[PresetColumn, ...]
    label: str = ""
    tells: tuple[str, ...] = ()
    split: "Split | None" = None
    unmistakable: bool = False
    origin: str = ""
    expected: Expected | None = None

    @property
    def full_name(self) -> str:
        """System and role, as in `hubspot/contacts`."""
        return f"{self.system}/{self.name}"

    @cached_property
    def confirmed(self) -> frozenset[str]:
        """Its headers, plain, that it knows on better evidence than K."""
        return frozenset(plain(column.header) for column in self.columns if column.evidence != "K")

    @cached_property
    def said(self) -> frozenset[str]:
        """All its headers, plain."""
        return frozenset(plain(column.header) for column in self.columns)

    def coverage(self, headers: Iterable[str]) -> float:
        """
        The share (0..1) of a file's named columns that this role knows on better evidence than K.

        Columns that it knows on no better evidence speak neither for it nor against it.
        """
        named = [header for header in headers if header.strip()]
        known = self.known(named)
        unsure = sum(plain(header) in self.said for header in named) - known
        return known / max(len(named) - unsure, 1)

    def known(self, headers: Iterable[str]) -> int:
        """How many of these headers this role knows on better evidence than K."""
        return sum(plain(header) in self.confirmed for header in headers)

    def fits(self, headers: Iterable[str]) -> bool:
        """Whether all needed headers are there, and none that must not be."""
        there = {plain(header) for header in headers}
        needed = all(
            there & {plain(header) for header in choice} for choice in (*self.needs, *filter(None, (self.tells,)))
        )
        return needed and not there & {plain(header) for header in self.forbids}

    def speaks_for(self, headers: Sequence[str]) -> bool:
        """Whether it fits, and knows enough of the headers to be believed."""
        enough = self.unmistakable or self.coverage(headers) >= _LEAST_KNOWN or self.known(headers) >= _MANY
        return enough and self.fits(headers)


@dataclass(frozen=True)
class Split:
    """
    How a file that holds records of several roles is told apart.

    The column `by` (one of these headers) tells, by its values in lower case, which role a row is of; where it tells none, the
    row is of the role `otherwise`.
    """

    by: tuple[str, ...]
    into: tuple[tuple[str, Role], ...]
    otherwise: Role

    @property
    def roles(self) -> dict[str, Role]:
        """The roles that rows may be of, by name."""
        return {role.name: role for role in (*(role for _, role in self.into), self.otherwise)}


@dataclass(frozen=True)
class Recognised:
    """The role that a file's headers show, the share (0..1) of them that it knows, and the next best role, if there is one."""

    role: Role
    share: float
    runner_up: Role | None = None
    runner_up_share: float = 0.0
    alike: bool = False

    @property
    def doubt(self) -> str:
        """What else it may be, if the next best role knows nearly as many of the headers; else empty."""
        near = self.runner_up and self.runner_up.priority == self.role.priority
        if not near or self.runner_up_share < _NEAR * self.share:
            return ""
        return f"its headers are nearly those of {self.other}, which --preset would say"

    @property
    def other(self) -> str:
        """The runner-up as it is said: `zoho/contacts (0.43)`; empty if there is none."""
        return f"{self.runner_up.full_name} ({self.runner_up_share:.2f})" if self.runner_up else ""


def detect(headers: Iterable[str], roles: Iterable[Role], *, told: bool = False) -> Recognised | None:
    """
    Which of the roles a file's headers show; None if none does. `told` roles need no signal: somebody says it is one of them.

    Of several the one of the highest `priority` counts, then the one that knows more of the headers: so a role whose headers
    are part of another's gives way to it. Where nothing tells two of them apart, they are `alike`.
    """
    headers = tuple(headers)
    ranked = sorted(
        ((_rank(role, headers), role) for role in roles if told or role.speaks_for(headers)),
        key=lambda pair: pair[0],
        reverse=True,
    )
    if not ranked:
        return None
    (best_rank, best), *rest = ranked
    if not rest:
        return Recognised(best, best.coverage(headers))
    second_rank, second = rest[0]
    return Recognised(
        best, best.coverage(headers), second, second.coverage(headers), alike=not told and best_rank == second_rank
    )


def _rank(role: Role, headers: Sequence[str]) -> tuple[int, int, int, int]:
    said = sum(plain(header) in role.said for header in headers)
    return role.priority, role.known(headers), said, len(role.needs) + bool(role.tells)
