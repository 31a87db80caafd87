"""Expectations: a delivery that is not what it should be changes nothing and says why; a source that is late is told."""

from datetime import timedelta

import pytest

from tests.ingest.files import file, load, same_state, state
from xrm_lake.errors import ImportRefused, InvalidDeclaration, InvalidValue, UnknownName
from xrm_lake.ingest.load import import_files
from xrm_lake.store.freshness import expect_source
from xrm_lake.store.trust import list_sources
from xrm_lake.store.undo import undo

PRESET = """
label = "Club register"
[members]
type = "person"
needs = ["Mitglied", "Nachname"]
unmistakable = true
expect = { rows_min = 3, rows_drop_max = 0.2, columns = ["E-Mail"], every_days = 7 }
[members.columns]
"Mitglied" = "key"
"Nachname" = "family_name"
"E-Mail" = "email"
"""


@pytest.fixture
def club(lake):
    (lake.path / "presets").mkdir()
    (lake.path / "presets" / "club.toml").write_text(PRESET, encoding="utf-8")
    return lake


def members(folder, count, header="Mitglied,Nachname,E-Mail"):
    rows = [f"m{n},Name{n},n{n}@example.org" for n in range(count)]
    return file(folder, "members.csv", "\n".join([header, *rows]) + "\n")


def test_a_delivery_as_expected_comes_in_and_its_rhythm_is_known(club, tmp_path):
    done = import_files(club, [members(tmp_path, 10)]).files[0]

    assert (done.preset, done.new) == ("club/members", 10)
    [source] = list_sources(club).to_dicts()
    assert (source["source"], source["every_days"], source["rhythm"], source["late"]) == ("club", 7, "declared", False)


@pytest.mark.parametrize(
    ("count", "header", "said"),
    [
        (2, "Mitglied,Nachname,E-Mail", "2 records, and at least 3 are expected"),
        (7, "Mitglied,Nachname,E-Mail", "7 records, 30% fewer than the 10 of the last delivery"),
        (10, "Mitglied,Nachname,Mail", "it lacks 'E-Mail'"),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_broken_delivery_changes_nothing_and_says_why(club, tmp_path, count, header, said, dry_run):
    import_files(club, [members(tmp_path, 10)])
    before, batches = state(club), club.counters.batch_id

    with pytest.raises(ImportRefused, match=said):
        import_files(club, [members(tmp_path, count, header)], dry_run=dry_run)

    same_state(before, state(club), moments=True)
    assert club.counters.batch_id == batches


def test_what_was_undone_is_no_delivery_to_compare_with(club, tmp_path):
    first = import_files(club, [members(tmp_path, 10)]).files[0]
    undo(club, first.batch_id)

    assert import_files(club, [members(tmp_path, 5)]).files[0].counted == 5


@pytest.mark.parametrize(
    "told", ["rows_min = -1", "rows_drop_max = 1.5", "every_days = 0", 'columns = "E-Mail"', "rows = 3"]
)
def test_an_expectation_that_cannot_be_is_refused(club, tmp_path, told):
    (club.path / "presets" / "club.toml").write_text(
        PRESET.replace('rows_min = 3, rows_drop_max = 0.2, columns = ["E-Mail"], every_days = 7', told),
        encoding="utf-8",
    )

    with pytest.raises(InvalidDeclaration, match=r"club\.toml"):
        import_files(club, [members(tmp_path, 10)])


def deliver(lake, folder, clock, days):
    """A delivery of one row on each of these days from now."""
    start = clock.now
    for place, day in enumerate(days):
        clock.now = start + timedelta(days=day)
        load(
            lake,
            folder,
            f"id,First name,Last name,Email\n{place},Ann,Lee{place},a{place}@b.com\n",
            type="person",
            source="weekly",
        )


def of(lake, *names):
    return list_sources(lake).filter(source="weekly").select(names).row(0)


def test_a_rhythm_is_learned_from_three_deliveries_and_a_source_that_keeps_silent_is_late(lake, tmp_path, clock):
    deliver(lake, tmp_path, clock, [0, 7])
    assert of(lake, "deliveries", "every_days", "late") == (2, None, None)
    deliver(lake, tmp_path, clock, [7, 15])

    on_time = of(lake, "every_days", "rhythm", "late")
    clock.now += timedelta(days=11)
    late = of(lake, "late")

    assert on_time == (7.0, "learned", False)
    assert late == (True,)


def test_a_rhythm_that_a_person_declares_counts_more_and_can_be_taken_back(lake, tmp_path, clock):
    deliver(lake, tmp_path, clock, [0, 1, 2, 3])
    clock.now += timedelta(days=20)
    assert of(lake, "late") == (True,)

    expect_source(lake, "weekly", 30)
    assert of(lake, "every_days", "rhythm", "late") == (30, "declared", False)
    expect_source(lake, "weekly", None)
    assert of(lake, "rhythm", "late") == ("learned", True)
    with pytest.raises(InvalidValue):
        expect_source(lake, "weekly", -1)
    with pytest.raises(UnknownName):
        expect_source(lake, "weekli", 7)


def test_the_error_rate_is_that_of_the_last_five_deliveries(lake, tmp_path, clock):
    bad = "id,First name,Last name,Email\n1,A,B,a@b.com\n1,C,D,c@d.com\n"
    load(lake, tmp_path, bad, type="person", source="weekly", key=["id"])

    assert of(lake, "error_rate") == (0.5,)
