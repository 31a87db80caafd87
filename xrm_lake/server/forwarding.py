"""
Forwarding: other processes send their verbs to the one that owns the lake.

A call is answered by lines of JSON: `{"progress": [what, done, total]}` as often as something moved, and one
last line with `result`, `error`, `fault` or `stopped`. Only those who can read the lake's owner file know the token.
"""

import json
import secrets
import threading
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Request
from fastapi.responses import StreamingResponse

from xrm_lake.errors import XrmError
from xrm_lake.server.fault import Fault, keep_fault
from xrm_lake.server.running import Cut, Done, End, Failed, Running
from xrm_lake.server.wire import decode, encode, encode_error
from xrm_lake.store.lake import Lake
from xrm_lake.verbs import verb

TOKEN_HEADER = "X-Xrm-Token"


def forwarding(lake: Lake, token: str) -> APIRouter:
    """The routes `/verbs/{name}` and `/verbs/cancel`, closed to whoever does not know the token."""
    router = APIRouter(include_in_schema=False)
    running: dict[str, Running] = {}
    lock = threading.Lock()

    def check(given: str | None) -> None:
        if given is None or not secrets.compare_digest(given.encode(), token.encode()):
            raise HTTPException(401, "This needs the token in the lake's owner file.")

    @router.post("/verbs/cancel")
    def cancel(body: dict[str, Any], x_xrm_token: Annotated[str | None, Header()] = None) -> dict[str, bool]:
        check(x_xrm_token)
        with lock:
            call = running.get(str(body.get("call")))
        if call is not None:
            call.stop()
        return {"asked": call is not None}

    @router.post("/verbs/{name}")
    async def run(
        name: str, request: Request, x_xrm_token: Annotated[str | None, Header()] = None
    ) -> StreamingResponse:
        check(x_xrm_token)
        body = await request.json()
        return StreamingResponse(answer(name, body), media_type="application/x-ndjson")

    def answer(name: str, body: dict[str, Any]) -> Iterator[str]:
        id = str(body.get("call"))
        try:
            call = _start(lake, name, body)
        except XrmError as problem:
            yield _line(error=encode_error(problem))
            return
        with lock:
            running[id] = call
        try:
            for step in call.follow():
                yield _line(progress=[step.what, step.done, step.total])
            yield _last_line(call.wait(), lake)
        finally:
            with lock:
                running.pop(id, None)

    return router


def _start(lake: Lake, name: str, body: dict[str, Any]) -> Running:
    if not verb(name).on_lake:
        raise XrmError(f"`{name}` cannot be sent to the process that has the lake open. Nothing was changed.")
    return Running(lake, name, decode(body["positional"]), decode(body["named"]))


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
