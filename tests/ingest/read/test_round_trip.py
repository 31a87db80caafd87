"""What csv.writer wrote comes back exactly, and what was damaged afterwards never breaks the account."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read import Dialect, read_file

from .reading import adds_up, rows, written

DIALECTS = {
    "comma": ({"delimiter": ","}, Dialect("", ",", newline="\r\n")),
    "semicolon": ({"delimiter": ";", "lineterminator": "\n"}, Dialect("", ";")),
    "tab, all quoted": ({"delimiter": "\t", "quoting": csv.QUOTE_ALL, "lineterminator": "\n"}, Dialect("", "\t")),
    "pipe, single quotes": ({"delimiter": "|", "quotechar": "'", "lineterminator": "\n"}, Dialect("", "|", "'")),
    "returns": ({"delimiter": ",", "lineterminator": "\r"}, Dialect("", ",", newline="\r")),
    "backslash": (
        {"delimiter": ",", "doublequote": False, "escapechar": "\\", "lineterminator": "\n"},
        Dialect("", ",", '"', "\\"),
    ),
    "unit separator": ({"delimiter": "\x1f", "lineterminator": "\n"}, Dialect("", "\x1f")),
}
CELL = st.text(st.sampled_from("ab ,;|\t\"'\\\r\n\x1fé€0.x"), max_size=6)
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=8)
SLOW_DISK = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 5))
    cell = draw(st.sampled_from([CELL, PLAIN]))
    body = draw(st.lists(st.lists(cell, min_size=width, max_size=width), max_size=12))
    return [[f"column {i}" for i in range(width)], *body]


@pytest.mark.parametrize("name", DIALECTS)
@SLOW_DISK
@given(table=tables())
def test_what_csv_writer_wrote_comes_back_exactly(name: str, table: list[list[str]]) -> None:
    options, dialect = DIALECTS[name]
    if dialect.newline != "\r\n":
        # csv.writer leaves this one unquoted, where no reader can tell it from the end of the line.
        other = "\n" if dialect.newline == "\r" else "\r"
        table = [[cell.replace(other, "") for cell in row] for row in table]

    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(written(table, **options))
        delivery = read_file(path, Path(folder) / "landing", dialect=dialect)

        assert delivery.headers == tuple(table[0])
        assert [[cell or "" for cell in row] for row in rows(delivery)] == [row for row in table[1:] if any(row)]
        assert adds_up(delivery)
        assert delivery.rejects.is_empty()
        assert delivery.repairs.is_empty()


ORDINARY = st.tuples(
    st.integers(1, 99999).map(str),
    st.sampled_from(["Ann Lee", "Bo, jr.", 'Cy "Q" Oh', "Zoë\nMüller", "", "x;y"]),
    st.dates().map(str),
    st.sampled_from(["ann@example.org", "", "bo@example.com"]),
)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@SLOW_DISK
@given(body=st.lists(ORDINARY, min_size=4, max_size=20))
def test_the_dialect_of_an_ordinary_table_is_found(delimiter: str, newline: str, body: list[tuple[str, ...]]) -> None:
    table = [["id", "name", "since", "email"], *([cell.replace("\n", newline) for cell in row] for row in body)]

    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(written(table, delimiter=delimiter, lineterminator=newline))
        delivery = read_file(path, Path(folder) / "landing")

        assert delivery.headers == tuple(table[0])
        assert [[cell or "" for cell in row] for row in rows(delivery)] == table[1:]


VALID = written(
    [["id", "name", "note", "since"]]
    + [
        [str(i), f"Person {i}", 'said "hi",\nthen left' if i % 7 == 3 else "ü, plain", f"2017-03-{i % 28 + 1:02}"]
        for i in range(40)
    ]
)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    places=st.lists(
        st.tuples(st.integers(0, len(VALID) - 1), st.sampled_from(list(b'",\n\r\x00;\\\xff\xc3ab '))), max_size=8
    ),
    cut=st.integers(0, len(VALID)),
    drop=st.integers(0, 3),
)
def test_whatever_bytes_are_damaged_every_record_is_staged_or_rejected(
    places: list[tuple[int, int]], cut: int, drop: int
) -> None:
    content = bytearray(VALID)
    for place, byte in places:
        content[place] = byte
    del content[cut : cut + drop]

    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        try:
            delivery = read_file(path, Path(folder) / "landing")
        except ImportRefused:
            return

        assert adds_up(delivery)
        assert pl.read_parquet(delivery.staged).width == len(delivery.headers) + 2


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.binary(max_size=300) | st.text(st.sampled_from('a1",;\n\r\t \\#\x00'), max_size=200).map(str.encode))
def test_any_bytes_are_read_with_an_account_or_refused(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        try:
            delivery = read_file(path, Path(folder) / "landing")
        except ImportRefused:
            return

        assert adds_up(delivery)
