"""Jobs: long verbs that run in the background, and how far they are. Writes `job`."""

import threading

import polars as pl

from xrm_lake.store.lake import Lake

_numbering = threading.Lock()

# A job is no part of the lake's history: it has no batch, and is written outside the verb's own transaction.


def add_job(lake: Lake, verb: str) -> int:
    """Note that a verb began to run; gives the job's id."""
    # Not the lake's write lock, which an import may hold for long.
    with _numbering, lake.engine.guard():
        rows = (
            lake.engine.cursor()
            .execute(
                """
            insert into job
            select coalesce(max(job_id), 0) + 1, $verb, 'running', 0, null, '', $moment, null from job
            returning job_id
            """,
                {"verb": verb, "moment": lake.clock()},
            )
            .fetchall()
        )
    return int(rows[0][0])


def move_job(lake: Lake, job_id: int, *, message: str, done: int, total: int | None) -> None:
    """Note how far a job is."""
    with lake.engine.guard():
        lake.engine.cursor().execute(
            "update job set message = $message, done = $done, total = $total where job_id = $job_id",
            {"job_id": job_id, "message": message, "done": done, "total": total},
        )


def end_job(lake: Lake, job_id: int, *, state: str, message: str) -> None:
    """Note how a job ended: `done`, `failed` or `stopped`."""
    with lake.engine.guard():
        lake.engine.cursor().execute(
            "update job set state = $state, message = $message, finished_at = $moment where job_id = $job_id",
            {"job_id": job_id, "state": state, "message": message, "moment": lake.clock()},
        )


def interrupt_jobs(lake: Lake) -> None:
    """Say of all jobs that seem to run that they were interrupted: the process that ran them is gone."""
    with lake.engine.guard():
        lake.engine.cursor().execute(
            "update job set state = 'interrupted', finished_at = $moment where state = 'running'",
            {"moment": lake.clock()},
        )


def list_jobs(lake: Lake, *, limit: int = 50) -> pl.DataFrame:
    """
    Jobs, newest first.

    Returns job_id, verb, state (running, done, failed, stopped, interrupted), done, total (null: unknown),
    message, started_at, finished_at.
    """
    return lake.query("from job order by job_id desc limit $limit", limit=limit).frame()
