"""The table of verbs, as their functions declare themselves."""

import inspect
import re
from collections.abc import Callable
from typing import Any

from xrm_lake.verbs import VERBS, resolve

HEADER = "| verb | function | gives |\n|---|---|---|\n"


def verbs_table() -> str:
    """All verbs with their signatures, in Markdown."""
    return HEADER + "".join(_row(each.name, each.function, resolve(each.name)) for each in VERBS)


def _row(name: str, path: str, function: Callable[..., Any]) -> str:
    where = path.removeprefix("xrm_lake.").replace(":", ".")
    signature = inspect.signature(function)
    given = re.sub(r"\b\w+\.", "", inspect.formatannotation(signature.return_annotation)).replace("|", "\\|")
    return f"| `{name}` | `{where}({', '.join(_parameters(signature))})` | `{given}` |\n"


def _parameters(signature: inspect.Signature) -> list[str]:
    told: list[str] = []
    for each in signature.parameters.values():
        if each.kind is each.KEYWORD_ONLY and "*" not in told:
            told.append("*")
        stars = "**" if each.kind is each.VAR_KEYWORD else ""
        told.append(stars + each.name + _default(each.default))
    return told


def _default(value: Any) -> str:
    if value is inspect.Parameter.empty:
        return ""
    if callable(value):
        return f"={value.__name__}"
    return "=" + repr(value).replace("'", '"')
