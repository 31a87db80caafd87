"""
The app and the REST API in one process: `build_app` for a lake that is open, or `uvicorn app.asgi:app` with XRM_LAKE.

The pages are found beside this file, wherever it lies.
"""

import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

import served  # noqa: E402

if TYPE_CHECKING:
    import streamlit as st
    from starlette.types import ASGIApp

    from xrm_lake.server.jobs import Jobs
    from xrm_lake.store.lake import Lake

Lifespan = Callable[["st.App"], AbstractAsyncContextManager[dict[str, Any] | None]]


def build_app(
    lake: "Lake | None" = None,
    api: "ASGIApp | None" = None,
    *,
    jobs: "Jobs | None" = None,
    lifespan: Lifespan | None = None,
) -> "st.App":
    """
    The app of a lake, with the REST API under /api.

    Without a lake, the one at XRM_LAKE (or ./lake.xrm) is opened when the server starts and closed when it ends.
    """
    import streamlit as st
    from starlette.routing import Mount

    if lake is not None:
        # The jobs of the API and of the app are the same, so that either shows what the other has begun.
        served.serve(lake, jobs or getattr(getattr(api, "state", None), "jobs", None))
    routes = [Mount("/api", app=api)] if api is not None else []
    return st.App(
        HERE / "main.py", routes=routes, lifespan=lifespan or (None if lake else _own_lake), on_script_error=say_fault
    )


def say_fault(problem: BaseException) -> bool:
    """Keep what went wrong in a file, and tell the user its id and no more."""
    import streamlit as st

    from xrm_lake.server.fault import keep_fault

    fault = keep_fault(problem, served.lake().path)
    st.error(fault.message(), icon=":material/error:", title="This page failed")
    return True


@asynccontextmanager
async def _own_lake(_app: "st.App") -> AsyncIterator[dict[str, Any]]:
    from xrm_lake.store.jobs import interrupt_jobs
    from xrm_lake.store.open import DEFAULT_PATH, open_lake

    with open_lake(os.environ.get("XRM_LAKE", DEFAULT_PATH), what="the app") as lake:
        interrupt_jobs(lake)
        served.serve(lake)
        try:
            yield {}
        finally:
            served.jobs().stop_all()


def __getattr__(name: str) -> Any:
    """`app`, made when a server asks for it."""
    if name == "app":
        return build_app()
    raise AttributeError(name)
