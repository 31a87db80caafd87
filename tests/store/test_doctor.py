"""The doctor: it finds whatever breaks an invariant, and nothing in a lake that is sound."""

import pytest

from xrm_lake.hygiene.judge import merge
from xrm_lake.store.doctor import INVARIANTS, doctor
from xrm_lake.store.links import link_records
from xrm_lake.store.records import add_record

BREAKAGES = {
    "ids are unique": "insert into entity select * from entity limit 1",
    "golden ids are even, others odd": "update entity set source = 'golden' where id = 1",
    "links join records that exist": "update link set to_id = 999",
    "links follow the merges": "update link set from_golden = from_id",
    "members have a golden record": "delete from entity where source = 'golden'",
    "golden records have two members or more": "update entity set golden_id = null where id = 1",
    "keys are unique in their source": "update entity set source_key = 'k' where source = 'manual' and type = 'person'",
    "changes belong to batches": "update change set batch_id = 999 where seq = 1",
    "the ledger has no gaps": "delete from change where seq = 1",
    "decisions are batches": "update verdict set decision_id = 999",
    "batches are unique": "insert into batch select * from batch limit 1",
    "search texts are of live records": "insert into search_doc values (1, 'person', 'ann')",
    "search texts are unique": "insert into search_doc select * from search_doc limit 1",
    "live records have a search text": "delete from search_doc where id = (select max(id) from search_doc)",
    'records of "person" agree with the spine': "delete from rec_person where id = 1",
}


@pytest.fixture
def sound(lake):
    people = [add_record(lake, "person", {"full_name": name}) for name in ("Ann", "Anne", "Ben")]
    firm = add_record(lake, "organisation", {"name": "Example"})
    link_records(lake, people[0], "works_for", firm)
    merge(lake, people[:2])
    return lake


def test_a_sound_lake_is_healthy_and_its_signs_are_told(sound):
    found = doctor(sound)

    assert found.healthy
    assert found.findings["found"].sum() == 0
    assert (found.signs["records"], found.signs["golden_records"], found.signs["links"]) == (4, 1, 1)


def test_every_invariant_has_a_breakage_that_shows_it():
    assert set(BREAKAGES) >= set(INVARIANTS)


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_breakage_is_found_by_its_name(sound, name):
    sound.engine.cursor().execute(BREAKAGES[name])

    found = doctor(sound)

    assert not found.healthy
    assert name in found.findings.filter(~found.findings["ok"])["name"].to_list()
