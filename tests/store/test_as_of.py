"""As of a day: whatever happened since, the ledger gives back what the lake held at the end of each day, to the value."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.conftest import NOON, Clock
from xrm_lake.errors import UnknownName, XrmError
from xrm_lake.hygiene.judge import judge, merge, unmerge
from xrm_lake.model.entity_type import EntityType, Field, LinkType, Stage
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import past_of, state_as_of, state_now
from xrm_lake.store.bulk import insert_links, insert_records, set_extra, set_field
from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.links import link_records, unlink
from xrm_lake.store.model import add_field, add_link_type, add_type, change_field, change_type, retire_type
from xrm_lake.store.open import init_lake
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.retype import retype_field
from xrm_lake.store.trust import trust_source
from xrm_lake.store.undo import undo

DAY = timedelta(days=1)
THING = EntityType(
    "thing",
    "Thing",
    "Things",
    caption=("name",),
    fields=(
        Field("name", "Name", "text"),
        Field("town", "Town", "city", group="place"),
        Field("street", "Street", "street", group="place"),
        Field("size", "Size", "text"),
        Field("tags", "Tags", "choice", many=True),
    ),
)
TEXTS = st.sampled_from(["ann", "ben", "n/a", "17", "4.50", "2026-01-31", None])
PLACES = st.integers(0, 99)
FIELDS = ("name", "town", "street", "size", "tags")


class Days(Clock):
    """A clock that moves a second whenever it is looked at, and can be put to the next noon."""

    @property
    def today(self) -> date:
        return self.now.date()

    def step(self, days: int) -> None:
        self.now = datetime.combine(self.today + days * DAY, NOON.time())


def told(state) -> dict[str, list]:
    """All that a state tells, as one comparable value."""
    found = {
        name: state.query(f"select * from {name_of} order by 1, 2").rows()
        for name, name_of in (("entity", state.entity), ("link", state.link), ("verdict", state.verdict))
    }
    found["batch"] = state.query(f"select batch_id, kind, note, undone_by from {state.batch} order by 1").rows()
    found["change"] = state.query(f"select count(*), max(seq) from {state.change}").rows()
    for item in state.catalog.types:
        columns = ", ".join(quoted(field.name) for field in item.fields)
        found[item.name] = state.query(
            f"select id, live, {columns}, extra, updated_at from {state.records(item.name)} order by id"
        ).rows()
    return found | {"catalog": [state.catalog]}


class AnyDay(RuleBasedStateMachine):
    """Writes of every sort over many days; each evening what the lake holds is put aside, to be asked for later."""

    def __init__(self) -> None:
        super().__init__()
        self.folder, self.clock = TemporaryDirectory(), Days()
        self.lake = init_lake(Path(self.folder.name) / "l.xrm", template="none", clock=self.clock, user="ann")
        add_type(self.lake, THING)
        add_link_type(self.lake, LinkType("knows", "knows", "is known by", cardinality="one"))
        self.evenings: dict[date, dict[str, list]] = {}
        for name in ("ann", "ben", "ann"):
            self.add(name, "17", ["x"])

    def pick(self, place: int, sql: str) -> int:
        among = self.lake.query(sql).column()
        return among[place % len(among)] if among else 0

    def record(self, place: int, *, golden: bool = False) -> int:
        also = "" if golden else "and source <> 'golden'"
        return self.pick(place, f"select id from entity where deleted_at is null {also} order by id")

    @rule(name=TEXTS, size=TEXTS, tags=st.sampled_from([[], ["x"], ["x", "y"]]))
    def add(self, name, size, tags) -> None:
        values = {"name": name, "size": size, "town": size, "tags": tags}
        self.attempt(add_record, "thing", values, source="crm" if size else None)

    @rule(place=PLACES, name=st.sampled_from(FIELDS), value=TEXTS)
    def edit_or_pin(self, place, name, value) -> None:
        self.attempt(set_record, self.record(place, golden=True), {name: [value] if name == "tags" else value})

    @rule(place=PLACES, value=TEXTS)
    def bring(self, place, value) -> None:
        id = self.record(place)
        if not id:
            return
        with self.lake.write("import", source="crm") as batch:
            thing, first = self.lake.catalog.type("thing"), batch.new_entities(2)
            rows = {
                "id": [first, first + 2],
                "source_key": ["k", "l"],
                "extra": ['{"a": "1"}', None],
                "name": ["a", value],
            }
            schema = {"id": pl.Int64, "source_key": pl.String, "extra": pl.String, "name": pl.String}
            insert_records(batch, thing, pl.DataFrame(rows, schema=schema), source=f"crm{batch.id}")
            cells = pl.DataFrame(
                {"entity_id": [id], "value": [value]}, schema={"entity_id": pl.Int64, "value": pl.String}
            )
            set_field(batch, thing, "town", cells)
            set_extra(batch, "thing", cells.with_columns(value=pl.lit('{"seen": "twice"}')))
            rebuild_golden(batch, [id])
            links = {
                "type": ["knows"],
                "from_id": [first],
                "to_id": [id],
                "fields": [None],
                "since": [None],
                "until": [None],
            }
            nulls = dict.fromkeys(("fields", "since", "until"), pl.String)
            insert_links(batch, pl.DataFrame(links, schema_overrides=nulls))

    @rule(place=PLACES)
    def delete(self, place) -> None:
        self.attempt(delete_record, self.record(place))

    @rule(one=PLACES, other=PLACES)
    def link(self, one, other) -> None:
        self.attempt(link_records, self.record(one), "knows", self.record(other))

    @rule(place=PLACES)
    def unlink(self, place) -> None:
        self.attempt(unlink, self.pick(place, "select id from link where ended_at is null order by id"))

    @rule(one=PLACES, other=PLACES)
    def merge(self, one, other) -> None:
        self.attempt(merge, [self.record(one), self.record(other)])

    @rule(place=PLACES)
    def unmerge(self, place) -> None:
        self.attempt(unmerge, self.pick(place, "select id from entity where golden_id is not null order by id"))

    @rule(one=PLACES, other=PLACES, verdict=st.sampled_from(["same", "different", "open"]))
    def judge(self, one, other, verdict) -> None:
        left, right = sorted((self.record(one), self.record(other)))
        self.attempt(judge, [(left, right)], verdict)

    @rule(place=PLACES)
    def undo(self, place) -> None:
        kinds = "('import', 'edit', 'judge', 'undo')"
        self.attempt(
            undo,
            self.pick(place, f"select batch_id from batch where kind in {kinds} and undone_by is null order by 1 desc"),
        )

    @rule(kind=st.sampled_from(["text", "integer", "decimal", "date"]), name=st.sampled_from(["size", "town"]))
    def retype(self, kind, name) -> None:
        self.attempt(retype_field, "thing", name, kind, force=True)

    @rule(keep=st.sampled_from(["", "most_recent", "oldest"]), name=st.sampled_from(["name", "size"]))
    def keep(self, keep, name) -> None:
        self.attempt(change_field, "thing", name, keep=keep)

    @rule(trust=st.sampled_from([0.0, 1.0]), source=st.sampled_from(["crm", "manual"]))
    def trust(self, trust, source) -> None:
        self.attempt(trust_source, source, trust)

    @rule()
    def grow(self) -> None:
        name = f"f{len(self.lake.catalog.type('thing').fields)}"
        add_field(self.lake, "thing", Field(name, name, "text"))
        self.attempt(set_record, self.record(0), {name: "new"})

    @rule(days=st.integers(1, 3))
    def evening(self, days) -> None:
        self.evenings[self.clock.today] = told(state_now(self.lake, self.clock.today))
        self.clock.step(days)

    def attempt(self, verb, *values, **options) -> None:
        with suppress(XrmError):
            verb(self.lake, *values, **options)

    def teardown(self) -> None:
        self.clock.step(1)
        for day, kept in self.evenings.items():
            with past_of(self.lake, day) as state:
                then = told(state)
            for name in kept:
                assert then[name] == kept[name], (day, name)
            assert self.lake.query("select count(*) from duckdb_tables() where temporary").value() == 0
        self.lake.close()
        self.folder.cleanup()


AnyDay.TestCase.settings = settings(
    max_examples=10,
    phases=[Phase.generate],
    stateful_step_count=30,
    suppress_health_check=list(HealthCheck),
    deadline=None,
)
test_the_ledger_gives_back_each_evening = AnyDay.TestCase


@pytest.fixture
def person(lake):
    return add_record(lake, "person", {"full_name": "Ann Example", "city": "Bonn"})


def test_a_value_is_what_the_first_later_change_says_was_there_before(lake, clock, person):
    clock.now += DAY
    set_record(lake, person, {"city": "Köln"})
    clock.now += DAY
    set_record(lake, person, {"city": "Kiel"})

    for days, city in enumerate(["Bonn", "Köln", "Kiel"]):
        with past_of(lake, NOON.date() + days * DAY) as state:
            assert state.query(f"select city from {state.records('person')} where id = $id", id=person).value() == city


def test_what_is_declared_later_was_not_there(lake, clock, person):
    clock.now += DAY
    add_type(
        lake, EntityType("boat", "Boat", "Boats", fields=(Field("name", "Name", "text"),), stages=(Stage("new", 1),))
    )
    add_field(lake, "person", Field("shoe_size", "Shoe size", "integer"))
    change_type(lake, "person", staleness_days=7)
    retire_type(lake, "ticket")

    with past_of(lake, NOON.date()) as state:
        with pytest.raises(UnknownName, match="boat"):
            state.records("boat")
        with pytest.raises(UnknownName, match="shoe_size"):
            state.catalog.field("person", "shoe_size")
        assert state.catalog.type("person").staleness_days == 180
        assert not state.catalog.type("ticket").retired
    with past_of(lake, NOON.date() + DAY) as state:
        assert state.catalog == lake.catalog


def test_before_the_first_record_there_was_nothing(lake, person):
    with past_of(lake, NOON.date() - DAY) as state:
        assert state.catalog.types == ()
        assert state.query(f"select count(*) from {state.entity}").value() == 0


def test_within_a_batch_the_past_is_told_beside_what_is_being_written(lake, clock, person):
    clock.now += DAY
    with lake.write("import") as batch:
        set_field(batch, lake.catalog.type("person"), "city", pl.DataFrame({"entity_id": [person], "value": ["Kiel"]}))
        with state_as_of(batch, NOON.date()) as then:
            read = "select city from {} where id = $id"
            assert then.query(read.format(then.records("person")), id=person).value() == "Bonn"
            now = state_now(batch, clock.now.date())
            assert now.query(read.format(now.records("person")), id=person).value() == "Kiel"


def test_who_reads_the_past_sees_nothing_of_what_others_write_meanwhile(lake, clock, person):
    clock.now += DAY
    with past_of(lake, NOON.date()) as state:
        Thread(target=set_record, args=(lake, person, {"city": "Kiel"})).start()
        while lake.commits == 0:
            pass
        assert state.query(f"select city from {state.records('person')} where id = $id", id=person).value() == "Bonn"
