"""Undo of an import in the midst of others: what is left is what there would be had it never come, search and timeline too."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Clock
from tests.ingest.files import file
from xrm_lake.hygiene.judge import merge
from xrm_lake.ingest.load import import_files
from xrm_lake.store.doctor import doctor
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake
from xrm_lake.store.records import set_record
from xrm_lake.store.timeline import record_timeline
from xrm_lake.store.undo import undo

PLACES = st.integers(0, 3)
CITIES = st.sampled_from(["Bonn", "Wien", "Bern"])
# What happens beside the import that is taken back: people edit and merge, and a source delivers again.
DOINGS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), PLACES, st.sampled_from(["Clerk", "Boss"])),
        st.tuples(st.just("merge"), PLACES, PLACES),
        st.tuples(st.just("again"), PLACES, CITIES),
        st.tuples(st.just("calls"), PLACES, PLACES),
    ),
    max_size=4,
)


def bring(lake: Lake, folder: Path, text: str, **options: object) -> int:
    done = import_files(lake, [file(folder, "file.csv", text)], preset="none", **options).files[0]
    assert done.accounted
    return done.batch_id or 0


def people(lake: Lake, folder: Path, city: str) -> int:
    rows = [f"p{n},Ann{n},Lee{n},n{n}@example.org,{city}" for n in range(4)]
    return bring(
        lake, folder, "\n".join(["id,First name,Last name,Email,City", *rows]) + "\n", type="person", source="crm"
    )


def ids(lake: Lake) -> list[int]:
    return lake.query("select id from entity where source = 'crm' and type = 'person' order by source_key").column()


def do(lake: Lake, folder: Path, doing: tuple) -> None:
    what, one, other = doing
    if what == "edit":
        set_record(lake, ids(lake)[one], {"job_title": other})
    elif what == "merge":
        pair = {
            lake.query("select coalesce(golden_id, id) from entity where id = $id", id=ids(lake)[each]).value()
            for each in (one, other)
        }
        if len(pair) > 1:
            merge(lake, [ids(lake)[one], ids(lake)[other]])
    elif what == "again":
        people(lake, folder, other)
    else:
        text = f"id,Subject,Happened at,Email\nc{one}{other},Call,2026-01-0{1 + other} 10:00:00,n{one}@example.org\n"
        mapping = {"Email": "link:about:person:key=email"}
        bring(lake, folder, text, type="activity", source="calls", mapping=mapping)


def seen(lake: Lake) -> dict[str, object]:
    """What users see, told without the ids that were given out meanwhile."""
    name = dict(lake.query("select id, source || ' ' || source_key from entity where source <> 'golden'").rows())
    for id, oldest in lake.query("select golden_id, min(id) from entity where golden_id is not null group by 1").rows():
        name[id] = f"golden {name[oldest]}"
    live = lake.query("select id, full_name, email, city, job_title from person order by id").rows()
    links = lake.query("select type, from_id, to_id from link where ended_at is null").rows()
    texts = lake.query("select id, text from search_doc where type = 'person'").rows()
    events = {
        name[row[0]]: record_timeline(lake, row[0]).select("happened_at", "type", "caption", "what").rows()
        for row in live
    }
    return {
        "live": {name[id]: values for id, *values in live},
        "links": sorted((kind, name[start], name[end]) for kind, start, end in links),
        "texts": {name[id]: text for id, text in texts},
        "events": {key: sorted(map(str, rows)) for key, rows in events.items()},
    }


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=DOINGS, after=DOINGS, places=st.sets(PLACES, min_size=1))
def test_what_is_left_is_what_there_would_be_had_it_never_come(tmp_path_factory, before, after, places):
    folder = tmp_path_factory.mktemp("undo")
    left = []
    for name in ("with", "without"):
        with init_lake(folder / f"{name}.xrm", clock=Clock(), user="ann") as lake:
            people(lake, folder, "Bonn")
            for doing in before:
                do(lake, folder, doing)
            batch = 0
            if name == "with":
                rows = [f"n{n}@example.org,+49 228 12345{n}" for n in sorted(places)] + [
                    "new@example.org,+49 228 777777"
                ]
                batch = bring(
                    lake, folder, "\n".join(["Email,Phone", *rows]) + "\n", type="person", source="list", key=["email"]
                )
            for doing in after:
                do(lake, folder, doing)
            if batch:
                assert undo(lake, batch).kept.is_empty()
            left.append(seen(lake))
            assert doctor(lake).healthy

    assert left[0] == left[1]
