"""Whatever is wrong with a file of any kind, it is read with an account or refused with a sentence; nothing else is ever raised."""

import gzip
import io
import json
import random
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from xrm_lake import read_table
from xrm_lake.errors import ImportRefused
from xrm_lake.model.results import ReadTable

ROWS = [
    {"id": number, "name": f"Zoë {number}", "tags": ["a", {"b": 1.5}], "at": {"city": "Ulm"}} for number in range(30)
]


def samples(folder: Path) -> list[Path]:
    text = json.dumps(ROWS, indent=1, ensure_ascii=False).encode()
    lines = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
    (folder / "a.json").write_bytes(text)
    (folder / "a.jsonl").write_bytes(lines)
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(lines))
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("a.json", text)
        archive.writestr("b.csv", b"id,name\\n1,Ann\\n")
    pl.DataFrame([{**row, "tags": ["a", None]} for row in ROWS]).write_parquet(folder / "a.parquet")
    with closing(sqlite3.connect(folder / "a.db")) as connection:
        connection.execute("create table people (id integer, name text)")
        connection.executemany("insert into people values (?, ?)", [(row["id"], row["name"]) for row in ROWS])
        connection.commit()
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append([row["id"], row["name"], "=1/0"])
    book.save(folder / "a.xlsx")
    return sorted(folder.iterdir())


def damaged(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice([1, 2, 8])):
        at = chance.randrange(len(changed))
        match chance.randrange(4):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randrange(1, 40)]
            case 2:
                changed[at:at] = chance.choice([b"{", b'"', b"<", b"\\x00", b"[[", b"1e999", b"\\xff\\xfe"])
            case _:
                changed = changed[: at + 1]
    return bytes(changed)


def within(content: bytes, chance: random.Random) -> bytes:
    """A workbook with one of its parts damaged, and the whole packed soundly."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w") as again:
        hit = chance.choice(book.namelist())
        for name in book.namelist():
            again.writestr(name, damaged(book.read(name), chance) if name == hit else book.read(name))
    return out.getvalue()


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_file_is_read_with_an_account_or_refused(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    (tmp_path / "sound").mkdir()
    for sample in samples(tmp_path / "sound"):
        content = sample.read_bytes()
        spoiled = within(content, chance) if sample.suffix == ".xlsx" and seed % 2 else damaged(content, chance)
        path = tmp_path / sample.name
        path.write_bytes(spoiled)

        tables: tuple[ReadTable, ...] = ()
        try:
            tables = read_table(path)
        except ImportRefused as refusal:
            said = str(refusal)

        assert tables or "Nothing was imported." in said
        for table in tables:
            assert table.account.counted == table.rows.height + table.rejects.height


def test_hostile_workbooks_end_no_process(shared_data: Path) -> None:
    folder = shared_data / "xlsx_torture"
    for entry in json.loads((folder / "manifest.json").read_text()):
        if entry["expect"] == "load":
            continue
        try:
            read_table(folder / entry["file"])
        except ImportRefused:
            continue
        assert entry["expect"] == "nocrash", entry["file"]
