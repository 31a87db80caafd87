"""Words of the command line as values: `field=value`, lists, dates, settings of a declaration."""

import dataclasses
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import click

from xrm_lake.errors import UnknownName


def assignments(words: Iterable[str]) -> dict[str, Any]:
    """
    `field=value` words by field; one without a value clears the field, one given twice holds both.

    >>> assignments(["name=Ann Smith", "phone=", "tags=a", "tags=b"])
    {'name': 'Ann Smith', 'phone': None, 'tags': ['a', 'b']}
    """
    found: dict[str, Any] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise click.UsageError("Values are given as field=value, such as: name='Ann Smith'.")
        name = name.strip()
        if name in found:
            earlier = found[name] if isinstance(found[name], list) else [found[name]]
            found[name] = [*earlier, value]
        else:
            found[name] = value or None
    return found


def settings_of(kind: type, words: Iterable[str]) -> dict[str, Any]:
    """
    `setting=value` words as the settings of a declaration, each of the type that it has there.

    >>> from xrm_lake.model.entity_type import EntityType
    >>> settings_of(EntityType, ["caption=first_name,last_name", "staleness_days=90", "icon="])
    {'caption': ('first_name', 'last_name'), 'staleness_days': 90, 'icon': ''}
    """
    hints = {field.name: str(field.type) for field in dataclasses.fields(kind)}
    found: dict[str, Any] = {}
    for name, value in assignments(words).items():
        if name not in hints:
            raise UnknownName("setting", name, hints)
        found[name] = _setting(hints[name], name, value)
    return found


def _setting(hint: str, name: str, value: Any) -> Any:
    if "tuple" in hint:
        parts = value if isinstance(value, list) else (value or "").split(",")
        return tuple(part.strip() for part in parts if part.strip())
    if "bool" in hint:
        if value not in ("yes", "no", "true", "false"):
            raise click.UsageError(f"{name} is yes or no.")
        return value in ("yes", "true")
    if "int" in hint:
        return None if value is None else whole_number(name, value)
    return None if value is None and "None" in hint else value or ""


def whole_number(name: str, value: str) -> int:
    """A whole number, or a usage error that names it."""
    try:
        return int(value)
    except ValueError as problem:
        raise click.UsageError(f"{name} is a whole number.") from problem


def names_of(text: str) -> list[str]:
    """
    Words between commas.

    >>> names_of("html, pdf")
    ['html', 'pdf']
    """
    return [part.strip() for part in text.split(",") if part.strip()]


class Day(click.ParamType[date]):
    """A date, such as 2017-03-01."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read it, or say what a date looks like."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail("a date is written like 2017-03-01.", param, ctx)


class Moment(click.ParamType[datetime]):
    """A moment in UTC, such as `updated_at` of a record."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it, or say what a moment looks like."""
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail("a moment is written like 2017-03-01T10:00:00.", param, ctx)
