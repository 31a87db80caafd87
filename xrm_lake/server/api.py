"""The REST API of an open lake: every verb, and records as resources. It is mounted at `/api`."""

from fastapi import FastAPI
from starlette.middleware import Middleware

from xrm_lake.server.answers import answer_errors
from xrm_lake.server.compare_route import compare_route
from xrm_lake.server.dedupe_route import dedupe_route
from xrm_lake.server.docs import describe, docs_routes
from xrm_lake.server.export_all_route import export_all_route
from xrm_lake.server.file_routes import file_routes
from xrm_lake.server.forwarding import Calls, forwarding
from xrm_lake.server.guard import Guard
from xrm_lake.server.job_routes import job_routes
from xrm_lake.server.jobs import Jobs
from xrm_lake.server.read_route import read_route
from xrm_lake.server.record_routes import record_routes
from xrm_lake.server.rejects_route import rejects_route
from xrm_lake.server.verb_routes import verb_routes
from xrm_lake.server.write_back_route import write_back_route
from xrm_lake.store.jobs import interrupt_jobs
from xrm_lake.store.lake import Lake
from xrm_lake.verbs import VERBS, Verb

_DESCRIPTION = """
Every capability of xrm_lake is a verb: `POST /api/match` does what `xrm match` and `match(lake, ...)` do. Records are
resources besides: list, read, change with `If-Match`, link. Times are UTC. Errors have `error`, `message` and
often `what_next`: 400 the request is wrong, 404 it is not there, 409 refused and nothing changed, 412 somebody else changed
it meanwhile, 423 another process holds the lake, 500 it failed here.
"""


def build_api(lake: Lake, token: str, *, verbs: tuple[Verb, ...] = VERBS) -> FastAPI:
    """
    The API of an open lake; `token` admits other processes of this user that forward their verbs.

    Its `state.calls` and `state.jobs` hold what runs: stop both before the lake is closed.
    """
    api = FastAPI(
        title="xrm_lake",
        version=_version(),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(Guard)],
    )
    interrupt_jobs(lake)
    api.state.calls, api.state.jobs = Calls(), Jobs(lake)
    answer_errors(api, lake.path)
    # The order counts where addresses overlap: `/import` and `/jobs` before the verbs of those names.
    for router in (
        docs_routes(),
        forwarding(lake, token, api.state.calls),
        record_routes(lake),
        file_routes(lake, api.state.jobs),
        dedupe_route(lake, api.state.jobs),
        compare_route(lake),
        read_route(lake),
        write_back_route(lake),
        export_all_route(lake),
        rejects_route(lake),
        job_routes(lake, api.state.jobs, verbs),
        verb_routes(lake, verbs),
    ):
        api.include_router(router)
    api.openapi = lambda: describe(api)  # type: ignore[method-assign]
    return api


def _version() -> str:
    from importlib.metadata import version

    return version("xrm-lake")
