"""Background jobs: verbs that run on while the one who asked looks at something else."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from xrm_lake.errors import UnknownRecord, XrmError
from xrm_lake.server.answers import error_body
from xrm_lake.server.fault import Fault
from xrm_lake.server.running import Cut, Done, End, Failed, Running, Step
from xrm_lake.store.jobs import add_job, end_job, move_job
from xrm_lake.store.lake import Lake


class Jobs:
    """The jobs of one process; their state is in the table `job`, their results are kept while it lives."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self._running: dict[int, Running] = {}
        self._watchers: dict[int, threading.Thread] = {}
        self._ends: dict[int, End] = {}
        self._unwritten: dict[int, dict[str, str]] = {}
        self._lock = threading.Lock()

    def start(
        self,
        verb: str,
        named: Mapping[str, Any],
        *,
        function: Callable[..., Any] | None = None,
        afterwards: Callable[[], None] | None = None,
    ) -> int:
        """
        Begin to run a verb; gives the job's id. `afterwards` is called when it is over, however it ends.

        `function` is called in the verb's place, such as the import of files that were planned before.
        """
        with self._lock:
            job_id = add_job(self.lake, verb)
            self._running[job_id] = Running(self.lake, verb, (), named, function=function)
            watcher = threading.Thread(target=self._watch, args=(job_id, afterwards), name=f"job {job_id}", daemon=True)
            self._watchers[job_id] = watcher
            watcher.start()
        return job_id

    def stop(self, job_id: int) -> None:
        """Ask a job to stop. Raises UnknownRecord if no job of that id runs."""
        running = self._running.get(job_id)
        if running is None:
            raise UnknownRecord("running job", job_id)
        running.stop()

    def stop_all(self) -> None:
        """Ask all jobs to stop, and wait until they have and how they ended is written."""
        for running in list(self._running.values()):
            running.stop()
        for watcher in list(self._watchers.values()):
            watcher.join()

    def end(self, job_id: int) -> End | None:
        """How a job of this process ended, with its result; None if it runs or is not known here."""
        return self._ends.get(job_id)

    def unwritten(self, job_id: int) -> dict[str, str]:
        """The state and message of a job that is over, if they could not be written (the disk is full); else nothing."""
        return self._unwritten.get(job_id, {})

    def _watch(self, job_id: int, afterwards: Callable[[], None] | None) -> None:
        # The verb's own thread is in the middle of a transaction; what it tells must be written outside of it.
        running = self._running[job_id]
        for step in running.follow():
            if isinstance(step, Step):
                self._note(move_job, job_id, message=step.what, done=step.done, total=step.total)
        try:
            if afterwards is not None:
                afterwards()
        finally:
            end = running.end
            assert end is not None
            state, message = _outcome(end)
            self._ends[job_id] = end
            if not self._note(end_job, job_id, state=state, message=message):
                self._unwritten[job_id] = {"state": state, "message": message}
            del self._running[job_id], self._watchers[job_id]

    def _note(self, write: Callable[..., None], job_id: int, **noted: Any) -> bool:
        """Write how a job stands; gives whether the disk took it. The job itself goes on without."""
        try:
            write(self.lake, job_id, **noted)
        except Exception:  # noqa: BLE001 (whatever keeps a note from being written, the job must be followed to its end)
            return False
        return True


def _outcome(end: End) -> tuple[str, str]:
    match end:
        case Done():
            return "done", ""
        case Cut():
            return "stopped", ""
        case Failed(Fault() as fault):
            return "failed", fault.message()
        case Failed(problem):
            return "failed", str(problem)


def job_answer(row: Mapping[str, Any], end: End | None) -> dict[str, Any]:
    """A row of `job`, with the result or the error if this process still knows them."""
    match end:
        case Done(result):
            return {**row, "result": result}
        case Failed(XrmError() as problem):
            return {**row, **error_body(problem)}
    return dict(row)
