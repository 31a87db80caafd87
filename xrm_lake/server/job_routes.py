"""Routes for background jobs."""

from typing import Any

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import ValidationError

from xrm_lake.errors import Misuse, UnknownName, UnknownRecord
from xrm_lake.server.answers import answer
from xrm_lake.server.asking import Limit, arguments, needs_path, request_model
from xrm_lake.server.jobs import Jobs, job_answer
from xrm_lake.store.jobs import list_jobs
from xrm_lake.store.lake import Lake
from xrm_lake.verbs import Verb, resolve


def job_routes(lake: Lake, jobs: Jobs, verbs: tuple[Verb, ...]) -> APIRouter:
    """The routes under `/jobs`."""
    router = APIRouter(tags=["Jobs"])
    known = {verb.name: verb for verb in verbs if verb.on_lake}

    @router.get("/jobs", summary="Jobs, newest first")
    def listed(limit: Limit = 50) -> Response:
        return answer(list_jobs(lake, limit=limit))

    @router.get("/jobs/{job_id}", summary="How far a job is; its result once it is done")
    def one(job_id: int) -> Response:
        row = lake.query("from job where job_id = $job_id", job_id=job_id).one()
        if row is None:
            raise UnknownRecord("job", job_id)
        return answer(job_answer(row | jobs.unwritten(job_id), jobs.end(job_id)))

    @router.post("/jobs/{verb}", status_code=202, summary="Run a verb in the background; the body is the verb's own")
    def start(verb: str, body: dict[str, Any] | None = None) -> Response:
        if verb not in known:
            raise UnknownName("verb", verb, known)
        function = resolve(verb)
        if needs_path(function):
            raise Misuse(f"{verb} works with files: use its own route, with background=true. Nothing was changed.")
        try:
            request = request_model(verb, function).model_validate(body or {})
        except ValidationError as problem:
            raise RequestValidationError(problem.errors()) from problem
        return answer({"job_id": jobs.start(verb, arguments(function, request))}, 202)

    @router.post("/jobs/{job_id}/cancel", summary="Ask a job to stop; what it began is rolled back")
    def cancel(job_id: int) -> Response:
        jobs.stop(job_id)
        return answer({"asked": True})

    return router
