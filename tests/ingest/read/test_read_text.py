"""Text tables as they come: each oddity is read, or listed, or refused, and always accounted for."""

import codecs

import polars as pl
import pytest

from xrm_lake.ingest.read import REJECTS, Dialect, read_files
from xrm_lake.ingest.read.sift import LONGEST_RECORD

from .conftest import Read
from .reading import adds_up, lines, rows


def reasons(frame: pl.DataFrame) -> list[str]:
    return frame["reason"].to_list()


def test_a_plain_table_comes_with_its_names_numbers_and_lines(read: Read) -> None:
    delivery = read(b"id,name\n1,Ann\n2,Bo\n")

    assert delivery.headers == ("id", "name")
    assert rows(delivery) == [("1", "Ann"), ("2", "Bo")]
    assert lines(delivery) == [(1, 2), (2, 3)]
    assert (delivery.counted, delivery.staged_rows) == (2, 2)
    assert delivery.rejects.schema == REJECTS
    assert delivery.dialect == Dialect("utf-8", ",", '"', None, 1, None, "\n")


def test_staged_columns_are_numbers_and_text(read: Read) -> None:
    staged = pl.read_parquet(read(b"id,name\n1,Ann\n").staged)

    assert dict(staged.schema) == {"record_no": pl.Int64, "line_no": pl.Int64, "c0": pl.String, "c1": pl.String}


def test_text_is_kept_exactly_and_nothing_is_null_but_nothing(read: Read) -> None:
    delivery = read(b'id,text,more\n007, padded ,1e5\n1,"",NULL\n2,,"  "\n')

    assert rows(delivery) == [("007", " padded ", "1e5"), ("1", "", "NULL"), ("2", None, "  ")]


def test_a_record_cut_off_and_one_too_long_are_rejected_with_place_and_raw_bytes(read: Read) -> None:
    delivery = read(b"id,name,since\n1,Ann,2017\n2\n3,Cy,2018\n4,Di,2019,x\n5,Ed,2020\n")

    assert rows(delivery) == [("1", "Ann", "2017"), ("3", "Cy", "2018"), ("5", "Ed", "2020")]
    assert delivery.rejects.rows() == [
        (2, 3, 25, None, "has 1 cell, 3 expected", b"2\n"),
        (4, 5, 37, None, "has 4 cells, 3 expected", b"4,Di,2019,x\n"),
    ]
    assert lines(delivery) == [(1, 2), (3, 4), (5, 6)]
    assert adds_up(delivery)


def test_an_unterminated_quote_costs_no_good_record(read: Read) -> None:
    good = b"".join(b"%d,Person %d,2017-01-01\n" % (i, i) for i in range(2, 3002))

    delivery = read(b'id,name,since\n1,"Ann,2017-01-01\n' + good)

    assert delivery.counted == 3001
    assert delivery.staged_rows == 3001
    assert rows(delivery)[0] == ("1", '"Ann', "2017-01-01")
    assert reasons(delivery.repairs) == ["a quotation mark without its partner was read as text"]
    assert adds_up(delivery)


def test_a_quote_that_breaks_its_record_beyond_mending_rejects_that_record_only(read: Read) -> None:
    delivery = read(b'id,name,since\n1,"Ann",2017\n2,"B,o,"x\n3,Cy,2018\n4,Di,2019\n')

    assert [row[0] for row in rows(delivery)] == ["1", "3", "4"]
    assert delivery.rejects.select("line_no", "raw").rows() == [(3, b'2,"B,o,"x\n')]
    assert adds_up(delivery)


def test_undoubled_quotes_in_a_quoted_cell_are_mended_and_said(read: Read) -> None:
    delivery = read(b'id,name,since\n1,"the "big" one",2017\n2,Bo,2018\n')

    assert rows(delivery)[0] == ("1", 'the "big" one', "2017")
    assert delivery.repairs.select("record_no", "line_no", "raw").rows() == [(1, 2, b'1,"the "big" one",2017\n')]


def test_several_records_caught_between_stray_quotes_stay_several(read: Read) -> None:
    table = b'id,name,city,since\n1,Ann,X,2017\n2,"Bo,X,2018\n3,Cy,X,2019\n4,Di",X,2020\n5,Ed,X,2021\n'

    delivery = read(table)

    assert delivery.counted == 5
    assert delivery.repairs.height + delivery.rejects.height >= 1
    assert adds_up(delivery)


