import polars as pl

from xrm_lake.hygiene.matching.encode import encode
from xrm_lake.hygiene.matching.mailbox import mailbox


def named(first, mail):
    records = pl.DataFrame({"id": range(len(mail)), "first": first, "mail": mail})
    table = encode(records, {"first": "person_name", "mail": "email"})
    return mailbox(table.of("email")[0], table).named.tolist()


def test_a_local_part_that_repeats_the_name_says_nothing_new():
    assert named(["Ann", "Bob"], ["ann.lee@x.org", "team@x.org"]) == [True, False]


def test_with_a_number_it_does():
    assert named(["Ann", "Bob", "Cy"], ["ann77@x.org", None, "z@x.org"]) == [False, False, False]
