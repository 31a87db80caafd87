"""Send a verb to the process that has the lake open, and hear how it goes."""

import http.client
import json
import os
import secrets
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from xrm_lake.cli.stopped import Stopped
from xrm_lake.errors import XrmError
from xrm_lake.model.progress import Progress
from xrm_lake.server.fault import Fault
from xrm_lake.server.wire import decode, decode_error, encode
from xrm_lake.store.owner import Owner

# The address is fixed and the client knows no proxies: nothing of a lake leaves this machine.
HOST = "127.0.0.1"


class NotTheOwner(Exception):
    """Nobody answers there, or somebody who does not know this lake's token; nothing was asked of them."""


class OwnerLost(XrmError):
    """The process that had the lake open went away before it answered."""

    exit_code = 1


class Unexpected(XrmError):
    """The owner met a fault; it wrote the details to a file."""

    exit_code = 3


def forward(owner: Owner, name: str, positional: Sequence[Any], named: Mapping[str, Any], progress: Progress) -> Any:
    """
    The result of a verb that the owner of the lake runs.

    Raises what the verb raises, NotTheOwner if it was not asked, OwnerLost if it died meanwhile, Stopped after Ctrl-C.
    """
    call = secrets.token_hex(8)
    body = {"call": call, "positional": encode(list(positional)), "named": encode(dict(named))}
    connection = http.client.HTTPConnection(HOST, owner.port)
    try:
        response = _ask(connection, owner, f"/api/verbs/{name}", _absolute(body))
        if response.status != 200:
            raise NotTheOwner
        with _cancel_on_interrupt(owner, call):
            return _hear(response, owner, name, progress)
    finally:
        connection.close()


def _ask(
    connection: http.client.HTTPConnection, owner: Owner, path: str, body: Mapping[str, Any]
) -> http.client.HTTPResponse:
    headers = {"Content-Type": "application/json", "X-Xrm-Token": owner.token}
    try:
        connection.request("POST", path, json.dumps(body), headers)
        return connection.getresponse()
    except (OSError, http.client.HTTPException) as problem:
        raise NotTheOwner from problem


def _hear(response: http.client.HTTPResponse, owner: Owner, name: str, progress: Progress) -> Any:
    for line in _lines(response, owner, name):
        match json.loads(line) if line.strip() else None:
            case {"progress": [what, done, total]}:
                progress(what, done, total)
            case {"result": result}:
                return decode(result)
            case {"error": error}:
                raise decode_error(error)
            case {"fault": fault}:
                raise Unexpected(Fault(**fault).message())
            case {"stopped": batches}:
                raise Stopped(tuple(batches))
    raise _lost(owner, name)


def _lines(response: http.client.HTTPResponse, owner: Owner, name: str) -> Iterator[bytes]:
    try:
        yield from response
    except (OSError, http.client.HTTPException) as problem:
        raise _lost(owner, name) from problem


def _lost(owner: Owner, name: str) -> OwnerLost:
    return OwnerLost(
        f"The {owner.describe()}, which has the lake open, went away before `{name}` was answered."
        " A verb is written whole or not at all: `xrm batches` shows whether it was."
    )


@contextmanager
def _cancel_on_interrupt(owner: Owner, call: str) -> Iterator[None]:
    """The first Ctrl-C asks the owner to stop, and its answer is awaited; the second leaves it to itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = False

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise Stopped((), goes_on=owner.describe())
        asked = True
        connection = http.client.HTTPConnection(HOST, owner.port, timeout=2)
        try:
            _ask(connection, owner, "/api/verbs/cancel", {"call": call})
        except NotTheOwner:
            return
        finally:
            connection.close()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _absolute(value: Any) -> Any:
    """Paths as the owner can find them: it runs in another folder than the one who asks."""
    if isinstance(value, dict):
        if value.get("$") == "path":
            return {"$": "path", "v": str(Path(value["v"]).absolute())}
        return {key: _absolute(item) for key, item in value.items()}
    return [_absolute(item) for item in value] if isinstance(value, list) else value


def reachable(owner: Owner | None) -> bool:
    """Whether there is an owner in another process that takes verbs."""
    return owner is not None and owner.port > 0 and owner.pid != os.getpid()
