"""A preset's file: TOML, one table for each kind of file of a system, its columns under the evidence for them."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from xrm_lake.errors import InvalidDeclaration
from xrm_lake.ingest.expected import Expected
from xrm_lake.ingest.mapping.header import plain
from xrm_lake.ingest.preset import EVIDENCE, PresetColumn, Role, Split

# Columns that a person has seen in an export of their own need no grade: they are as sure as A.
SEEN = "columns"
_SAID = (
    "type",
    "link",
    "needs",
    "tells",
    "forbids",
    "priority",
    "constants",
    "refuse",
    "split",
    "unmistakable",
    "expect",
)
_LINK = ("before", "link", "to", "by", "field", "direction", "end", "separator", "fixed")
_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]*$")


def read_preset(file: Traversable | Path, *, own: bool = False) -> list[Role]:
    """The roles of a preset's file, in its order. Raises InvalidDeclaration, with file, role and what to mend, if it cannot be."""
    system = file.name.removesuffix(".toml").casefold()
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise InvalidDeclaration(f"The preset {file} cannot be read: {problem.strerror}.") from None
    except ValueError as problem:
        raise InvalidDeclaration(f"The preset {file.name} is not valid TOML: {problem}.") from problem
    said = _Said(file.name, "")
    said.must(bool(_NAME.match(system)), "its file is named after the system: small letters, digits, - and _")
    label, source = content.pop("label", system), content.pop("source", system)
    said.must(isinstance(label, str) and isinstance(source, str), "label and source are texts")
    said.must(bool(content), "it has no table, such as [contacts], that says what a file of the system holds")
    shared = {"label": label, "source": source, "origin": str(file) if own else ""}
    roles = {name: replace(_role(_Said(file.name, name), system, body), **shared) for name, body in content.items()}
    return [
        _parted(role, _split(_Said(file.name, name), content[name]["split"], roles))
        if "split" in content[name]
        else role
        for name, role in roles.items()
    ]


def _parted(role: Role, split: Split) -> Role:
    """A role whose file holds records of several: it knows all headers that these know."""
    known = {plain(column.header): column for each in split.roles.values() for column in reversed(each.columns)}
    own = {plain(column.header) for column in role.columns}
    told = tuple(column for header, column in known.items() if header not in own)
    return replace(role, split=split, columns=(*role.columns, *told))


class _Said:
    """Where in which file something stands, for messages."""

    def __init__(self, file: str, role: str) -> None:
        self.place = f"The preset {file}" + (f", [{role}]" if role else "")
        self.role = role

    def must(self, holds: bool, otherwise: str) -> None:
        """Raise InvalidDeclaration unless it holds."""
        if not holds:
            raise InvalidDeclaration(f"{self.place}: {otherwise}. Nothing was changed.")


def _role(said: _Said, system: str, body: Any) -> Role:
    said.must(isinstance(body, Mapping), "it is no table; what is said of the whole system is label and source")
    unknown = sorted(set(body) - {*_SAID, *EVIDENCE, SEEN})
    said.must(not unknown, f"it does not know {', '.join(unknown)}; there are {', '.join((*_SAID, SEEN, *EVIDENCE))}")
    said.must(isinstance(body.get("priority", 0), int), "priority is a whole number")
    said.must(isinstance(body.get("constants", {}), Mapping), "constants are a table of fields and their values")
    said.must(
        all(isinstance(body.get(name, ""), str) for name in ("type", "link", "refuse")),
        "type, link and refuse are texts",
    )
    role = Role(
        system=system, name=said.role, source=system,
        type=body.get("type", ""),
        link_type=body.get("link", ""),
        needs=tuple(_choice(said, need) for need in _list(said, body, "needs")),
        tells=tuple(_text(said, header) for header in _list(said, body, "tells")),
        forbids=tuple(_text(said, header) for header in _list(said, body, "forbids")),
        priority=body.get("priority", 0),
        constants=tuple((name, str(value)) for name, value in body.get("constants", {}).items()),
        refuse=body.get("refuse", ""),
        columns=tuple(_columns(said, body)),
        unmistakable=body.get("unmistakable") is True,
        expected=_expected(said, body["expect"]) if "expect" in body else None,
    )  # fmt: skip
    _check(said, role, "split" in body)
    return role


