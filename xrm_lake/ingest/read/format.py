"""What kind of file this is, told by its first bytes; a name may lie."""

from pathlib import Path

from xrm_lake.errors import NoTable
from xrm_lake.ingest.read.json_shape import json_shape

WORKBOOKS = ("xlsx", "xlsb", "xls", "ods")

# First bytes of what is certainly no table, and what a person would call it.
_FOREIGN = (
    (b"%PDF", "a PDF document", "Export the table from where the PDF came, as CSV or XLSX."),
    (b"\x89PNG", "a PNG image", "Bring the table as CSV or XLSX."),
    (b"\xff\xd8\xff", "a JPEG image", "Bring the table as CSV or XLSX."),
    (b"GIF8\x37", "a GIF image", "Bring the table as CSV or XLSX."),
    (b"GIF8\x39", "a GIF image", "Bring the table as CSV or XLSX."),
    (b"\x1f\x9d", "a compressed archive", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"(\xb5/\xfd", "a zstd archive", "Unpack it first."),
    (b"]\x00\x00", "an lzma archive", "Unpack it first."),
    (b"\x7fELF", "a program", "Bring the table as CSV or XLSX."),
    (b"MZ\x90", "a program", "Bring the table as CSV or XLSX."),
    (b"{\\rtf", "a rich text document", "Bring the table as CSV or XLSX."),
)
_SQLITE = b"SQLite format 3\x00"
_STARTS = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh91AY", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PAR1", "parquet"),
    (_SQLITE, "sqlite"),
)
ARCHIVES = ("gzip", "bzip2", "xz", "zip")
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_HEAD_BYTES = 1 << 16


def recognise(kept: Path, name: str) -> str:
    """
    Return what a file is: "text", "json", "jsonl", "parquet", "sqlite", one of ARCHIVES or of WORKBOOKS.

    Raises NoTable for what is empty or not a table; `name` is what the message calls the file.
    """
    with kept.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise NoTable(f"{name} is empty. Nothing was imported. Export it again.")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(kept, name)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if head[:2] == b"\x09\x08" and head[2:4] in (b"\x08\x00", b"\x10\x00"):
        return "xls"
    for start, form in _STARTS:
        if head.startswith(start):
            return form
    for start, what, way in _FOREIGN:
        if head.startswith(start):
            raise NoTable(f"{name} is {what}, not a table. Nothing was imported. {way}")
    if head[257:262] == b"ustar":
        raise NoTable(f"{name} is a tar archive, not a table. Nothing was imported. Unpack it first.")
    shape = json_shape(kept, name)
    if shape is not None:
        return shape
    _refuse_documents(head, name)
    return "text"


def is_sqlite(path: Path) -> bool:
    """Whether a path is that of an SQLite file; False if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(16) == _SQLITE
    except OSError:
        return False


def refuse_nested(form: str, name: str) -> None:
    """Raise NoTable for an archive that stands in another one."""
    if form in ARCHIVES:
        raise NoTable(f"{name} is an archive in an archive. Nothing was imported. Unpack the outer one first.")


def _zipped(kept: Path, name: str) -> str:
    from xrm_lake.ingest.read.workbook_guard import members

    names = members(kept, name)
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(n.lower().startswith("xl/") for n in names) or "[Content_Types].xml" in names:
        return "xlsx"
    return "ods" if "content.xml" in names else "zip"


def _refuse_documents(head: bytes, name: str) -> None:
    if head.startswith(_WIDE_BOMS):
        return
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<svg", b"<script", b"<head", b"<body")):
        what = "an XML document" if start.startswith(b"<?xml") else "a web page"
        raise NoTable(
            f"{name} is {what}, not a table. Nothing was imported."
            " If a CRM exported it as .xls, open it in a spreadsheet and save it as XLSX or CSV."
        )
    odd = sum(head.count(byte) for byte in (*range(1, 9), *range(14, 27)))
    if odd > len(head) * 0.05 and not _looks_wide(head):
        raise NoTable(f"{name} is a binary file, not a table. Nothing was imported. Bring CSV or XLSX.")


def _looks_wide(head: bytes) -> bool:
    """Whether every second (or more) byte is NUL, as in UTF-16 and UTF-32 without a mark."""
    return head.count(0) > len(head) * 0.2
