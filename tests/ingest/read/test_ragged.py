"""Records with too few or too many cells: read in the one way that clearly fits, and said; else rejected."""

import pytest

from xrm_lake.ingest.read import Delivery

from .conftest import Read
from .reading import adds_up, rows

HEAD = b"id,firm,since,email,note\n"
ORDINARY = [
    b'%d,"Firm %d, Ltd",2017-03-%02d,ann%d@example.org,%s\n' % (100 + i, i, i % 28 + 1, i, b"Called." if i % 3 else b"")
    for i in range(40)
]


def with_odd(line: bytes) -> bytes:
    """An ordinary table with one odd record among its records."""
    return HEAD + b"".join([*ORDINARY[:20], line, *ORDINARY[20:]])


def odd_one(delivery: Delivery) -> tuple[tuple[str | None, ...], str]:
    """How the odd record was read, and what was said of it."""
    assert adds_up(delivery)
    assert delivery.rejects.is_empty()
    assert delivery.repairs["record_no"].to_list() == [21]
    return rows(delivery)[20], delivery.repairs["reason"][0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"777,Acme,2018-01-0212,x@example.org,Hi\n", None),
        (b"777,Acme,2018-01-02x@example.org,Hi\n", "a delimiter is missing"),
        (b'777,"Acme"2018-01-02,x@example.org,Hi\n', "a delimiter is missing"),
        (b'777"Acme",2018-01-02,x@example.org,Hi\n', "a delimiter is missing"),
        (b"777,Acme,2018-01-02,x@example.org,,Hi\n", "1 cell too many, without content, left out"),
        (b"777,,Acme,2018-01-02,x@example.org,Hi\n", "1 cell too many, without content, left out"),
        (b"777;Acme;2018-01-02;x@example.org;Hi\n", "is written with another delimiter"),
        (b"777 Acme 2018-01-02 x@example.org Hi\n", "is written with another delimiter"),
    ],
)
def test_a_record_with_delimiters_amiss_is_read_in_the_way_that_fits(
    read: Read, line: bytes, reason: str | None
) -> None:
    delivery = read(with_odd(line))

    if reason is None:
        assert adds_up(delivery)
        return
    assert odd_one(delivery) == (("777", "Acme", "2018-01-02", "x@example.org", "Hi"), reason)


def test_a_delimiter_in_a_cell_without_quotes_belongs_to_the_cell(read: Read) -> None:
    delivery = read(with_odd(b"777,Acme, Ltd,2018-01-02,x@example.org,Hi\n"))

    cells, reason = odd_one(delivery)
    assert cells == ("777", "Acme, Ltd", "2018-01-02", "x@example.org", "Hi")
    assert reason == "a delimiter inside a cell is not quoted"


def test_cells_left_off_at_the_end_are_empty(read: Read) -> None:
    delivery = read(with_odd(b"777,Acme,2018-01-02,x@example.org\n"))

    cells, reason = odd_one(delivery)
    assert cells == ("777", "Acme", "2018-01-02", "x@example.org", None)
    assert reason == "has 4 cells, 5 expected: the last were taken as empty"


def test_an_empty_cell_that_is_missing_in_the_middle_moves_nothing(read: Read) -> None:
    delivery = read(with_odd(b"777,2018-01-02,x@example.org,Hi\n"))

    assert odd_one(delivery)[0] == ("777", None, "2018-01-02", "x@example.org", "Hi")


@pytest.mark.parametrize("line", [b"777,Acme\n", b"777\n", b"see below\n", b"1,2,3,4,5,6,7\n", b"a,b,c,d,e,f\n"])
def test_what_fits_in_no_way_is_rejected_as_it_stands(read: Read, line: bytes) -> None:
    delivery = read(with_odd(line))

    assert adds_up(delivery)
    assert delivery.rejects["raw"].to_list() == [line]


def test_a_table_of_two_records_is_not_guessed_at_but_its_last_cells_may_be_missing(read: Read) -> None:
    delivery = read(b"a,b,c\r\nx,y")

    assert rows(delivery) == [("x", "y", None)]
    assert delivery.repairs.height == 1


def test_comments_among_the_records_are_rejected_as_such(read: Read) -> None:
    delivery = read(b"x,y,z\n# one\n1,2,3\n# two, with a comma\n4,5,6\n#three")

    assert rows(delivery) == [("1", "2", "3"), ("4", "5", "6")]
    assert set(delivery.rejects["reason"].to_list()) <= {"is a comment, not a record"}
    assert adds_up(delivery)


@pytest.mark.parametrize("empty", [b",,\n", b'"","",""\n', b',"",\r\n'])
def test_records_without_content_are_skipped_like_blank_lines(read: Read, empty: bytes) -> None:
    delivery = read(b"a,b,c\n1,2,3\n" + empty * 3 + b"4,5,6\n" + empty)

    assert rows(delivery) == [("1", "2", "3"), ("4", "5", "6")]
    assert delivery.notes == ("4 blank lines were skipped.",)