def test_an_inch_mark_in_a_bare_cell_is_text(read: Read) -> None:
    delivery = read(b'id,name,note\n1,5" pipe,"a, b"\n2,pipe,"c"\n')

    assert rows(delivery) == [("1", '5" pipe', "a, b"), ("2", "pipe", "c")]
    assert adds_up(delivery)


def test_a_line_break_in_a_cell_is_kept_and_lines_are_counted(read: Read) -> None:
    delivery = read(b'id,note\r\n1,"one\r\ntwo"\r\n2,x\r\n')

    assert rows(delivery) == [("1", "one\r\ntwo"), ("2", "x")]
    assert lines(delivery) == [(1, 2), (2, 4)]


def test_the_column_names_coming_again_are_rejected(read: Read) -> None:
    delivery = read(b'id,name,since\n1,Ann,2017\nid,"name",since\n2,Bo,2018\n')

    assert [row[0] for row in rows(delivery)] == ["1", "2"]
    assert reasons(delivery.rejects) == ["repeats the line of column names"]


def test_blank_lines_are_skipped_and_counted(read: Read) -> None:
    delivery = read(b"id,name\n\n1,Ann\n\n\n2,Bo\n\n")

    assert delivery.counted == 2
    assert lines(delivery) == [(1, 3), (2, 6)]
    assert "4 blank lines were skipped." in delivery.notes


def test_names_without_records_are_a_table_of_none(read: Read) -> None:
    delivery = read(b"id,name,since\n")

    assert delivery.headers == ("id", "name", "since")
    assert delivery.counted == 0
    assert "There are column names, but no records." in delivery.notes
    assert rows(delivery) == []


def test_a_table_without_names_keeps_its_first_record(read: Read) -> None:
    delivery = read(b"1,Ann,2017-03-01\n2,Bo,2018-04-01\n3,Cy,2019-01-01\n")

    assert delivery.headers == ("", "", "")
    assert delivery.dialect.header_line == 0
    assert delivery.counted == 3


def test_lines_above_the_table_are_left_out_and_said(read: Read) -> None:
    delivery = read(b"Report of all people\nprinted today\n\nid,name,since\n1,Ann,2017-01-01\n2,Bo,2018-01-01\n")

    assert delivery.headers == ("id", "name", "since")
    assert delivery.dialect.header_line == 4
    assert "2 lines above the table were left out." in delivery.notes
    assert lines(delivery) == [(1, 5), (2, 6)]


def test_names_that_repeat_or_are_missing_or_hostile_are_kept_as_written(read: Read) -> None:
    delivery = read(b'id,name,name,,at,"""; drop table entity; --"\n1,a,b,c,d,e\n2,f,g,h,i,j\n')

    assert delivery.headers == ("id", "name", "name", "", "at", '"; drop table entity; --')
    assert rows(delivery)[0] == ("1", "a", "b", "c", "d", "e")
    assert "Some column names stand more than once." in delivery.notes


def test_three_hundred_columns_are_read(read: Read) -> None:
    head = ",".join(f"column {i}" for i in range(300))
    body = "\n".join(",".join(f"{r}.{i}" for i in range(300)) for r in range(5))

    delivery = read(f"{head}\n{body}\n".encode())

    assert len(delivery.headers) == 300
    assert rows(delivery)[4][299] == "4.299"


def test_a_cell_of_ten_megabytes_is_read(read: Read) -> None:
    big = b"x" * 10_000_000

    delivery = read(b'id,note,since\n1,"' + big + b'\nend",2017\n2,y,2018\n3,' + big + b",2019\n")

    assert [len(row[1] or "") for row in rows(delivery)] == [10_000_004, 1, 10_000_000]
    assert adds_up(delivery)


def test_a_line_without_end_is_cut_into_rejects(read: Read) -> None:
    delivery = read(b"id,name\n1,Ann\n2,Bo\n" + b"x" * (LONGEST_RECORD + 10) + b"\n3,Cy\n")

    assert [row[0] for row in rows(delivery)] == ["1", "2", "3"]
    assert "the first 16 MB of 64 MB are shown" in delivery.rejects["reason"][0]
    assert delivery.rejects["raw"].bin.size("mb").max() <= 16
    assert adds_up(delivery)


def test_nul_bytes_are_kept(read: Read) -> None:
    delivery = read(b"id,name,since\n1,A\x00nn,2017\n2,Bo,2018\n")

    assert rows(delivery)[0] == ("1", "A\x00nn", "2017")


