"""One firm, exported from nine systems: each is recognised, linked and lands as the same records; together they are seen to be one."""

from collections.abc import Iterator

import pytest

from tests.ingest.systems import SYSTEMS
from tests.ingest.systems.firm import Firm, make_firm
from tests.ingest.systems.landed import expected, links, values
from tests.ingest.systems.system import System
from tests.ingest.systems.together import cluster_score, import_all, true_rows
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.hygiene.judge import judge
from xrm_lake.hygiene.match import match
from xrm_lake.ingest.load import import_files
from xrm_lake.model.results import ImportResult
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake


@pytest.fixture(scope="module")
def firm() -> Firm:
    return make_firm(3)


@pytest.fixture(scope="module", params=SYSTEMS, ids=lambda system: system.name)
def landed(request, firm, tmp_path_factory) -> Iterator[tuple[System, Lake, ImportResult]]:
    """A lake with the export of one system, brought in by one call that says nothing but the folder."""
    system, folder = request.param, tmp_path_factory.mktemp(request.param.name)
    with init_lake(folder / "firm.xrm", user="ann") as lake:
        system.write(firm, folder / "export")
        yield system, lake, import_files(lake, [folder / "export"])


def test_each_file_is_recognised_by_system_and_kind(landed):
    system, _lake, result = landed

    found = {file.preset or file.type for file in result.files}

    assert found == {sheet.role or sheet.type for sheet in system.sheets}


def test_every_row_lands_and_none_is_rejected(landed, firm):
    system, lake, result = landed

    assert (result.total("rejected"), lake.query("select count(*) from reject").value()) == (0, 0)
    for type in {sheet.type for sheet in system.sheets if sheet.type}:
        assert (
            lake.query("select count(*) from entity where type = $type", type=type).value() == firm.records[type].height
        )


def test_the_fields_say_the_same_whichever_system_they_come_from(landed, firm):
    system, lake, _result = landed
    types = {sheet.type for sheet in system.sheets if sheet.type}

    for type in types:
        fields = system.fields(type)
        assert values(lake, system.name, type, fields) == expected(lake, system, firm, type, fields), type
    assert types >= {"user", "organisation", "person", "deal", "activity"}


def test_records_are_linked_as_the_firm_is(landed, firm):
    system, lake, _result = landed

    assert links(lake, system.name) == system.links(firm, ambiguous=False)


def test_only_a_name_that_several_bear_waits(landed, firm):
    system, lake, result = landed
    waiting = lake.query("select reason from pending_link where resolved_id is null").column()

    assert len(waiting) == result.total("pending") == len(system.links(firm, ambiguous=True))
    assert set(waiting) <= {"2 records have this name"}


@pytest.fixture(scope="module")
def together(firm, tmp_path_factory) -> Iterator[tuple[Lake, dict[str, ImportResult]]]:
    """A lake with the exports of all nine, one call each."""
    folder = tmp_path_factory.mktemp("together")
    with init_lake(folder / "firm.xrm", user="ann") as lake:
        yield lake, import_all(lake, firm, folder)


def test_what_other_systems_brought_before_changes_nothing_of_what_a_system_brings(together, firm):
    lake, results = together

    for system in SYSTEMS:
        assert links(lake, system.name) == system.links(firm, ambiguous=False), system.name
        assert results[system.name].total("pending") == len(system.links(firm, ambiguous=True)), system.name
        fields = system.fields("person")
        assert values(lake, system.name, "person", fields) == expected(lake, system, firm, "person", fields), (
            system.name
        )


@pytest.mark.parametrize(("type", "least"), [("organisation", 0.98), ("person", 0.98), ("deal", 0.95)])
def test_records_of_nine_systems_are_seen_to_be_one(together, firm, type, least):
    lake, _results = together

    match(lake, type)
    precision, recall, f1 = cluster_score(lake, firm, type)

    assert min(precision, recall, f1) >= least, (precision, recall, f1)


def test_once_merged_the_nine_are_the_firm_and_their_next_exports_change_nothing(together, firm, tmp_path):
    lake, _results = together
    ids: dict[str, dict[int, int]] = {}
    for type in ("organisation", "person", "deal"):
        match(lake, type)
        groups = clusters(lake, type).group_by("cluster_id").agg("record_id")["record_id"]
        judge(lake, [(group[0], other) for group in groups for other in group[1:]], "same", by="ann")
        ids[type] = true_rows(lake, firm, type)

    assert {type: lake.query(f'select count(*) from "{type}"').value() for type in ids} == {
        type: firm.records[type].height for type in ids
    }
    again = import_all(lake, firm, tmp_path)
    counts = {(result.total("new"), result.total("changed"), result.total("links")) for result in again.values()}
    assert counts == {(0, 0, 0)}
    joined = lake.query("select distinct from_id, to_id from link where type = 'works_for' and ended_at is null").rows()
    employers = firm.records["person"]["works_for"].to_list()
    assert {(ids["person"][a], ids["organisation"][b]) for a, b in joined} == set(enumerate(employers))
