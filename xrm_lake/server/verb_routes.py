"""A route for every verb: `POST /{verb}`, with the parameters of its function as a typed body."""

import inspect
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from xrm_lake.server.answers import answer
from xrm_lake.server.asking import arguments, needs_path, request_model
from xrm_lake.store.lake import Lake
from xrm_lake.verbs import Verb, resolve


def verb_routes(lake: Lake, verbs: tuple[Verb, ...]) -> APIRouter:
    """The routes of all verbs that run on an open lake and need no file of this machine."""
    router = APIRouter(tags=["Verbs"])
    for verb in verbs:
        if verb.on_lake and not needs_path(resolve(verb.name)):
            router.post(f"/{verb.name}", summary=verb.summary, operation_id=verb.name)(endpoint(lake, verb))
    return router


def endpoint(lake: Lake, verb: Verb) -> Callable[..., Response]:
    """A route's function: it asks for the verb's arguments and answers with its result."""
    function = resolve(verb.name)
    model = request_model(verb.name, function)

    def run(body: BaseModel) -> Response:
        return answer(function(lake, **arguments(function, body)))

    optional = not any(field.is_required() for field in model.model_fields.values())
    body = inspect.Parameter(
        "body",
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        annotation=model,
        default=model() if optional else inspect.Parameter.empty,
    )
    run.__signature__ = inspect.Signature([body], return_annotation=Response)  # type: ignore[attr-defined]
    run.__doc__ = _first_paragraph(function)
    return run


def _first_paragraph(function: Callable[..., Any]) -> str:
    return inspect.cleandoc(function.__doc__ or "")
