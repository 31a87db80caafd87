"""Undo: whatever was written and taken back, in any order, the lake holds what its standing batches say."""

from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.conftest import Clock
from tests.store.believed import FIELDS, Believed
from xrm_lake.errors import ConflictingVerdict, InvalidValue, Refused, UnknownRecord
from xrm_lake.hygiene.judge import judge, merge, unmerge
from xrm_lake.model.entity_type import EntityType, Field, LinkType
from xrm_lake.store.bulk import insert_records, set_field
from xrm_lake.store.doctor import doctor
from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.links import link_records, unlink
from xrm_lake.store.model import add_link_type, add_type
from xrm_lake.store.open import init_lake
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.search import refresh_search
from xrm_lake.store.undo import undo

THING = EntityType(
    "thing", "Thing", "Things", caption=("name",), fields=tuple(Field(name, name, "text") for name in FIELDS)
)
NAMES = st.sampled_from(["ann", "ben", "cleo", None])
PLACES = st.integers(0, 99)


class AnyOrder(RuleBasedStateMachine):
    """Writes of every sort and undos in any order; after the last step the lake is held against the model."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.lake = init_lake(Path(self.folder.name) / "l.xrm", template="none", clock=Clock(), user="ann")
        add_type(self.lake, THING)
        add_link_type(self.lake, LinkType("knows", "knows", "is known by"))
        self.believed = Believed()
        for name in ("ann", "ben", "ann"):
            self.add(name, "bonn")

    def last_batch(self) -> int:
        return self.lake.query("select coalesce(max(batch_id), 0) from batch").value()

    def wrote(self, before: int) -> int | None:
        """The batch that was kept since, if any was."""
        after = self.last_batch()
        return after if after > before else None

    def pick(self, place: int, among) -> int:
        among = sorted(among)
        assume(among)
        return among[place % len(among)]

    @rule(name=NAMES, town=NAMES)
    def add(self, name, town) -> None:
        id = add_record(self.lake, "thing", {"name": name, "town": town})
        self.believed.write(self.last_batch(), "edit", [("create", id, {"name": name, "town": town})])

    @rule(place=PLACES, field=st.sampled_from(FIELDS), value=NAMES)
    def edit(self, place, field, value) -> None:
        id, before = self.pick(place, self.believed.alive()), self.last_batch()
        set_record(self.lake, id, {field: value})
        if batch := self.wrote(before):
            self.believed.write(batch, "edit", [("set", id, field, value)])

    @rule(place=PLACES, value=NAMES)
    def bring(self, place, value) -> None:
        id = self.pick(place, self.believed.alive())
        with self.lake.write("import", source="crm") as batch:
            first = batch.new_entities(2)
            rows = {"id": [first, first + 2], "source_key": ["k", "l"], "extra": [None, None], "name": ["ann", value]}
            schema = {"id": pl.Int64, "source_key": pl.String, "extra": pl.String, "name": pl.String}
            insert_records(
                batch, self.lake.catalog.type("thing"), pl.DataFrame(rows, schema=schema), source=f"crm{batch.id}"
            )
            cells = pl.DataFrame(
                {"entity_id": [id], "value": [value]}, schema={"entity_id": pl.Int64, "value": pl.String}
            )
            changed = set_field(batch, self.lake.catalog.type("thing"), "town", cells)
            with batch.frame("changed", pl.DataFrame({"id": [id]})):
                refresh_search(batch, "thing", "changed")
            rebuild_golden(batch, [id])
            did = [
                ("create", first, {"name": "ann", "town": None}),
                ("create", first + 2, {"name": value, "town": None}),
            ]
            self.believed.write(batch.id, "import", did + [("set", id, "town", value)] * changed)

    @rule(place=PLACES)
    def delete(self, place) -> None:
        id = self.pick(place, self.believed.alive())
        assume(len(self.believed.alive()) > 2)
        self.believed.write(delete_record(self.lake, id), "edit", [("delete", id)])

    @rule(one=PLACES, other=PLACES)
    def link(self, one, other) -> None:
        start, end, before = (
            self.pick(one, self.believed.alive()),
            self.pick(other, self.believed.alive()),
            self.last_batch(),
        )
        if self.believed.golden_of(start) == self.believed.golden_of(end):
            with pytest.raises(InvalidValue, match="is one with"):
                link_records(self.lake, start, "knows", end)
            return
        id = link_records(self.lake, start, "knows", end)
        if batch := self.wrote(before):
            self.believed.write(batch, "edit", [("link", id, start, end)])

    @precondition(lambda self: self.believed.links())
    @rule(place=PLACES)
    def unlink(self, place) -> None:
        ends = {id: self.believed.golden_ends(link) for link in self.believed.links() for id in link[:1]}
        id = self.pick(place, ends)
        alike = [other for other in sorted(ends) if ends[other] == ends[id]]
        self.believed.write(unlink(self.lake, id), "edit", [("unlink", other) for other in alike])

    @rule(places=st.lists(PLACES, min_size=2, max_size=3, unique=True))
    def merge(self, places) -> None:
        ids = sorted({self.pick(place, self.believed.alive()) for place in places})
        assume(len(ids) > 1)
        one = len({self.believed.golden_of(id) for id in ids}) == 1
        try:
            decision = merge(self.lake, ids)
        except ConflictingVerdict:
            return
        except Refused:
            assert one
            return
        self.believed.write(decision, "judge", [("verdict", ids[0], other, "same") for other in ids[1:]])

    @rule(one=PLACES, other=PLACES)
    def part(self, one, other) -> None:
        ids = sorted({self.pick(one, self.believed.alive()), self.pick(other, self.believed.alive())})
        assume(len(ids) > 1)
        try:
            decision = judge(self.lake, [tuple(ids)], "different")
        except ConflictingVerdict:
            return
        self.believed.write(decision, "judge", [("verdict", *ids, "different")])

    @precondition(lambda self: self.believed.clusters())
    @rule(place=PLACES, whole=st.booleans())
    def unmerge(self, place, whole) -> None:
        golden = self.pick(place, self.believed.joined())
        members, standing = self.believed.joined()[golden], self.believed.clusters()[golden]
        leaving = members if whole else [standing[place % len(standing)]]
        staying = [id for id in members if id not in leaving]
        decision = unmerge(self.lake, golden if whole else leaving[0])
        parted = [("verdict", *pair, "different") for pair in combinations(members, 2) if set(pair) & set(leaving)]
        self.believed.write(decision, "judge", parted + [("verdict", staying[0], id, "same") for id in staying[1:]])

    @precondition(lambda self: self.believed.clusters())
    @rule(place=PLACES, field=st.sampled_from(FIELDS), value=NAMES)
    def pin(self, place, field, value) -> None:
        golden, before = self.pick(place, self.believed.clusters()), self.last_batch()
        set_record(self.lake, golden, {field: value})
        if batch := self.wrote(before):
            self.believed.write(batch, "edit", [("pin", golden - 1, field, value)])

    @rule(place=PLACES)
    def take_back(self, place) -> None:
        self.take_back_one_of(place, lambda batch: batch.kind != "undo")

    @rule(place=PLACES)
    def bring_back(self, place) -> None:
        undone = {id for id, batch in self.believed.batches.items() if batch.kind not in ("undo", "import")}
        self.take_back_one_of(place, lambda batch: batch.kind == "undo" and batch.undoes in undone)

    def take_back_one_of(self, place, wanted) -> None:
        standing = {id for id, batch in self.believed.batches.items() if wanted(batch) and batch.undone_by is None}
        id = self.pick(place, standing)
        alive = self.believed.alive()
        try:
            result = undo(self.lake, id)
        except ConflictingVerdict:
            assert self.believed.batches[id].kind == "undo"
            return
        subject = self.believed.undo(id, result.batch_id)
        assert set(result.kept.select("entity_id", "field").rows()) == self.believed.kept(subject, alive)

    def teardown(self) -> None:
        try:
            self.compare()
        finally:
            self.lake.close()
            self.folder.cleanup()

    def compare(self) -> None:
        held = self.lake.query("select id, name, town from rec_thing where id % 2 = 1").dicts()
        golden = self.lake.query("select id, name, town from rec_thing where id % 2 = 0").dicts()
        members = self.lake.query(
            "select golden_id, list(id order by id) from entity where golden_id is not null group by 1"
        ).rows()
        alive, values, merged = self.believed.alive(), self.believed.values(), self.believed.golden_values()
        gone = {id for ids in self.believed.joined().values() for id in ids}
        assert {row.pop("id"): row for row in held} == values
        assert set(self.lake.query("select id from entity where id % 2 = 1 and deleted_at is null").column()) == alive
        assert (
            set(self.lake.query("select id, from_id, to_id from link where ended_at is null").rows())
            == self.believed.links()
        )
        assert dict(members) == self.believed.joined()
        assert {row.pop("id"): row for row in golden} == merged
        texts = {id: " ".join(filter(None, row.values())) for id, row in (values | merged).items() if id not in gone}
        for id, joined in self.believed.clusters().items():
            said = {value for member in joined for value in values[member].values() if value}
            texts[id] = " ".join([texts[id], *sorted(value for value in said if value not in texts[id])])
        assert dict(self.lake.query("select id, text from search_doc").rows()) == {
            id: text for id, text in texts.items() if id in alive or id in merged
        }
        assert doctor(self.lake).findings.filter(~pl.col("ok")).rows() == []


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_batch_that_never_was_cannot_be_undone(lake):
    with pytest.raises(UnknownRecord, match="batch"):
        undo(lake, 999)


def test_a_change_of_the_model_is_taken_back_by_changing_it_again(lake):
    batch = add_type(lake, THING)

    with pytest.raises(Refused, match="model"):
        undo(lake, batch)
