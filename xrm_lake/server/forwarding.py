"""
Forwarding: other processes send their verbs to the one that owns the lake.

A call is answered by lines of JSON: `{"progress": [what, done, total]}` as often as something moved, and one
last line with `result`, `error`, `fault` or `stopped`. Only those who can read the lake's owner file know the token.
"""

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Request
from fastapi.responses import StreamingResponse

from xrm_lake.errors import InvalidValue, XrmError
from xrm_lake.server.fault import Fault, keep_fault
from xrm_lake.server.running import Cut, Done, End, Failed, Running
from xrm_lake.server.wire import decode, encode, encode_error
from xrm_lake.store.lake import Lake
from xrm_lake.verbs import verb

TOKEN_HEADER = "X-Xrm-Token"


class Calls:
    """The verbs that others have sent here and that still run."""

    def __init__(self) -> None:
        self._running: dict[str, Running] = {}
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, id: str, running: Running) -> Iterator[None]:
        """Let a call be found by its id while it runs."""
        with self._lock:
            self._running[id] = running
        try:
            yield
        finally:
            with self._lock:
                self._running.pop(id, None)

    def stop(self, id: str) -> bool:
        """Ask a call to stop; False if there is none of that id."""
        with self._lock:
            found = self._running.get(id)
        if found is not None:
            found.stop()
        return found is not None

    def stop_all(self) -> None:
        """Ask all calls to stop."""
        with self._lock:
            held = list(self._running.values())
        for running in held:
            running.stop()


def forwarding(lake: Lake, token: str, calls: Calls) -> APIRouter:
    """The routes `/verbs/{name}` and `/verbs/cancel`, closed to whoever does not know the token."""
    router = APIRouter(include_in_schema=False)

    def check(given: str | None) -> None:
        if given is None or not secrets.compare_digest(given.encode(), token.encode()):
            raise HTTPException(401, "This needs the token in the lake's owner file.")

    @router.post("/verbs/cancel")
    def cancel(body: dict[str, Any], x_xrm_token: Annotated[str | None, Header()] = None) -> dict[str, bool]:
        check(x_xrm_token)
        return {"asked": calls.stop(str(body.get("call")))}

    @router.post("/verbs/{name}")
    async def run(
        name: str, request: Request, x_xrm_token: Annotated[str | None, Header()] = None
    ) -> StreamingResponse:
        check(x_xrm_token)
        body = _call(await request.body())
        return StreamingResponse(answer(name, body), media_type="application/x-ndjson")

    def answer(name: str, body: dict[str, Any]) -> Iterator[str]:
        try:
            running = _start(lake, name, body)
        except XrmError as problem:
            yield _line(error=encode_error(problem))
            return
        with calls.hold(str(body.get("call")), running):
            for step in running.follow():
                # An empty line keeps both ends sure of each other.
                yield _line(progress=[step.what, step.done, step.total]) if step else "\n"
            yield _last_line(running.wait(), lake)

    return router


def _call(raw: bytes) -> dict[str, Any]:
    """What a call holds: `positional` and `named`, decoded, and its id. Raises InvalidValue for anything else."""
    try:
        body = json.loads(raw)
        positional, named = decode(body["positional"]), decode(body["named"])
        if not isinstance(positional, list | tuple) or not isinstance(named, dict):
            raise TypeError("a list and an object are needed")
    except Exception as problem:
        # Whatever a decoder stumbles over, it is the call that was wrong.
        raise InvalidValue("The call is none of ours: another version of xrm_lake may have sent it.") from problem
    return {"call": body.get("call"), "positional": positional, "named": named}


def _start(lake: Lake, name: str, body: dict[str, Any]) -> Running:
    if not verb(name).on_lake:
        raise XrmError(f"`{name}` cannot be sent to the process that has the lake open. Nothing was changed.")
    return Running(lake, name, body["positional"], body["named"])


def _last_line(end: End | None, lake: Lake) -> str:
    match end:
        case Done(result):
            try:
                return _line(result=encode(result))
            except TypeError as problem:
                return _last_line(Failed(keep_fault(problem, lake.path)), lake)
        case Failed(Fault() as fault):
            return _line(fault={"id": fault.id, "file": fault.file})
        case Failed(XrmError() as problem):
            return _line(error=encode_error(problem))
        case Cut(batches):
            return _line(stopped=list(batches))
    raise AssertionError("a verb that is over has an end")


def _line(**content: Any) -> str:
    return json.dumps(content) + "\n"
