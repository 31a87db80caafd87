"""What this process serves: one open lake and its background jobs, shared by all sessions of the app."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xrm_lake.server.jobs import Jobs
    from xrm_lake.store.lake import Lake

_MOST = 400

_lake: "Lake | None" = None
_jobs: "Jobs | None" = None
_answers: dict[tuple[Any, ...], tuple[int, Any]] = {}
_lock = threading.Lock()


def serve(lake: "Lake", jobs: "Jobs | None" = None) -> None:
    """Let the pages speak of this lake from now on."""
    from xrm_lake.server.jobs import Jobs

    global _lake, _jobs
    _lake, _jobs = lake, jobs or Jobs(lake)
    _answers.clear()


def lake() -> "Lake":
    """The lake that is served."""
    if _lake is None:
        raise RuntimeError("no lake is served: start the app with `xrm serve`")
    return _lake


def jobs() -> "Jobs":
    """The background jobs of this process."""
    lake()
    assert _jobs is not None
    return _jobs


def kept(ask: Callable[..., Any], *positional: Any, **named: Any) -> Any:
    """What a verb that only reads answers, asked again only once more than verdicts was written since."""
    from xrm_lake.hygiene.queue import last_change

    return _known(remembered(last_change), ask, positional, named)


def remembered(ask: Callable[..., Any], *positional: Any, **named: Any) -> Any:
    """What a verb that only reads answers, asked again only once the lake was written to since."""
    # Taken before the question: an answer is never kept under a number that is newer than it.
    return _known(lake().commits, ask, positional, named)


def _known(mark: int, ask: Callable[..., Any], positional: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """The answer that was given under this mark, or a new one."""
    here = lake()
    key = (here.lake_id, ask.__module__, ask.__qualname__, positional, tuple(sorted(named.items())))
    known = _answers.get(key)
    if known is not None and known[0] == mark:
        return known[1]
    answer = ask(here, *positional, **named)
    with _lock:
        if len(_answers) >= _MOST:
            _answers.clear()
        _answers[key] = (mark, answer)
    return answer
