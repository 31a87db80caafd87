"""What speaks for a shadow CRM, each sign worked by hand on few records; what no lake can know is said, and never 0."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.hygiene.decay.through_stages import at
from tests.hygiene.many import add_many
from xrm_lake.errors import InvalidValue
from xrm_lake.governance.sight import allow_viewer
from xrm_lake.hygiene.shadow.gaps import gini, unusually_few
from xrm_lake.hygiene.shadow.list_shadow import SHADOW, count_shadow, list_shadow
from xrm_lake.hygiene.shadow.stuffing import crowding
from xrm_lake.ingest.load import import_files
from xrm_lake.store.links import link_records
from xrm_lake.store.records import add_record, set_record


def sign(lake, measure, **more):
    (row,) = list_shadow(lake).filter(pl.col("measure") == measure, **more).iter_rows(named=True)
    return row


def test_of_an_empty_lake_nothing_can_be_told_and_nothing_is_0(lake):
    told = list_shadow(lake)

    assert set(told["indicator"]) == {"S1", "S2", "S3", "S4", "S5", "S6"}
    assert told["value"].null_count() == told["raised"].null_count() == told.height
    assert all(words.startswith("cannot be told: ") for words in told["verdict"])
    assert count_shadow(told) == (0, 6)


def workbook(path, names):
    frame = pl.DataFrame({"Name": [name for name, _ in names], "City": [city for _, city in names]})
    frame.write_excel(path)
    return path


def test_a_workbook_that_comes_again_and_writes_over_records_is_evidence(lake, clock, tmp_path):
    for week, city in enumerate(("Bonn", "Wien", "Bern")):
        file = workbook(tmp_path / f"firms week {week}.xlsx", [(f"Firm {n}", city) for n in range(40)])
        import_files(lake, [file], type="organisation", source="sheet", key=["name"])
        at(clock, (3, 9 + 7 * week))
    id = lake.query("select min(id) from entity where type = 'organisation'").value()
    set_record(lake, id, {"city": "Lyon"})

    # 2 x 40 updates come from the workbook, 1 from a person.
    told = sign(lake, "reimported")
    assert (told["num"], told["den"], told["raised"]) == (80, 81, True)
    assert len(told["records"]) == 40
    told = sign(lake, "overwritten")
    assert (told["num"], told["den"], told["value"]) == (40, 40, 1.0)
    told = sign(lake, "reuploaded")
    assert (told["num"], told["den"], told["raised"]) == (3, 3, True)
    assert count_shadow(list_shadow(lake))[0] == 1


def test_the_delivery_of_a_system_into_its_own_records_is_no_spreadsheet(lake, clock, tmp_path):
    for day, city in ((3, "Bonn"), (4, "Wien")):
        file = tmp_path / f"{day}.csv"
        file.write_text("Name,City\n" + "".join(f"Firm {n},{city}\n" for n in range(40)))
        at(clock, (3, day))
        import_files(lake, [file], type="organisation", source="crm", key=["name"])

    told = sign(lake, "reimported")
    assert (told["num"], told["den"], told["raised"]) == (0, 40, False)


def test_records_that_nobody_has_worked_with_since_they_were_brought_in(lake, clock):
    ids = add_many(lake, "person", [{"full_name": f"P {n}"} for n in range(40)])
    set_record(lake, ids[0], {"city": "Bonn"})
    call = add_record(lake, "activity", {"subject": "Call", "happened_at": "2026-03-02 10:00:00"})
    link_records(lake, call, "about", ids[1])
    at(clock, (5, 30))
    assert "older than 90 days" in sign(lake, "import_only")["verdict"]

    at(clock, (6, 2))
    add_many(lake, "person", [{"full_name": "New"}])

    told = sign(lake, "import_only")
    assert (told["type"], told["num"], told["den"], told["value"], told["raised"]) == ("person", 38, 40, 0.95, True)
    assert told["records"] == ids[2:]


def test_a_long_note_and_a_copied_mail_are_pasted_and_a_date_is_not(lake):
    mail = "From: a@example.org\nTo: b@example.org\nSubject: Offer\n\nDear all"
    bodies = ["x" * 1501, mail, "Met on 2026-01-05, again on 2026-02-03"] + ["A note"] * 37 + [None] * 5
    ids = add_many(
        lake,
        "activity",
        [{"subject": "N", "happened_at": datetime(2026, 3, 1, 9), "body": body} for body in bodies],  # noqa: DTZ001
    )

    told = sign(lake, "pasted")

    assert (told["num"], told["den"], told["value"], told["raised"]) == (2, 40, 0.05, False)
    assert told["records"] == ids[:2]


def test_what_is_written_down_long_after_it_happened_is_counted_where_people_enter_it(lake, clock):
    add_many(lake, "activity", [{"subject": "Old", "happened_at": datetime(2025, 1, 1, 9)}] * 40)  # noqa: DTZ001
    assert sign(lake, "backfilled")["value"] is None
    at(clock, (3, 20))
    for days in [8] * 12 + [6] * 24:
        add_record(
            lake, "activity", {"subject": "Call", "happened_at": f"{date(2026, 3, 20) - timedelta(days)} 09:00:00"}
        )

    told = sign(lake, "backfilled")

    assert (told["num"], told["den"], told["raised"]) == (12, 36, True)


@pytest.fixture
def two_owners(lake, clock):
    """Ann with thirty open deals and calls, the last one on the day; Bob with ten and none."""
    at(clock, (3, 2))
    owners = [add_record(lake, "user", {"name": name}) for name in ("Ann Archer", "Bob Baker")]
    for owner, many in zip(owners, (30, 10), strict=True):
        for id in add_many(lake, "deal", [{"name": "D", "stage": "Proposal", "amount": 1.0}] * many):
            link_records(lake, id, "owned_by", owner)
    call = add_record(lake, "activity", {"subject": "Call", "happened_at": "2026-03-01 10:00:00"})
    link_records(lake, call, "owned_by", owners[0])
    return owners


def test_open_deals_of_owners_without_an_activity_are_in_the_dark_and_nobody_is_named(lake, two_owners):
    told = sign(lake, "silent_owners")

    assert (told["num"], told["den"], told["value"], told["raised"]) == (10, 40, 0.25, True)
    assert "those of 1 of 2 owners" in told["verdict"]
    assert told["records"] == []
    allow_viewer(lake, "ann")
    assert len(sign(lake, "silent_owners")["records"]) == 10
    assert "no logins" in sign(lake, "logins")["verdict"]


def test_a_deal_that_was_won_without_a_word_is_a_gap(lake, two_owners):
    won = add_many(lake, "deal", [{"name": "W", "stage": "Won"}] * 40)
    for id in won[:10]:
        call = add_record(lake, "activity", {"subject": "Call", "happened_at": "2026-02-01 10:00:00"})
        link_records(lake, call, "about", id)

    told = sign(lake, "won_unlogged")

    assert (told["num"], told["den"], told["value"], told["raised"]) == (30, 40, 0.75, True)
    assert told["records"] == won[10:]


def test_weeks_without_work_are_told_by_the_owners_own_weeks_before(lake, clock):
    at(clock, (12, 1))
    rows, owners = [], [add_record(lake, "user", {"name": f"User {n}"}) for n in range(5)]
    # 34 weeks of 12 activities each; the first owner has logged nothing for three weeks.
    for n, owner in enumerate(owners):
        rows += [(owner, week) for week in range(34) for _ in range(12) if n or week >= 3]
    ids = add_many(
        lake,
        "activity",
        [{"subject": "C", "happened_at": datetime(2026, 11, 30, 9) - timedelta(weeks=week)} for _, week in rows],  # noqa: DTZ001
    )
    with lake.write("import") as batch:
        for (owner, _), id in zip(rows, ids, strict=True):
            batch.execute(
                "insert into link (id, type, from_id, to_id, from_golden, to_golden, batch_id)"
                " values ($l, 'owned_by', $id, $o, $id, $o, $b)",
                l=batch.new_entities(1), id=id, o=owner, b=batch.id,
            )  # fmt: skip

    told = sign(lake, "quiet_weeks")

    assert (told["num"], told["den"], told["raised"]) == (3, 40, True)
    assert sign(lake, "uneven_logging")["raised"] is False


def test_edits_before_the_end_of_the_month_are_held_against_its_working_days(lake, clock):
    at(clock, (2, 10))
    ids = add_many(lake, "deal", [{"name": "D", "stage": "Proposal"}] * 40)
    for place, id in enumerate(ids):
        at(clock, (2, 11) if place < 25 else (2, 27))
        set_record(lake, id, {"amount": 5})
    at(clock, (3, 5))

    told = sign(lake, "stuffed", part="2026-02")

    # Of 20 working days the last two: 4 of 40 edits were to be expected, z = (15 - 4) / sqrt(40 x .1 x .9) = 5.8.
    assert (told["num"], told["den"], told["value"], told["raised"]) == (15, 40, 0.375, True)
    assert "10.0% were to be expected" in told["verdict"]


def test_a_past_day_tells_what_was_told_on_it(lake, clock, two_owners):
    told, day = list_shadow(lake), date(2026, 3, 2)
    at(clock, (3, 20))
    add_many(lake, "deal", [{"name": "W", "stage": "Won"}] * 40)

    assert_frame_equal(list_shadow(lake, as_of=day), told)
    assert told.schema == SHADOW
    with pytest.raises(InvalidValue, match="yet to come"):
        list_shadow(lake, as_of=date(2026, 3, 21))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_gini_lies_between_alike_and_one_does_all(counts):
    assert -1e-9 <= gini(counts) < 1
    assert gini([7] * len(counts)) == pytest.approx(0)


@given(st.lists(st.integers(0, 40), min_size=26, max_size=26), st.integers(0, 60))
def test_more_is_never_less_usual(before, x):
    assert unusually_few(before, x) or not unusually_few(before, x + 1)


@given(st.integers(30, 500), st.floats(0.01, 0.5), st.data())
def test_a_share_of_edits_is_raised_only_above_what_was_expected(edits, expected, data):
    late = data.draw(st.integers(0, edits))
    told = crowding(late, edits, expected, date(2026, 1, 1))

    assert 0 <= told.num <= told.den
    assert not told.raised or told.value > 1.5 * expected
