"""What is no table, or cannot be opened, is refused with a sentence that helps, and nothing is staged."""

import os
from pathlib import Path

import pytest

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read import read_file

from .conftest import Read

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "is empty"),
        (b"\xef\xbb\xbf", "a.csv", "is empty"),
        (b"\r\n \n\n", "a.csv", "is empty"),
        (b"", "a.xlsx", "is empty"),
        (b"%PDF-1.7\n1 0 obj", "a.pdf", "a PDF document"),
        (b"%PDF-1.7\n1 0 obj", "named.csv", "a PDF document"),
        (PNG, "a.csv", "a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "a.csv", "a JPEG image"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a.csv", "a web page"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls", "a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "a.xls", "an XML document"),
        (b'{"records": [{"id": 1, "na', "a.csv", "JSON"),
        (bytes(257) + b"ustar\x0000" + bytes(300), "a.tar", "a tar archive"),
        (bytes(range(256)) * 40, "a.csv", "a binary file"),
        (b"not a workbook at all", "a.xlsx", "named like a workbook"),
    ],
)
def test_what_is_no_table_is_refused_and_named(read: Read, content: bytes, name: str, said: str) -> None:
    with pytest.raises(ImportRefused, match="Nothing was imported") as refusal:
        read(content, name)

    assert said in str(refusal.value)
    assert name in str(refusal.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"There is no file .*gone\.csv"):
        read_file(tmp_path / "gone.csv", tmp_path / "landing")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="is a folder"):
        read_file(tmp_path, tmp_path / "landing")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "locked.csv"
    path.write_bytes(b"a,b\n1,2\n")
    path.chmod(0)

    with pytest.raises(ImportRefused, match="may not be read"):
        read_file(path, tmp_path / "landing")


def test_a_text_table_has_no_sheets(read: Read) -> None:
    with pytest.raises(ImportRefused, match="has no sheets"):
        read(b"a,b\n1,2\n", sheet="Sheet1")


def test_a_table_of_too_many_columns_is_refused(read: Read) -> None:
    line = ",".join(str(i) for i in range(20_000)).encode() + b"\n"

    with pytest.raises(ImportRefused, match="20000 columns"):
        read(line * 3)


def test_a_mark_that_lies_about_the_encoding_is_refused(read: Read) -> None:
    with pytest.raises(ImportRefused, match="UTF-16-LE"):
        read(b"\xff\xfe" + "id,name\n1,x\n".encode("utf-16-le") + b"\x00\xd8\x00")


def test_no_refusal_holds_the_text_of_a_cell(read: Read) -> None:
    with pytest.raises(ImportRefused) as refusal:
        read(b'[{"name": "Secret Person"')

    assert "Secret" not in str(refusal.value)
