"""
A check of one's own: which records of a type are at fault, in one condition over their fields.

As a file it is SQL with a TOML header, and brings records that it passes and records that it fails:

    /*
    type     = "deal"
    severity = "warning"
    message  = "Closes before it was opened"
    owner    = "Sales operations"

    [[fails]]
    opened_on  = 2026-03-01
    close_date = 2026-02-01

    [[passes]]
    opened_on  = 2026-03-01
    close_date = 2026-04-01
    */
    close_date < opened_on
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal

from xrm_lake.errors import InvalidDeclaration
from xrm_lake.model.comparison import Comparison
from xrm_lake.model.names import check_name

Severity = Literal["error", "warning"]
SEVERITIES = ("error", "warning")
# Of the five problems, those that can be told from a record's own values.
PROBLEMS = ("malformed", "incomplete")
# The checks that come with the house; each beside a `no_<link type>` for each link that a type requires.
BUILT_IN = frozenset(
    ("required_missing", "expected_missing", "placeholder", "malformed", "not_allowed", "not_unique", "stale", "unconfirmed", "dangling_link",
     "probable_duplicate", "ends_before_start", "currency_missing", "foreign_domain", "foreign_number", "foreign_postcode")
)  # fmt: skip
_FILE = re.compile(r"\s*/\*(?P<header>.*?)\*/(?P<condition>.*)", re.DOTALL)
_TEXTS = ("type", "message", "severity", "problem", "field", "owner", "meaning")

Example = dict[str, Any]


@dataclass(frozen=True)
class OwnCheck:
    """
    One check of one's own.

    `condition` is true of a record at fault, in SQL over the fields of `type`, with `$as_of` for the day of the check; where it is null,
    the record is not at fault. `form` is what it was put together from, if it was not written: comparisons that must all hold,
    or any of them. `message` says what is wrong, `field` beside which field, `problem` which of the five problems it counts as.
    `passes` and `fails` are records, each a value for some fields, that it must pass and fail.
    """

    name: str
    type: str
    message: str
    condition: str = ""
    severity: Severity = "warning"
    problem: str = "malformed"
    field: str = ""
    owner: str = ""
    meaning: str = ""
    form: tuple[Comparison, ...] = ()
    any_of: bool = False
    passes: tuple[Example, ...] = ()
    fails: tuple[Example, ...] = ()
    retired: bool = False


def read_check(text: str, name: str) -> OwnCheck:
    """
    The check in a file's text; `name` holds unless the header gives another.

    Raises InvalidDeclaration if there is no header, if it says what is not known, or lacks an example that passes or one that fails.
    """
    found = _FILE.fullmatch(text)
    if found is None:
        raise InvalidDeclaration("A check begins with its header in TOML, between /* and */; the condition follows.")
    try:
        header = tomllib.loads(found["header"])
    except tomllib.TOMLDecodeError as problem:
        raise InvalidDeclaration(f"The header is no TOML: {problem}. Nothing was changed.") from problem
    unknown = set(header) - {*_TEXTS, "name", "passes", "fails"}
    if unknown:
        raise InvalidDeclaration(
            f"A check knows no {', '.join(sorted(unknown))}; it knows {', '.join(('name', *_TEXTS, 'passes', 'fails'))}."
            " Nothing was changed."
        )
    for word in ("passes", "fails"):
        if not header.get(word):
            raise InvalidDeclaration(
                f"A check in a file has examples: there is none in [[{word}]]. Nothing was changed. Give one at least."
            )
    told = {"name": name, "type": "", "message": "", **header}
    told |= {word: tuple(told[word]) for word in ("passes", "fails")}
    return declared(OwnCheck(**told, condition=found["condition"].strip().rstrip(";").strip()))


def write_check(check: OwnCheck) -> str:
    """The text of a check's file: `read_check` gives the check back, but for its form."""
    import tomli_w

    header: dict[str, Any] = {"name": check.name}
    header |= {word: getattr(check, word) for word in _TEXTS if getattr(check, word)}
    header |= {word: [dict(each) for each in getattr(check, word)] for word in ("passes", "fails")}
    return f"/*\n{tomli_w.dumps(header)}*/\n{check.condition}\n"


def declared(check: OwnCheck) -> OwnCheck:
    """The check itself, if it can be one, whatever its type and condition. Raises InvalidDeclaration."""
    check_name("check", check.name)
    for item in fields(check):
        value = getattr(check, item.name)
        kind = (
            tuple if item.name in ("form", "passes", "fails") else bool if item.name in ("any_of", "retired") else str
        )
        if type(value) is not kind:
            raise InvalidDeclaration(f"{item.name} of {check.name} is a {type(value).__name__}. Nothing was changed.")
    if not check.message.strip():
        raise InvalidDeclaration(f"{check.name} says nothing: give it a message. Nothing was changed.")
    for what, value, choices in (("severity", check.severity, SEVERITIES), ("problem", check.problem, PROBLEMS)):
        if value not in choices:
            raise InvalidDeclaration(f"The {what} of {check.name} is {' or '.join(choices)}. Nothing was changed.")
    for example in (*check.passes, *check.fails):
        if not isinstance(example, Mapping):
            raise InvalidDeclaration(f"An example of {check.name} gives values for fields. Nothing was changed.")
    return check


def example_text(value: Any) -> str | None:
    """
    A value of an example as canonical text.

    >>> example_text(True), example_text(date(2026, 3, 1)), example_text(None), example_text(["a"])
    ('true', '2026-03-01', None, '["a"]')
    """
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return json.dumps(list(value), ensure_ascii=False)
        case datetime():
            return value.replace(tzinfo=None).isoformat(" ")
        case date():
            return value.isoformat()
    return str(value)
