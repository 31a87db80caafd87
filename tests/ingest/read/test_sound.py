"""The count by places of bytes, held against csv.reader."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from xrm_lake.ingest.read.delivery import Dialect
from xrm_lake.ingest.read.grammar import Grammar
from xrm_lake.ingest.read.sound import Prover

from .reading import written

CELL = st.text(st.sampled_from('ab,;"\n é'), max_size=5)


def prover(width: int, newline: str = "\n", header: bytes = b"") -> Prover:
    return Prover(Grammar(Dialect("utf-8", ",", newline=newline)), width, header)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 4))
    return draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=20))


@settings(deadline=None)
@given(table=tables(), newline=st.sampled_from(["\n", "\r\n"]))
def test_a_table_of_csv_writer_has_as_many_sound_records_as_csv_reader_finds(
    table: list[list[str]], newline: str
) -> None:
    text = written(table, lineterminator=newline)

    proof = prover(len(table[0]), newline).prove(text, final=True)

    # Several lines that each look like a record are left to the tolerant reader, which decides by itself.
    if not proof.stopped:
        assert proof.records == sum(1 for _ in csv.reader(io.StringIO(text.decode(), newline="")))
        assert proof.end == len(text)
        assert proof.lines == text.count(b"\n")


@settings(deadline=None)
@given(content=st.text(st.sampled_from('ab,"\n\r'), max_size=60), width=st.integers(1, 3))
def test_whatever_is_called_sound_csv_reader_reads_with_the_same_widths(content: str, width: int) -> None:
    proof = prover(width).prove(content.encode(), final=True)

    records = list(csv.reader(io.StringIO(content[: proof.end], newline=""), strict=True))
    assert [len(record) for record in records] == [width] * proof.records


@settings(deadline=None)
@given(table=tables(), cut=st.integers(1, 40))
def test_a_block_that_ends_anywhere_proves_a_prefix(table: list[list[str]], cut: int) -> None:
    text = written(table, lineterminator="\n")
    whole = prover(len(table[0])).prove(text, final=True)

    part = prover(len(table[0])).prove(text[:cut], final=False)

    assert part.records <= whole.records
    assert part.end <= min(cut, whole.end) or part.records == whole.records


def test_the_line_of_each_record_counts_newlines_in_cells() -> None:
    proof = prover(2).prove(b'a,b\n"x\ny\nz",c\nd,e\n', final=True)

    assert proof.records == 3
    assert proof.line_offsets is not None
    assert proof.line_offsets.tolist() == [0, 1, 4]
    assert proof.lines == 5


def test_several_records_between_two_stray_quotes_are_not_called_sound() -> None:
    proof = prover(4).prove(b'1,2,3,4\n1,2,3,"a\n1,2,3,b\n1,2,3,c"\n1,2,3,4\n', final=True)

    assert proof.records == 1
    assert proof.stopped