def test_lone_carriage_returns_end_lines_where_all_lines_do(read: Read) -> None:
    delivery = read(b'id,name,since\r1,Ann,2017\r2,"B\ro",2018\r')

    assert delivery.dialect.newline == "\r"
    assert rows(delivery) == [("1", "Ann", "2017"), ("2", "B\ro", "2018")]


def test_a_lone_carriage_return_between_two_records_parts_them(read: Read) -> None:
    delivery = read(b"id,name,since\n1,Ann,2017\r2,Bo,2018\n3,Cy,2019\n")

    assert [row[0] for row in rows(delivery)] == ["1", "2", "3"]
    assert adds_up(delivery)


def test_a_lone_carriage_return_in_a_cell_is_kept(read: Read) -> None:
    delivery = read(b"id,name,since\n1,An\rn,2017\n2,\rBo\r,2018\n")

    assert rows(delivery) == [("1", "An\rn", "2017"), ("2", "\rBo\r", "2018")]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
def test_a_byte_order_mark_says_the_encoding(read: Read, encoding: str) -> None:
    content = "\ufeffid,name,since\n1,Jürgen 😀,2017\n2,Bo,2018,x\n".encode(encoding)

    delivery = read(content)

    assert delivery.dialect.encoding == encoding
    assert delivery.headers[0] == "id"
    assert rows(delivery) == [("1", "Jürgen 😀", "2017")]
    assert delivery.rejects["raw"][0] == "2,Bo,2018,x\n".encode(encoding)
    assert delivery.rejects["byte_pos"][0] == content.index("2,Bo".encode(encoding))
    assert any("byte order mark" in note for note in delivery.notes)


def test_utf_16_without_a_mark_is_recognised(read: Read) -> None:
    delivery = read("id,name,since\n1,Zoë,2017\n".encode("utf-16-le"))

    assert rows(delivery) == [("1", "Zoë", "2017")]


def test_windows_1252_is_assumed_and_said(read: Read) -> None:
    content = "id;name;price\n1;Jürgen “Joe”;5 €\n2;Bo;6 €;x\n".encode("cp1252")

    delivery = read(content)

    assert delivery.dialect.encoding == "cp1252"
    assert rows(delivery) == [("1", "Jürgen “Joe”", "5 €")]
    assert delivery.rejects.select("byte_pos", "raw").row(0) == (
        content.index(b"2;Bo"),
        "2;Bo;6 €;x\n".encode("cp1252"),
    )
    assert any("not UTF-8" in note for note in delivery.notes)


def test_bytes_that_windows_1252_leaves_undefined_lose_nothing(read: Read) -> None:
    delivery = read(b"id,name,since\n1,J\xfcrg\x81n,2017\n2,Bo,2018\n")

    assert rows(delivery)[0] == ("1", "Jürg\x81n", "2017")


def test_one_record_in_another_encoding_is_mended_and_said(read: Read) -> None:
    good = "".join(f"{i},Zoë Müller,2017\n" for i in range(20)).encode()

    delivery = read(b"id,name,since\n" + good + b"20,J\xfcrgen,2018\n" + good)

    assert rows(delivery)[20] == ("20", "Jürgen", "2018")
    assert reasons(delivery.repairs) == ["bytes that are not UTF-8 were read as Windows-1252"]
    assert delivery.repairs["raw"][0] == b"20,J\xfcrgen,2018\n"
    assert adds_up(delivery)


def test_a_long_line_with_one_foreign_byte_is_read(read: Read) -> None:
    delivery = read(b"id,note,since\n1," + b"x" * 2_000_000 + b"\xfc,2017\n2,y,2018\n")

    assert (rows(delivery)[0][1] or "")[-1] == "ü"


def test_a_cyrillic_file_is_not_read_as_western(read: Read) -> None:
    text = "номер;имя;город\n" + "".join(f"{i};Иван Петров;Санкт-Петербург\n" for i in range(30))

    delivery = read(text.encode("cp1251"))

    assert delivery.dialect.encoding == "cp1251"
    assert rows(delivery)[0] == ("0", "Иван Петров", "Санкт-Петербург")


def test_backslash_escapes_are_recognised(read: Read) -> None:
    delivery = read(b'id,name,since\n1,"the \\"big\\" one",2017\n2,"a, b",2018\n3,"c \\"d\\"",2019\n')

    assert delivery.dialect.escape == "\\"
    assert rows(delivery)[0] == ("1", 'the "big" one', "2017")


