"""Long verbs in the background: started, watched, stopped."""

import threading

import pytest

from xrm_lake import verbs
from xrm_lake.server.jobs import Jobs
from xrm_lake.store.jobs import add_job, interrupt_jobs, list_jobs


def ended(client, job_id):
    """The job once it is over."""
    while True:
        job = client.get(f"/jobs/{job_id}").json()
        if job["state"] != "running":
            return job


def test_a_job_runs_to_its_result(client):
    client.post("/records/person", json={"full_name": "Ann"})

    job_id = client.post("/jobs/records", json={"type": "person"}).json()["job_id"]

    job = ended(client, job_id)
    assert (job["state"], job["result"][0]["full_name"]) == ("done", "Ann")
    assert job["finished_at"] >= job["started_at"]
    assert [row["job_id"] for row in client.get("/jobs").json()] == [job_id]


def test_a_job_that_fails_says_why(client):
    job_id = client.post("/jobs/undo", json={"batch_id": 99}).json()["job_id"]

    job = ended(client, job_id)

    assert (job["state"], job["error"]) == ("failed", "UnknownRecord")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/jobs/nothing", {}, 404),
        ("/jobs/undo", {"batch": 1}, 400),
        ("/jobs/init", {}, 404),
        ("/jobs/99/cancel", None, 404),
    ],
)
def test_a_job_that_cannot_be_is_refused_at_once(client, path, body, status):
    assert client.post(path, json=body).status_code == status


def test_a_job_that_is_stopped_leaves_the_lake_as_it_was(client, lake, monkeypatch):
    reached, go_on = threading.Event(), threading.Event()

    def endless(lake, *, progress):
        with lake.write("edit") as batch:
            batch.execute("insert into meta values ('half', 'done')")
            reached.set()
            while True:
                progress("working", 1, None)
                go_on.wait(0.01)

    monkeypatch.setitem(PATCHED, "records", endless)
    monkeypatch.setattr("xrm_lake.server.running.resolve", resolve)
    job_id = client.app.state.jobs.start("records", {})
    reached.wait()

    assert client.post(f"/jobs/{job_id}/cancel").status_code == 200

    assert ended(client, job_id)["state"] == "stopped"
    assert lake.query("select count(*) from meta where key = 'half'").value() == 0
    with lake.write("edit") as batch:
        batch.execute("insert into meta values ('after', 'free')")


PATCHED: dict[str, object] = {}


def resolve(name):
    return PATCHED.get(name) or verbs.resolve(name)


def test_jobs_of_a_process_that_is_gone_are_interrupted(lake):
    job_id = add_job(lake, "match")

    interrupt_jobs(lake)

    [job] = list_jobs(lake).to_dicts()
    assert (job["job_id"], job["state"]) == (job_id, "interrupted")


def test_a_job_is_followed_to_its_end_though_the_disk_takes_no_note(client, monkeypatch):
    def full(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr("xrm_lake.server.jobs.move_job", full)
    monkeypatch.setattr("xrm_lake.server.jobs.end_job", full)
    cleared = threading.Event()

    job_id = client.app.state.jobs.start("records", {"type_name": "person"}, afterwards=cleared.set)

    assert ended(client, job_id)["state"] == "done"
    assert cleared.is_set()


def test_how_a_job_ended_is_written_before_its_server_ends(lake):
    def endless(lake, *, progress):
        while True:
            progress("Counting", 0, None)

    jobs = Jobs(lake)
    jobs.start("check", {}, function=endless)
    jobs.stop_all()

    assert list_jobs(lake)["state"].to_list() == ["stopped"]
    lake.close()