def _check(said: _Said, role: Role, is_split: bool) -> None:
    said.must(bool(role.needs), 'it needs no header, so any file would do: say needs = ["Header", …]')
    unsure = {plain(column.header) for column in role.columns if column.evidence == "K"}
    said.must(
        not unsure & {plain(header) for choice in role.needs for header in choice},
        "it is recognised by a header that is not confirmed: what stands under K may stand in tells, not in needs",
    )
    ways = {"type": role.type, "link": role.link_type, "split": is_split, "refuse": role.refuse}
    kinds = [name for name, there in ways.items() if there]
    said.must(
        len(kinds) == 1,
        "it says by one of type, link, split and refuse what its rows are"
        + (f", not by {' and '.join(kinds)}" if kinds else ""),
    )
    needed = {plain(header) for choice in role.needs for header in choice}
    said.must(not needed & {plain(header) for header in role.forbids}, "a header is both needed and forbidden")
    if role.link_type:
        ends = {column.to.get("end") for column in role.columns if isinstance(column.to, Mapping)}
        said.must({"from", "to"} <= ends, 'a file of links needs a column with end = "from" and one with end = "to"')
    elif role.type:
        wrong = [
            column.header
            for column in role.columns
            if isinstance(column.to, Mapping) and not {"link", "before"} & set(column.to)
        ]
        said.must(not wrong, f"the column {wrong[0] if wrong else ''!r} does not name its link")


def _columns(said: _Said, body: Mapping[str, Any]) -> Iterable[PresetColumn]:
    for grade in (SEEN, *EVIDENCE):
        columns = body.get(grade, {})
        said.must(isinstance(columns, Mapping), f"{grade} is no table of headers and what they become")
        for header, to in columns.items():
            if isinstance(to, Mapping):
                _check_link(said, header, to)
            else:
                said.must(
                    isinstance(to, str) and bool(to),
                    f"the column {header!r} becomes a field, key, extra, ignore or a link",
                )
            yield PresetColumn(header, to, "A" if grade == SEEN else grade)


def _check_link(said: _Said, header: str, to: Mapping[str, Any]) -> None:
    column = f"the column {header!r}"
    if "before" in to:
        said.must(set(to) == {"before"}, f"{column} stands before another, and so is nothing else")
        _text(said, to["before"])
        return
    unknown = sorted(set(to) - set(_LINK))
    said.must(not unknown, f"{column} does not know {', '.join(unknown)}; there are {', '.join(_LINK)}")
    said.must(to.get("by") in ("id", "key", "name"), f"{column} says by what the record is found: by = id, key or name")
    said.must(
        to["by"] != "key" or bool(to.get("field")), f'{column} is found by key, and does not say which: field = "email"'
    )
    said.must(to.get("direction", "out") in ("out", "in"), f"{column} has the direction out or in")
    said.must(to.get("end") in (None, "from", "to"), f"{column} is the end from or to")


def _expected(said: _Said, told: Any) -> Expected:
    said.must(isinstance(told, Mapping), "expect is a table, such as { rows_min = 100, rows_drop_max = 0.2 }")
    unknown = sorted(set(told) - {"rows_min", "rows_drop_max", "columns", "every_days"})
    said.must(
        not unknown,
        f"expect does not know {', '.join(unknown)}; there are rows_min, rows_drop_max, columns, every_days",
    )
    least, drop, days = (told.get(name) for name in ("rows_min", "rows_drop_max", "every_days"))
    said.must(least is None or (_is_number(least) and least >= 0), "rows_min is a whole number of records")
    said.must(drop is None or (_is_number(drop) and 0 <= drop < 1), "rows_drop_max is a share, from 0 to below 1")
    said.must(days is None or (_is_number(days) and days > 0), "every_days is a number of days")
    columns = tuple(_text(said, header) for header in _list(said, told, "columns"))
    return Expected(None if least is None else int(least), drop, columns, days)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _split(said: _Said, split: Any, roles: Mapping[str, Role]) -> Split:
    whole = isinstance(split, Mapping) and {"by", "into", "otherwise"} == set(split)
    said.must(
        whole and isinstance(split["into"], Mapping),
        "split has by (a header), into (values and tables) and otherwise (a table)",
    )
    names = [_text(said, name) for name in (*split["into"].values(), split["otherwise"])]
    strange = [name for name in names if name not in roles or not roles[name].type]
    said.must(not strange, f"it is split into {', '.join(strange)}, which is no table with a type")
    into = tuple((value.casefold(), roles[name]) for value, name in split["into"].items())
    return Split(_choice(said, split["by"]), into, roles[split["otherwise"]])


def _list(said: _Said, body: Mapping[str, Any], name: str) -> list[Any]:
    found = body.get(name, [])
    said.must(isinstance(found, list), f'{name} is a list of headers: {name} = ["Header", …]')
    return list(found)


def _choice(said: _Said, need: Any) -> tuple[str, ...]:
    """A header, or several of which one will do."""
    return tuple(_text(said, header) for header in need) if isinstance(need, list) else (_text(said, need),)


def _text(said: _Said, value: Any) -> str:
    said.must(isinstance(value, str) and bool(value.strip()), "a header or name is a text that is not empty")
    return str(value)
