"""Answers: results as JSON, errors as {error, message, what_next} with the status that fits."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from xrm_lake import errors
from xrm_lake.errors import XrmError
from xrm_lake.server.fault import keep_fault
from xrm_lake.server.plain import to_json

# The first class that fits decides.
STATUSES: tuple[tuple[type[XrmError], int], ...] = (
    (errors.UnknownRecord, 404),
    (errors.UnknownName, 404),
    (errors.LakeMissing, 404),
    (errors.Misuse, 400),
    (errors.Stale, 412),
    (errors.LakeBusy, 423),
    (errors.LakeDamaged, 500),
    (errors.LakeVersion, 500),
    (errors.LakeFull, 500),
    (errors.Refused, 409),
)
_UNCHANGED = "Nothing was changed."


def answer(value: Any, status: int = 200, **headers: str) -> Response:
    """A result as a JSON response; `headers` are named with underscores for their hyphens."""
    return Response(
        to_json(value),
        status,
        headers={name.replace("_", "-"): text for name, text in headers.items()},
        media_type="application/json",
    )


def error_body(problem: XrmError) -> dict[str, str]:
    """
    What went wrong as error, message, and what_next if the message says what to do.

    >>> error_body(errors.Refused("It is taken. Nothing was changed. Choose another name."))["what_next"]
    'Choose another name.'
    """
    message = str(problem)
    _, _, after = message.partition(_UNCHANGED)
    body = {"error": type(problem).__name__, "message": message}
    return body | ({"what_next": after.strip()} if after.strip() else {})


def status_of(problem: XrmError) -> int:
    """The HTTP status of an error; a name that is not known is 404 in an address, 400 if it is a field's."""
    if isinstance(problem, errors.UnknownName) and problem.what.startswith(("field", "column")):
        return 400
    return next((status for kind, status in STATUSES if isinstance(problem, kind)), 500)


def answer_errors(api: FastAPI, lake: Path) -> None:
    """Make every error of this API answer in the one form; unexpected ones are kept in a file."""

    def ours(_request: Request, problem: Exception) -> Response:
        assert isinstance(problem, XrmError)
        return answer(error_body(problem), status_of(problem))

    def invalid(_request: Request, problem: Exception) -> Response:
        assert isinstance(problem, RequestValidationError)
        # What was sent is not repeated: it may be personal.
        parts = [f"{_place(each['loc'])}: {each['msg']}" for each in problem.errors()]
        return answer({"error": "InvalidRequest", "message": "; ".join(parts) + "."}, 400)

    def refused(_request: Request, problem: Exception) -> Response:
        assert isinstance(problem, HTTPException)
        names = {401: "Unauthorized", 404: "NotFound", 405: "MethodNotAllowed"}
        name = names.get(problem.status_code, "Refused")
        return answer({"error": name, "message": str(problem.detail)}, problem.status_code)

    def unwritable(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, UnicodeEncodeError)
        if "surrogates" not in problem.reason:
            return unexpected(request, problem)
        message = "A text holds half of a character (a lone surrogate), which cannot be written. Nothing was changed."
        return answer({"error": "InvalidRequest", "message": message}, 400)

    def unexpected(_request: Request, problem: Exception) -> Response:
        return answer({"error": "Fault", "message": keep_fault(problem, lake).message()}, 500)

    api.add_exception_handler(XrmError, ours)
    api.add_exception_handler(RequestValidationError, invalid)
    api.add_exception_handler(HTTPException, refused)
    api.add_exception_handler(UnicodeEncodeError, unwritable)
    api.add_exception_handler(Exception, unexpected)


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location if part != "body") or "body"
