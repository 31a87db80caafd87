"""Requests: what a verb may be asked for over REST, made from the signature of its function."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

# The lake and the progress are ours to give.
_OURS = ("progress",)
# How many rows are asked for at most.
Limit = Annotated[int, Field(ge=0)]
# Python has a builtin of that name; a request has not, and says the same word for the same thing everywhere.
_WORDS = {"type_name": "type", "kind_name": "kind"}


def request_model(name: str, function: Callable[..., Any]) -> type[BaseModel]:
    """
    The JSON body that a verb takes: its parameters but for the lake, with their types and defaults.

    A parameter that is a path on this machine is left out: it is nobody's business over the network. Where a path is one choice of
    several, such as the number of a batch or its file, the others are left.
    Open-ended settings (`**settings`) are an object of that name.
    """
    hints = get_type_hints(function)
    fields: dict[str, Any] = {}
    for place, parameter in enumerate(inspect.signature(function).parameters.values()):
        kind = _without_paths(hints.get(parameter.name, Any))
        if place == 0 or parameter.name in _OURS or kind is None:
            continue
        word = _WORDS.get(parameter.name, parameter.name)
        if word == "limit":
            kind = Limit if kind is int else Limit | None
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            fields[word] = (dict[str, Any], {})
        else:
            fields[word] = (kind, ... if parameter.default is parameter.empty else parameter.default)
    title = "".join(part.capitalize() for part in name.split("_")) + "Request"
    return create_model(title, __config__=ConfigDict(extra="forbid", title=title), **fields)


def arguments(function: Callable[..., Any], body: BaseModel) -> dict[str, Any]:
    """The arguments by name that a request body holds; only what was given, times in UTC without a zone."""
    given = {name: _naive(getattr(body, name)) for name in body.model_fields_set}
    found: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        word = _WORDS.get(parameter.name, parameter.name)
        if word in given and parameter.kind is inspect.Parameter.VAR_KEYWORD:
            found |= given[word]
        elif word in given:
            found[parameter.name] = given[word]
    return found


def needs_path(function: Callable[..., Any]) -> bool:
    """Whether a verb cannot be called without a path on this machine, and so needs a route of its own."""
    hints = get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return any(each.default is each.empty and _without_paths(hints.get(each.name, Any)) is None for each in parameters)


def _without_paths(kind: Any) -> Any:
    """A type without the paths in it; None if nothing is left. A text beside a path is a path too."""
    parts = get_args(kind)
    if kind is Path or not any(_has_path(part) for part in parts):
        return None if kind is Path else kind
    if get_origin(kind) in (Union, UnionType):
        left = [_without_paths(part) for part in parts if part is not str]
        left = [part for part in left if part not in (None, NoneType)]
        return Union[(*left, *(part for part in parts if part is NoneType))] if left else None
    left = [_without_paths(part) for part in parts]
    return None if None in left else get_origin(kind)[tuple(left)]


def _has_path(kind: Any) -> bool:
    return kind is Path or any(_has_path(part) for part in get_args(kind))


def _naive(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
