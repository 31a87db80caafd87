"""A spreadsheet against the lake: what is only there, only here, what conflicts, and which is newer; nothing is changed."""

import os
from datetime import UTC, datetime

import pytest

from tests.hygiene.state import derived_state
from xrm_lake.errors import UnknownName
from xrm_lake.hygiene.judge import merge
from xrm_lake.ingest.compare import COMPARED, compare_file
from xrm_lake.ingest.load import import_files
from xrm_lake.store.records import add_record, delete_record, set_record


@pytest.fixture
def firms(lake):
    """Three firms of the lake and one that was deleted."""
    ids = [
        add_record(lake, "organisation", {"name": name, "city": "Bonn"}) for name in ("Acme", "Berg", "Crux", "Dora")
    ]
    delete_record(lake, ids[3])
    return ids[:3]


def sheet(tmp_path, text, saved=datetime(2026, 3, 1, tzinfo=UTC)):
    file = tmp_path / "firms.csv"
    file.write_text(text)
    os.utime(file, (saved.timestamp(), saved.timestamp()))
    return file


def told(lake, file):
    rows = compare_file(lake, file, type="organisation", source="sheet", key=["name"])
    assert rows.schema == COMPARED
    return {
        (row["verdict"], row["record_id"], row["field"], row["here"], row["there"], row["newer"])
        for row in rows.iter_rows(named=True)
    }


def test_a_file_is_told_from_both_ends_and_nothing_changes(lake, firms, tmp_path):
    acme, berg, crux = firms
    before = derived_state(lake)
    file = sheet(tmp_path, "Name,City,Country\nAcme,Wien,\nBerg,Bonn,AT\nNeu,Bern,\n")

    found = told(lake, file)

    assert found == {
        ("conflicting", acme, "city", "Bonn", "Wien", "here"), ("only there", berg, "country", None, "AT", None),
        ("only there", None, None, None, None, None), ("only here", crux, None, None, None, None),
    }  # fmt: skip
    assert derived_state(lake) == before


def test_of_two_values_the_one_that_was_written_later_is_newer(lake, clock, firms, tmp_path):
    acme = firms[0]
    file = sheet(tmp_path, "Name,City\nAcme,Wien\n", saved=datetime(2026, 3, 9, tzinfo=UTC))
    assert ("conflicting", acme, "city", "Bonn", "Wien", "there") in told(lake, file)

    clock.now = clock.now.replace(day=12)
    set_record(lake, acme, {"city": "Lyon"})

    assert ("conflicting", acme, "city", "Lyon", "Wien", "here") in told(lake, file)


def test_a_file_that_came_in_is_the_same(lake, tmp_path):
    file = sheet(tmp_path, "Name,City\nAcme,Wien\nBerg,Bonn\n")
    import_files(lake, [file], type="organisation", source="sheet", key=["name"])

    assert {verdict for verdict, *_ in told(lake, file)} == {"same"}


def test_a_record_that_was_merged_is_not_only_here(lake, firms, tmp_path):
    merge(lake, firms[:2])

    rows = told(lake, sheet(tmp_path, "Name,City\nAcme,Bonn\nCrux,Bonn\n"))

    assert "only here" not in {verdict for verdict, *_ in rows}


def test_a_type_that_is_not_there_is_said(lake, tmp_path):
    with pytest.raises(UnknownName):
        compare_file(lake, sheet(tmp_path, "Name\nA\n"), type="firm")
