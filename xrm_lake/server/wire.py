"""
Wire: arguments, results and errors of verbs as JSON that reads back as exactly the same values.

What JSON has no word for is an object with two keys: `$` names what it is, `v` holds it. A frame is an Arrow
stream, a dataclass its fields by name. Only what is listed here is ever made from what came over the wire.
"""

import base64
import dataclasses
import io
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from xrm_lake import errors
from xrm_lake.errors import XrmError

# Which dataclasses may travel; to add one, list it.
CLASSES: tuple[str, ...] = (
    *(f"xrm_lake.model.results:{name}" for name in (
        "RecordView", "NewMatches", "UndoResult", "RetypeResult", "FileResult", "ImportResult", "CheckResult", "Snapshot", "Diagnosis",
        "AutoMerge", "Certificate", "Fixes",
    )),
    *(f"xrm_lake.model.entity_type:{name}" for name in ("EntityType", "Field", "Stage", "LinkType")),
    "xrm_lake.model.catalog:Catalog",
    "xrm_lake.model.exported:Exported",
    "xrm_lake.model.own_check:OwnCheck",
    "xrm_lake.model.comparison:Comparison",
    "xrm_lake.store.try_check:CheckTrial",
    *(f"xrm_lake.model.reconciliation:{name}" for name in ("Reconciliation", "Verification")),
    "xrm_lake.hygiene.review:Side",
    *(f"xrm_lake.hygiene.cluster_review:{name}" for name in ("ClusterReview", "Bridge")),
    "xrm_lake.hygiene.undo_effect:UndoEffect",
    "xrm_lake.hygiene.fixes.outcome:FixResult",
    "xrm_lake.hygiene.match_types:TypeMatches",
    "xrm_lake.automation.weekly:WeeklyRun",
    "xrm_lake.automation.done:DoneResult",
    *(f"xrm_lake.reports.page:{name}" for name in (
        "Page", "Section", "Metric", "Table", "Column", "Chart", "Text", "Note", "Link", "QualityNote",
    )),
)  # fmt: skip

_SIMPLE: dict[str, tuple[type, Callable[[Any], Any], Callable[[Any], Any]]] = {
    # datetime stands before date, of which it is a kind.
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "time": (time, time.isoformat, time.fromisoformat),
    "timedelta": (
        timedelta,
        lambda value: [value.days, value.seconds, value.microseconds],
        lambda parts: timedelta(*parts),
    ),
    "decimal": (Decimal, str, Decimal),
    "path": (Path, str, Path),
    "uuid": (UUID, str, UUID),
    "bytes": (bytes, lambda value: base64.b64encode(value).decode(), lambda text: base64.b64decode(text)),
}


def encode(value: Any) -> Any:
    """
    A value as what `json` can write.

    >>> decode(encode({"on": date(2017, 3, 1), "ids": (4, 7)}))
    {'on': datetime.date(2017, 3, 1), 'ids': (4, 7)}

    Raises TypeError for a value of a kind that is not known here.
    """
    match value:
        case None | bool() | str():
            return value
        case int():
            return int(value)
        case float():
            return _tag("float", repr(value)) if value - value != 0 else float(value)
        case list():
            return [encode(item) for item in value]
        case tuple():
            return _tag("tuple", [encode(item) for item in value])
        case Mapping():
            return _encode_mapping(value)
    for name, (kind, write, _) in _SIMPLE.items():
        if isinstance(value, kind):
            return _tag(name, write(value))
    if hasattr(value, "write_ipc_stream"):
        return _tag("frame", _frame_bytes(value))
    name = _class_name(type(value))
    fields = {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return _tag(name, fields)


def decode(value: Any) -> Any:
    """The value that `encode` was given. Raises ValueError for what was not made by it."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$" not in value:
        return {name: decode(item) for name, item in value.items()}
    name, held = str(value["$"]), value["v"]
    if name in _SIMPLE:
        return _SIMPLE[name][2](held)
    match name:
        case "float":
            return float(held)
        case "tuple":
            return tuple(decode(item) for item in held)
        case "mapping":
            return {decode(key): decode(item) for key, item in held}
        case "frame":
            return _frame(held)
    return _class(name)(**{key: decode(item) for key, item in held.items()})


def encode_error(problem: XrmError) -> dict[str, Any]:
    """An error of ours, with what it knows: class, message, exit_code, details."""
    details = {name: encode(item) for name, item in vars(problem).items() if not name.startswith("_")}
    return {
        "class": type(problem).__name__,
        "message": str(problem),
        "exit_code": problem.exit_code,
        "details": details,
    }


def decode_error(body: Mapping[str, Any]) -> XrmError:
    """The error that `encode_error` was given, of the same class."""
    kind = getattr(errors, str(body.get("class")), None)
    if not (isinstance(kind, type) and issubclass(kind, XrmError)):
        kind = XrmError
    # Each class words its message in its own way; this one is worded already.
    problem = kind.__new__(kind)
    Exception.__init__(problem, body["message"])
    vars(problem).update({name: decode(item) for name, item in body.get("details", {}).items()})
    return problem


def _tag(name: str, value: Any) -> dict[str, Any]:
    return {"$": name, "v": value}


def _encode_mapping(value: Mapping[Any, Any]) -> Any:
    if "$" not in value and all(type(key) is str for key in value):
        return {key: encode(item) for key, item in value.items()}
    return _tag("mapping", [[encode(key), encode(item)] for key, item in value.items()])


def _frame_bytes(frame: Any) -> dict[str, Any]:
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer)
    return {"arrow": base64.b64encode(buffer.getvalue()).decode(), "height": frame.height}


def _frame(held: Mapping[str, Any]) -> Any:
    import polars as pl

    frame = pl.read_ipc_stream(io.BytesIO(base64.b64decode(held["arrow"])))
    if frame.height != held["height"]:
        raise ValueError("a frame arrived with another number of rows than it was sent with")
    return frame


def _class_name(kind: type) -> str:
    if f"{kind.__module__}:{kind.__name__}" not in CLASSES:
        raise TypeError(f"a {kind.__name__} cannot travel: it is not listed in xrm_lake/server/wire.py")
    return kind.__name__


def _class(name: str) -> Any:
    for known in CLASSES:
        module, _, class_name = known.partition(":")
        if class_name == name:
            return getattr(import_module(module), class_name)
    raise ValueError(f"nothing named {name!r} is known to travel")
