"""A whole lake out as a folder and into an empty one by one command: the same lake, but for its numbers."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Barrier

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import Clock
from tests.hygiene.many import add_many
from tests.reports.test_export_round_trip import FIELDS, ROWS, SCHEMA, TEXT, canonical
from xrm_lake.errors import LakeFull, Refused, UnknownName
from xrm_lake.hygiene.judge import merge
from xrm_lake.ingest.load import import_files
from xrm_lake.model.entity_type import EntityType, Field, LinkType, Stage
from xrm_lake.model.kinds import kind
from xrm_lake.reports.export import write_whole
from xrm_lake.reports.export_all import export_all
from xrm_lake.store.links import link_records
from xrm_lake.store.model import add_link_type, add_type, retire_field
from xrm_lake.store.open import init_lake
from xrm_lake.store.outgoing import links_query, merged_query
from xrm_lake.store.read import select_outgoing
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.undo import undo

COUNTS = ("new", "changed", "rejected", "conflicts", "links", "pending")
PART = EntityType(
    "part", "Part", "Parts", caption=("name",), fields=(*FIELDS, Field("phase", "Phase", "choice"), Field("old", "Old", "text")),
    stages=(Stage("Made", 1), Stage("Sold", 2, "won", 1.0), Stage("Scrapped", 3, "lost")), stage_field="phase",
)  # fmt: skip
HELPER = EntityType("helper", "Helper", "Helpers", fields=(Field("task", "Task", "text"),), role_of="both")
USES = LinkType(
    "uses", "uses", "used by", ("part", "person"), ("part",),
    fields=(Field("note", "Note", "text"), Field("share", "Share", "number"), Field("paid", "Paid", "money")),
)  # fmt: skip
MADE_BY = LinkType("made_by", "made by", "makes", ("part",), ("organisation",), cardinality="one")
LINKS = st.lists(
    st.fixed_dictionaries(
        {
            "from": st.integers(0, 5), "to": st.integers(0, 5), "note": st.none() | TEXT,
            "share": st.none() | st.integers(-999, 999).map(lambda each: each / 8), "paid": st.none() | st.decimals(0, 10**6, places=2),
            "since": st.none() | st.dates(date(1990, 1, 1), date(2040, 1, 1)),
        }
    ),
    max_size=5, unique_by=lambda each: (each["from"], each["to"]),
)  # fmt: skip


def fill(lake, rows, links):
    """A lake with types made while it runs, roles of both sorts of party, links with fields, and two people who are one."""
    for each in (PART, HELPER):
        add_type(lake, each)
    for each in (USES, MADE_BY):
        add_link_type(lake, each)
    retire_field(lake, "part", "old")
    parts = add_many(
        lake,
        "part",
        [row | {"phase": "Sold"} for row in pl.DataFrame(rows, schema=SCHEMA).to_dicts()],
        source="old shop",
    )
    acme = add_record(lake, "organisation", {"name": "Acme & Söhne", "country": "DE"})
    people = add_many(
        lake,
        "person",
        [
            {"full_name": "Ann Lee", "city": "Bonn"},
            {"full_name": "Anne Lee", "job_title": "+Head"},
            {"full_name": "Bob"},
        ],
    )
    add_record(lake, "helper", {"task": "sweeps", "party_id": people[2]})
    add_record(lake, "helper", {"task": "pays", "party_id": acme})
    add_record(lake, "helper", {"task": "=asks", "party_id": people[0]})
    decision = merge(lake, people[:2], by="ann")
    set_record(lake, people[0] + 1, {"city": "Köln"})
    ends = [*parts, people[1]]
    for each in links:
        start, end = ends[each["from"] % len(ends)], parts[each["to"] % len(parts)]
        if start != end:
            said = {name: each[name] for name in ("note", "share", "paid") if each[name] is not None}
            link_records(lake, start, "uses", end, fields=said, since=each["since"])
    link_records(lake, parts[0], "made_by", acme)
    return decision


def seen(lake):
    """All that a lake says of records and links, by their lasting names."""
    own = ("id", "updated_at", "xrm:version", "party_id", "from", "to")
    told = {}
    for each in lake.catalog.active_types:
        live, merged = select_outgoing(lake, each.name, links=False), lake.query(merged_query(lake, each)).frame()
        # What stands for several is called by a number of its lake.
        live = live.with_columns(pl.when(pl.col("xrm:source") != "golden").then("xrm:key").alias("xrm:key"))
        for name, rows in (("live", live), ("merged", merged)):
            told[name, each.name] = sorted(rows.drop(own, strict=False).to_dicts(), key=lambda row: row["xrm:record"])
    for link in lake.catalog.link_types:
        rows = lake.query(links_query(lake, link)).frame().drop(own, strict=False).to_dicts()
        numbers = [field.name for field in link.fields if field.kind in ("number", "money")]
        told["links", link.name] = sorted(
            (row | {name: row[name] and Decimal(row[name]) for name in numbers} for row in rows),
            key=lambda row: json.dumps(row, default=str),
        )
    return told


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "jsonl"])
@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate,))
@given(rows=ROWS, links=LINKS)
def test_a_lake_that_is_exported_and_imported_is_the_same_lake(tmp_path_factory, form, rows, links):
    folder, rows = tmp_path_factory.mktemp("whole"), canonical(rows)
    links = [each | {"note": kind("text").clean(pl.Series([each["note"]], dtype=pl.String))[0]} for each in links]
    if not rows:
        return
    with init_lake(folder / "a.xrm", clock=Clock(), user="ann") as lake:
        fill(lake, rows, links)
        before = seen(lake)
        whole = export_all(lake, out=folder / "out", format=form)
        back = import_files(lake, [folder / "out"], source="elsewhere")
        assert (seen(lake), {name: back.total(name) for name in COUNTS}) == (before, dict.fromkeys(COUNTS, 0))
    with init_lake(folder / "b.xrm", template="none", clock=Clock(), user="eve") as other:
        import_files(other, [folder / "out"], source="anything")
        after = seen(other)
        again = import_files(other, [folder / "out"])
        stages = other.catalog.type("part").stages

    used = [key for key, rows in before.items() if rows]
    assert {key: after[key] for key in used} == {key: before[key] for key in used}
    assert {name: again.total(name) for name in COUNTS} == dict.fromkeys(COUNTS, 0)
    assert (stages, whole.records) == (PART.stages, sum(len(before[key]) for key in used if key[0] == "live"))


@pytest.fixture
def whole(lake, tmp_path):
    """The folder of a lake that was exported whole."""
    row = canonical([{"name": "Bolt", "price": Decimal("1.50")}, {"name": "Nut", "price": None}])
    links = [{"from": 0, "to": 1, "note": "tight", "share": 50.0, "paid": None, "since": date(2024, 1, 1)}]
    decision = fill(lake, row, links)
    export_all(lake, out=tmp_path / "out")
    return tmp_path / "out", decision


def rewrite(file, **columns):
    pl.read_csv(file, infer_schema=False).with_columns(**columns).write_csv(file)


def test_what_was_merged_can_be_taken_apart_where_it_was_brought(lake, whole, tmp_path, clock):
    folder, _ = whole
    with init_lake(tmp_path / "b.xrm", template="none", clock=clock) as other:
        import_files(other, [folder])
        judged = other.query("select batch_id from batch where kind = 'judge'").value()
        names = {row["full_name"] for row in select_outgoing(other, "person").to_dicts()}
        undo(other, judged)
        apart = {row["full_name"] for row in select_outgoing(other, "person").to_dicts()}

    assert (len(names), apart) == (2, {"Ann Lee", "Anne Lee", "Bob"})


def test_a_field_of_a_link_that_was_written_into_its_file_is_what_changes(lake, whole):
    folder, _ = whole
    before = seen(lake)
    rewrite(folder / "links" / "uses.csv", note=pl.lit("loose"))

    result = import_files(lake, [folder])
    after = seen(lake)

    assert {name: result.total(name) for name in COUNTS} == dict.fromkeys(COUNTS, 0) | {"changed": 1, "links": 1}
    assert [key for key in before if after[key] != before[key]] == [("links", "uses")]
    assert [(row["note"], row["share"], row["since"]) for row in after["links", "uses"]] == [
        ("loose", 50, date(2024, 1, 1))
    ]


def test_a_link_that_was_ended_since_stays_ended(lake, whole):
    from xrm_lake.store.links import unlink

    folder, _ = whole
    unlink(lake, lake.query("select max(id) from link where type = 'uses'").value())
    before = seen(lake)

    assert import_files(lake, [folder]).total("links") == 0
    assert seen(lake) == before


def test_an_export_is_there_whole_or_not_at_all_and_takes_the_place_of_an_export_only(lake, whole, tmp_path):
    folder, _ = whole
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")

    with pytest.raises(Refused, match="is there already"):
        export_all(lake, out=folder)
    with pytest.raises(Refused, match=r"no export\.toml"):
        export_all(lake, out=tmp_path / "mine", replace=True)
    with pytest.raises(UnknownName):
        export_all(lake, out=tmp_path / "other", format="docx")
    again = export_all(lake, out=folder, format="parquet", replace=True)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["mine", "out", "test.xrm"]
    assert {each.suffix for each in folder.rglob("*") if each.is_file()} == {".parquet", ".toml"}
    assert sorted(again.files["what"].unique()) == ["links", "merged", "records"]


def test_a_lake_that_has_some_of_the_model_gains_the_rest(lake, whole, tmp_path, clock):
    folder, _ = whole
    with init_lake(tmp_path / "b.xrm", clock=clock) as other:
        add_type(other, EntityType("part", "Stück", "Stücke", caption=("name",), fields=FIELDS[:2]))
        result = import_files(other, [folder])

        assert (result.total("rejected"), result.total("pending")) == (0, 0)
        assert (other.catalog.type("part").label, other.catalog.has_link_type("made_by")) == ("Stück", True)
        assert [row["price"] for row in select_outgoing(other, "part").to_dicts()] == [Decimal("1.50"), None]


def test_an_empty_lake_is_exported_as_its_model_alone(lake, tmp_path):
    whole = export_all(lake, out=tmp_path / "out")

    assert (whole.records, whole.links, whole.files.height) == (0, 0, 0)
    assert (tmp_path / "out" / "model" / "person.toml").is_file()


def test_an_earlier_export_stays_until_the_new_one_is_in_its_place(lake, whole, tmp_path, monkeypatch):
    folder, _ = whole
    before = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    rename, removed = Path.rename, []

    def fails(path, to):
        if Path(to) == folder and not removed:
            removed.append(to)
            raise OSError("No space left on device")
        return rename(path, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", fails)
        with pytest.raises(LakeFull, match="Nothing was written"):
            export_all(lake, out=folder, format="parquet", replace=True)

    assert {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()} == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out", "test.xrm"]


def test_two_threads_that_write_one_target_do_not_write_into_one_file(tmp_path):
    target, both = tmp_path / "out.csv", Barrier(2, timeout=20)

    def write(text):
        def draw(file):
            both.wait()
            file.write(text)
            file.flush()
            both.wait()

        write_whole(target, draw, replace=True)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, (b"a" * 9, b"b" * 5)))

    assert target.read_bytes() in (b"a" * 9, b"b" * 5)
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]
