"""Many threads at once: no edit is lost, and nobody sees an error but that somebody else was faster."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from xrm_lake.errors import ConflictingVerdict, LakeBusy, Refused, Stale
from xrm_lake.hygiene.judge import judge, merge, unmerge
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.doctor import doctor
from xrm_lake.store.jobs import add_job, end_job, list_jobs, move_job
from xrm_lake.store.ledger import record_history
from xrm_lake.store.links import link_records, links_of
from xrm_lake.store.model import add_field, add_type, retire_field
from xrm_lake.store.open import open_lake
from xrm_lake.store.read import count_records, list_records, show_record
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.search import search
from xrm_lake.store.undo import undo

THREADS = 16
COUNTER = EntityType(
    "counter", "Counter", "Counters", caption=("name",), fields=(Field("name", "N", "text"), Field("n", "n", "integer"))
)


def at_once(*works):
    """Run all of these at the same time, and raise what any of them raises."""
    start = threading.Barrier(len(works))

    def run(work):
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(run, work) for work in works]]


def raise_by_one(lake, id):
    """Read, add one, write; again if somebody else was faster. Gives how often that was."""
    for tries in range(1000):
        seen = show_record(lake, id)
        try:
            set_record(lake, id, {"n": seen.values["n"] + 1}, base=seen.updated_at)
            return tries
        except Stale:
            continue
    raise AssertionError("never in time")


def test_no_update_is_lost_among_reads_edits_and_merges(lake):
    add_type(lake, COUNTER)
    counters = [add_record(lake, "counter", {"name": f"Counter {n}", "n": 0}) for n in range(4)]
    people = [add_record(lake, "person", {"full_name": f"Person {n}", "city": "Bonn"}) for n in range(12)]
    firm = add_record(lake, "organisation", {"name": "Example"})

    def work(number):
        chance = random.Random(number)

        def run():
            for _ in range(3):
                raise_by_one(lake, chance.choice(counters))
                set_record(lake, people[number % 12], {"job_title": f"Title {chance.random()}"})
                list_records(lake, "person", where="city = 'Bonn'", sort="full_name")
                search(lake, "person")
                link_records(lake, chance.choice(people), "works_for", firm)
                pair = chance.sample(people, 2)
                try:
                    decision = chance.choice((merge, lambda lake, pair: judge(lake, [tuple(pair)], "different")))(
                        lake, pair
                    )
                except (ConflictingVerdict, Refused):  # two were put together, or were one, before
                    continue
                links_of(lake, pair[0]), record_history(lake, pair[1])
                if chance.random() < 0.5:
                    undo(lake, decision)

        return run

    at_once(*map(work, range(THREADS)))

    assert sum(list_records(lake, "counter")["n"]) == THREADS * 3
    assert lake.query("select count(*) from change where field = 'n' and op = 'set'").value() == THREADS * 3
    assert doctor(lake).healthy


def test_edits_of_different_fields_at_once_are_all_kept(lake):
    fields = ("city", "job_title", "department", "street", "region", "website", "language", "source")
    id = add_record(lake, "person", {"full_name": "Ann"})

    at_once(*(lambda name=name: set_record(lake, id, {name: f"https://{name}.example"}) for name in fields))

    values = show_record(lake, id).values
    assert [values[name] is not None for name in fields] == [True] * len(fields)


def test_of_two_edits_of_what_both_have_read_one_is_stale(lake):
    id = add_record(lake, "person", {"full_name": "Ann"})
    seen = show_record(lake, id).updated_at

    def edit(city):
        try:
            return set_record(lake, id, {"city": city}, base=seen)
        except Stale as refusal:
            return refusal.fields

    answers = at_once(*(lambda n=n: edit(f"City {n}") for n in range(THREADS)))

    assert sum(answer == ("city",) for answer in answers) == THREADS - 1


def test_fields_declared_at_once_are_all_there(lake):
    add_type(lake, COUNTER)
    at_once(*(lambda n=n: add_field(lake, "counter", Field(f"f{n}", "F", "text")) for n in range(THREADS)))

    fields = lake.catalog.type("counter").fields
    assert {field.name for field in fields} == {"name", "n", *(f"f{n}" for n in range(THREADS))}
    assert len({field.position for field in fields[2:]}) == THREADS


def test_the_model_changes_while_others_read_and_write(lake):
    add_type(lake, COUNTER)
    id = add_record(lake, "counter", {"name": "Ann", "n": 0})
    done = threading.Event()

    def declare():
        try:
            for n in range(5):
                add_field(lake, "counter", Field(f"f{n}", "F", "date"))
                retire_field(lake, "counter", f"f{n}")
        finally:
            done.set()

    def read():
        while not done.is_set():
            assert list_records(lake, "counter").height == 1
            assert count_records(lake, "counter", where="n >= 0") == 1
            show_record(lake, id)

    def write():
        written = 0
        while not done.is_set():
            raise_by_one(lake, id)
            written += 1
        return written

    answers = at_once(declare, *[read] * 5, *[write] * 2)

    assert show_record(lake, id).values["n"] == answers[-1] + answers[-2]


def test_readers_with_open_cursors_hold_up_neither_checkpoint_nor_close(lake):
    for n in range(20):
        add_record(lake, "person", {"full_name": f"Person {n}"})
    reading, let_go = threading.Barrier(5), threading.Event()

    def read():
        cursor = lake.engine.cursor()
        cursor.execute("begin")
        first = cursor.execute("from person").fetchone()
        reading.wait()
        let_go.wait()
        return first

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(read) for _ in range(4)]
        reading.wait()
        set_record(lake, 1, {"city": "Bonn"})
        lake.checkpoint()
        lake.close()
        with open_lake(lake.path) as again:
            assert list_records(again, "person", where="city = 'Bonn'").height == 1
        let_go.set()
        assert all(future.result() for future in futures)


def test_a_verb_within_a_verb_of_the_same_thread_is_a_mistake(lake):
    with pytest.raises(RuntimeError, match="pass it on"), lake.write("edit"):
        add_record(lake, "person", {"full_name": "Ann"})
    add_record(lake, "person", {"full_name": "Ann"})


def test_jobs_are_numbered_and_move_while_a_long_write_is_under_way(lake):
    with lake.write("import") as batch:
        batch.execute("insert into meta values ('slow', 'import')")
        jobs = at_once(*[lambda: add_job(lake, "import")] * THREADS)
        at_once(*(lambda job=job: move_job(lake, job, message="half", done=1, total=2) for job in jobs))
        at_once(*(lambda job=job: end_job(lake, job, state="done", message="") for job in jobs))

    assert sorted(jobs) == list(range(1, THREADS + 1))
    assert set(list_jobs(lake)["state"]) == {"done"}


def test_unmerging_while_others_edit_the_members_keeps_their_edits(lake):
    ids = [add_record(lake, "person", {"full_name": "Ann"}) for _ in range(3)]
    merge(lake, ids)

    at_once(
        lambda: unmerge(lake, ids[1]), *(lambda one=one: set_record(lake, one, {"city": f"City {one}"}) for one in ids)
    )

    assert [show_record(lake, id).values["city"] for id in ids] == [f"City {id}" for id in ids]
    assert doctor(lake).healthy


def test_a_lake_is_closed_while_somebody_reads_it(lake):
    begun = threading.Event()

    def read():
        begun.set()
        while True:
            lake.query("select count(*) from range(3000000) a, range(100) b where (a.range * b.range) % 7 = 3").value()

    with ThreadPoolExecutor(1) as other:
        reading = other.submit(read)
        begun.wait()
        lake.close()

        with pytest.raises(LakeBusy, match="was closed"):
            reading.result()

    open_lake(lake.path).close()