def test_the_decimal_sign_is_reported(read: Read) -> None:
    assert read(b"id;price\n1;1.234,50\n2;99,90\n").dialect.decimal == ","
    assert read(b"id,price\n1,1234.50\n2,99.90\n").dialect.decimal == "."
    assert read(b"id,name\n1,Ann\n").dialect.decimal is None


def test_a_dialect_that_is_given_is_believed(read: Read) -> None:
    delivery = read(b"a:b\n1:2\n", dialect=Dialect("", ":", header_line=0))

    assert rows(delivery) == [("a", "b"), ("1", "2")]


def test_the_file_is_kept_once_and_whole(read: Read) -> None:
    content = codecs.BOM_UTF8 + b"id,name\r\n1,Ann\r\n"

    first = read(content)
    before = first.kept.stat().st_mtime_ns
    again = read(content)

    assert first.kept.read_bytes() == content
    assert first.kept.parts[-2:] == (first.sha256[:2], first.sha256 + ".csv")
    assert again.kept == first.kept
    assert first.kept.stat().st_mtime_ns == before
    assert not list(first.kept.parents[1].rglob(".partial-*"))


def test_several_files_come_in_order(tmp_path) -> None:
    for name in ("b.csv", "a.csv"):
        (tmp_path / name).write_bytes(b"id,name\n1," + name.encode() + b"\n")

    deliveries = read_files([tmp_path / "b.csv", tmp_path / "a.csv"], tmp_path / "landing")

    assert [delivery.name for delivery in deliveries] == ["b.csv", "a.csv"]


def test_progress_is_reported(read: Read) -> None:
    seen: list[str] = []

    read(b"id,name\n1,Ann\n", progress=lambda what, done, total: seen.append(what))

    assert {"Keeping table.csv", "Reading table.csv"} <= set(seen)


ORDINARY = b"".join(b"%d,Firm %d,2017-03-%02d,%d.50\n" % (i, i, i % 28 + 1, i) for i in range(1, 12))


@pytest.mark.parametrize(
    "names",
    [
        b"id,,name,since,sum\n",
        b"id,name,since,sum,,\n",
        b"id name since sum\n",
        b"id;name;since;sum\n",
        b"id,name,since,sum\n",
    ],
)
def test_column_names_that_are_not_written_like_the_records_still_name_the_columns(read: Read, names: bytes) -> None:
    delivery = read(names + ORDINARY)

    assert delivery.headers == ("id", "name", "since", "sum")
    assert delivery.staged_rows == 11
    assert adds_up(delivery)


def test_a_stray_quote_among_the_column_names_costs_no_record(read: Read) -> None:
    delivery = read(b'id,"name,since,sum\n' + ORDINARY)

    assert delivery.headers == ("id", '"name', "since", "sum")
    assert delivery.staged_rows == 11


def test_names_of_groups_over_names_of_their_parts_are_joined(read: Read) -> None:
    delivery = read(b"Report of May,,,,\nFirm,2019,,2020,\n,sum,share,sum,share\nAcme,10,5,11,6\nBeta,7,3,8,4\n")

    assert delivery.headers == ("Firm", "2019 sum", "2019 share", "2020 sum", "2020 share")
    assert rows(delivery) == [("Acme", "10", "5", "11", "6"), ("Beta", "7", "3", "8", "4")]
    assert delivery.dialect.header_line == 2
    assert delivery.notes == (
        "The column names stand in 2 lines and were joined.",
        "1 line above the table was left out.",
    )


def test_a_space_behind_each_delimiter_is_no_part_of_the_cells(read: Read) -> None:
    delivery = read(b'id, name, since\n1, "Lee, Ann", 2017-01-01\n2, Bo, 2018-01-01\n')

    assert delivery.headers == ("id", "name", "since")
    assert rows(delivery) == [("1", "Lee, Ann", "2017-01-01"), ("2", "Bo", "2018-01-01")]


def test_many_lines_of_comments_do_not_hide_the_delimiter(read: Read) -> None:
    delivery = read(b"".join(b"# line %d\n" % i for i in range(20)) + b"id;name\n1;Ann\n2;Bo\n# end\n")

    assert delivery.headers == ("id", "name")
    assert rows(delivery) == [("1", "Ann"), ("2", "Bo")]
    assert adds_up(delivery)
