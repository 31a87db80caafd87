"""Undo beside the order of batches: kinds that changed, stages that came, work that goes out of sight."""

from pathlib import Path

from xrm_lake.hygiene.judge import merge
from xrm_lake.ingest.load import import_files
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.lake import Lake
from xrm_lake.store.links import link_records
from xrm_lake.store.model import add_type
from xrm_lake.store.read import show_record
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.retype import retype_field
from xrm_lake.store.undo import undo


def bring(lake: Lake, folder: Path, text: str, **options: str) -> int:
    path = folder / "file.csv"
    path.write_text(text, encoding="utf-8")
    return import_files(lake, [path], **options).files[0].batch_id or 0


def thing(lake: Lake, first: str, then: str) -> tuple[int, int]:
    """A record whose text was changed, and the batch that did."""
    fields = (Field("name", "Name", "text"), Field("size", "Size", "text"))
    add_type(lake, EntityType("thing", "Thing", "Things", caption=("name",), fields=fields))
    id = add_record(lake, "thing", {"name": "a", "size": first})
    set_record(lake, id, {"size": then})
    return id, lake.counters.batch_id


def test_a_value_that_does_not_fit_the_new_kind_of_its_field_stays_away_and_is_reported(lake):
    id, edit = thing(lake, "abc", "12")
    retype_field(lake, "thing", "size", "integer")

    done = undo(lake, edit)

    assert show_record(lake, id).values["size"] == 12
    assert done.fields == 0
    assert done.kept.select("entity_id", "field").rows() == [(id, "size")]


def test_a_value_that_fits_the_new_kind_goes_back_as_that_kind_writes_it(lake):
    id, edit = thing(lake, "3.0", "12")
    retype_field(lake, "thing", "size", "integer")

    undo(lake, edit)

    assert show_record(lake, id).values["size"] == 3
    assert lake.query("select new from change where entity_id = $id order by seq desc limit 1", id=id).value() == "3"


def test_a_stage_goes_with_the_last_import_that_used_it(lake, tmp_path):
    first = bring(lake, tmp_path, "id,name,stage\n1,One,Weird\n", type="deal", source="a")
    second = bring(lake, tmp_path, "id,name,stage\n2,Two,Weird\n", type="deal", source="b")

    undo(lake, first)
    between = [stage.name for stage in lake.catalog.type("deal").stages]
    undo(lake, second)

    assert "Weird" in between
    assert "Weird" not in [stage.name for stage in lake.catalog.type("deal").stages]


def test_a_stage_stays_for_a_record_that_was_merged(lake, tmp_path):
    first = bring(lake, tmp_path, "id,name,stage\n1,One,Weird\n", type="deal", source="a")
    ids = [add_record(lake, "deal", {"name": "Two", "stage": stage}) for stage in ("Weird", "Lead")]
    merge(lake, ids)
    set_record(lake, ids[0] + 1, {"stage": "Lead"})

    undo(lake, first)

    assert "Weird" in [stage.name for stage in lake.catalog.type("deal").stages]


def test_undo_of_an_import_tells_what_people_did_to_the_records_it_withdraws(lake, tmp_path):
    batch = bring(lake, tmp_path, "id,first name,last name\n1,Ann,Lee\n2,Anna,Lee\n", type="person", source="a")
    ann, anna = lake.query("select id from person order by id").column()
    merge(lake, [ann, anna])
    set_record(lake, ann + 1, {"job_title": "Clerk"})
    link_records(lake, anna, "works_for", add_record(lake, "organisation", {"name": "Acme"}))

    kept = undo(lake, batch).kept

    assert set(kept.select("entity_id", "field").rows()) == {
        (ann, "same"), (anna, "same"), (ann, "job_title"), (anna, "works_for"),
    }  # fmt: skip
