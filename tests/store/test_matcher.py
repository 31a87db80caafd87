"""What a match run keeps: written whole, extended in place, looked up, and found out if it was meddled with."""

from dataclasses import replace
from datetime import datetime

import polars as pl
import pytest

from tests.hygiene.many import add_many, someone
from xrm_lake.store.backup import backup, verify
from xrm_lake.store.doctor import doctor
from xrm_lake.store.matcher import (
    Matcher,
    count_entries,
    count_few,
    count_values,
    extend_matcher,
    find_entries,
    forget_matcher,
    is_whole,
    keep_matcher,
    meet,
    read_matcher,
)

MADE = Matcher("person", 0, datetime(2026, 3, 1), "{}", 5, 0, 0, 9, 1)  # noqa: DTZ001 (naive UTC throughout)
INDEX = pl.DataFrame(
    {"hash": [10, 10, 20, 20, 20, 30], "id": [1, 3, 1, 3, 5, 5]}, schema={"hash": pl.UInt32, "id": pl.Int64}
)
COUNTS = pl.DataFrame({"hash": [7, 8, 9], "rows": [2, 3, 4]}, schema={"hash": pl.UInt32, "rows": pl.Int64})


def hashes(*numbers):
    return pl.DataFrame({"hash": numbers}, schema={"hash": pl.UInt32})


@pytest.fixture
def kept(lake):
    add_many(lake, "person", [someone(place) for place in range(5)])
    with lake.write("match") as batch:
        keep_matcher(batch, replace(MADE, batch_id=batch.id), INDEX, COUNTS)
    return lake


def test_what_is_kept_can_be_read_and_says_how_many_entries_it_has(kept):
    matcher = read_matcher(kept, "person")

    assert (matcher.type, matcher.records, matcher.entries) == ("person", 5, 6)
    assert is_whole(kept, matcher)
    assert read_matcher(kept, "organisation") is None


def test_records_meet_in_their_entries_but_for_those_that_too_many_share(kept):
    asked = pl.DataFrame({"hash": [10, 20, 30, 99], "id": [7, 7, 7, 7]}, schema={"hash": pl.UInt32, "id": pl.Int64})

    assert meet(kept, "person", asked, 9).rows() == [(7, 1), (7, 3), (7, 5)]
    assert meet(kept, "person", asked, 2).rows() == [(7, 1), (7, 3), (7, 5)]
    assert meet(kept, "person", asked, 1).rows() == [(7, 5)]


def test_a_few_entries_find_first_who_shares_most(kept):
    assert find_entries(kept, "person", [10, 20, 30], 9) == [1, 3, 5]
    assert find_entries(kept, "person", [20, 30], 9) == [5, 1, 3]
    assert find_entries(kept, "person", [20, 30], 2) == [5]
    assert find_entries(kept, "person", [], 9) == []


def test_only_values_of_three_and_more_are_counted(kept):
    assert sorted(count_values(kept, "person", hashes(7, 8, 9)).rows()) == [(8, 3), (9, 4)]
    assert sorted(count_few(kept, "person", [7, 8, 11]).rows()) == [(8, 3)]
    assert count_few(kept, "person", []).is_empty()
    assert count_values(kept, "organisation", hashes(8)).is_empty()


def test_others_that_have_an_entry_are_counted(kept):
    asked = pl.DataFrame({"hash": [20, 30], "id": [5, 5]}, schema={"hash": pl.UInt32, "id": pl.Int64})

    assert count_entries(kept, "person", asked).rows() == [(20, 2)]


def test_the_entries_of_changed_records_are_replaced_and_values_counted_on(kept):
    fresh = pl.DataFrame({"hash": [40], "id": [5]}, schema=INDEX.schema)
    with kept.write("match") as batch:
        extend_matcher(
            batch, replace(MADE, batch_id=batch.id, later=1), changed=pl.Series("id", [5]), index=fresh,
            counts=pl.DataFrame({"hash": [8, 11], "rows": [1, 1]}, schema=COUNTS.schema),
        )  # fmt: skip

    matcher = read_matcher(kept, "person")
    assert (matcher.entries, matcher.later, is_whole(kept, matcher)) == (5, 1, True)
    assert find_entries(kept, "person", [20, 30, 40], 9) == [1, 3, 5]
    assert sorted(count_few(kept, "person", [8, 9, 11]).rows()) == [(8, 4), (9, 4), (11, 2)]


def test_a_run_that_keeps_again_takes_the_place_of_the_former(kept):
    with kept.write("match") as batch:
        keep_matcher(batch, replace(MADE, batch_id=batch.id), INDEX.head(2), COUNTS.head(0))

    assert read_matcher(kept, "person").entries == 2
    assert kept.query("select count(*) from matcher").value() == 1
    assert kept.query("select count(*) from match_count").value() == 0


def test_a_batch_that_fails_leaves_what_was_kept(kept):
    def half(count):
        with kept.write("match") as batch:
            keep_matcher(batch, replace(MADE, batch_id=batch.id), INDEX.head(1), COUNTS)
            return 1 / count

    with pytest.raises(ZeroDivisionError):
        half(0)

    assert is_whole(kept, read_matcher(kept, "person"))
    assert find_entries(kept, "person", [30], 9) == [5]


def test_the_doctor_sees_rows_that_were_lost_and_ids_that_are_no_records(kept):
    assert doctor(kept).healthy
    with kept.write("edit") as batch:
        batch.execute("update match_key_person_ set id = 999 where hash = 30")
    strange = doctor(kept).findings.filter(~pl.col("ok"))["name"].to_list()
    with kept.write("edit") as batch:
        batch.execute("drop table match_key_person_")

    assert strange == ["what matching learned has its whole index"]
    assert not doctor(kept).healthy


def test_what_is_forgotten_is_gone(kept):
    with kept.write("match") as batch:
        forget_matcher(batch, "person")

    assert read_matcher(kept, "person") is None
    assert doctor(kept).healthy
    assert kept.query("select count(*) from match_count").value() == 0


def test_a_backup_holds_it_too(kept):
    verify(backup(kept))
