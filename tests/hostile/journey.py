"""The journey of a cell: in by a file, seen at each door, out by a file, and in again elsewhere."""

import csv
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import polars as pl
from fastapi.testclient import TestClient

from xrm_lake.ingest.load import import_files
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.results import FileResult
from xrm_lake.reports.export import export_type
from xrm_lake.server.api import build_api
from xrm_lake.store.doctor import doctor
from xrm_lake.store.lake import Lake
from xrm_lake.store.model import add_type
from xrm_lake.store.open import init_lake
from xrm_lake.store.read import list_records, select_records, show_record
from xrm_lake.store.search import search

# A plain number, or a phone number, computes nothing.
_NUMBER = re.compile(r"[+-]?[0-9][0-9 .,()/-]*")


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    return path


def visible(text: str | None) -> str:
    """What a reader sees of a text: composed, without what shows nothing, and with any run of space as one."""
    shown = "".join(
        " " if char.isspace() else char
        for char in unicodedata.normalize("NFC", text or "")
        if unicodedata.category(char) not in ("Cf", "Cs", "Cn")
        and (unicodedata.category(char) != "Cc" or char.isspace())
        and char not in "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0"
    )
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def reads_alike(one: str | None, other: str | None) -> bool:
    """Whether a reader sees the same; a control character may be shown as a space or as nothing."""
    if any(unicodedata.category(char) == "Cc" and not char.isspace() for char in f"{one}{other}"):
        return visible(one).replace(" ", "") == visible(other).replace(" ", "")
    return visible(one) == visible(other)


def unguarded(text: str) -> str:
    """A text without the apostrophe by which spreadsheets are told that what follows is no formula: no part of the value."""
    return text[1:] if re.match(r"'+\s*[=+@＝＋＠-]", text) else text


def take_in(lake: Lake, path: Path, type_name: str, fields: Sequence[str]) -> FileResult:
    mapping = {name: name for name in fields} | {"key": "key"}
    done = import_files(lake, [path], type=type_name, source="far", preset="none", mapping=mapping, key=["key"]).files[
        0
    ]
    assert done.accounted
    return done


def seen_at_every_door(lake: Lake, type_name: str, field: str, *, opened: int = 40) -> None:
    """Each value is the same in the list, on the record, over REST; and search for it is no fault."""
    held = dict(lake.query(f'select id, "{field}" from "{type_name}" order by id').rows())
    listed = list_records(lake, type_name, limit=10_000)
    assert dict(zip(listed["id"], listed[field], strict=True)) == held
    with_api = build_api(lake, "a-token")
    client = TestClient(with_api, base_url="http://127.0.0.1:8501")
    rows = client.get(f"/records/{type_name}?limit=10000").json()["rows"]
    assert {row["id"]: row[field] for row in rows} == held
    for id, value in list(held.items())[:: max(1, len(held) // max(opened, 1))]:
        assert show_record(lake, id).values[field] == value
        assert client.get(f"/record/{id}").json()["values"][field] == value
        if value and value.split():
            assert client.get("/search", params={"text": value}).status_code == 200
            assert id in search(lake, value, type=type_name, limit=10_000)["id"].to_list()
    with_api.state.calls.stop_all()
    with_api.state.jobs.stop_all()


def out_and_back(lake: Lake, folder: Path, entity_type: EntityType, form: str) -> None:
    """What goes out in a file and comes into another lake is what it was, letter by letter, and no formula on the way."""
    names = [field.name for field in entity_type.fields]
    out, count = export_type(lake, entity_type.name, out=folder / f"out.{form}")
    no_formula(out, form)
    with init_lake(folder / f"{form}.xrm", template="none", user="ann") as other:
        add_type(other, entity_type)
        done = import_files(
            other, [out], type=entity_type.name, source="lake", key=["id"], mapping={name: name for name in names}
        ).files[0]
        assert (done.new, done.rejected) == (count, 0)
        after = select_records(other, entity_type.name).select(names)
        assert doctor(other).healthy
    before = select_records(lake, entity_type.name).select(names)
    odd = [pair for pair in zip(before.rows(), after.rows(), strict=True) if pair[0] != pair[1]]
    assert not odd, f"{form}: {odd[:3]!r}"


def no_formula(path: Path, form: str) -> None:
    if form == "csv":
        cells = [cell for row in pl.read_csv(path, infer_schema=False).rows() for cell in row if cell]
        assert not [cell for cell in cells if cell[0] in "=+-@\t\r＝＋－＠" and not _NUMBER.fullmatch(cell)]
    elif form == "xlsx":
        sheet = openpyxl.load_workbook(path).active
        assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
