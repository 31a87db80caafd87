"""One firm, exported from nine systems: each is recognised, linked and lands as the same records; together they are seen to be one."""

from collections.abc import Iterator

import pytest

from tests.ingest.systems import SYSTEMS
from tests.ingest.systems.firm import Firm, make_firm
from tests.ingest.systems.landed import expected, links, values
from tests.ingest.systems.system import System
from xrm_lake.ingest.load import import_files
from xrm_lake.model.results import ImportResult
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake


@pytest.fixture(scope="module")
def firm() -> Firm:
    return make_firm(3)


@pytest.fixture(scope="module", params=SYSTEMS, ids=lambda system: system.name)
def landed(request, firm, tmp_path_factory) -> Iterator[tuple[System, Lake, ImportResult]]:
    """A lake with the export of one system, brought in by one call that says nothing but where the files are."""
    system, folder = request.param, tmp_path_factory.mktemp(request.param.name)
    with init_lake(folder / "firm.xrm", user="ann") as lake:
        yield system, lake, import_files(lake, system.write(firm, folder / "export"))


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
