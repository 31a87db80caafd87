"""Archives: each file in them is a table of its own, nothing is written by their names, and bombs are refused."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read import archive, read_file, read_files

from .conftest import Read
from .reading import adds_up, rows

PEOPLE, FIRMS = b"id,name\n1,Ann\n2,Bo\n", b"id,firm\n3,Acme\n"


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members.items():
            written.writestr(name, content)
    return out.getvalue()


def packed(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "export.zip"
    path.write_bytes(zipped(members))
    return path


@pytest.mark.parametrize(("packed", "ending"), [(gzip.compress, "gz"), (bz2.compress, "bz2"), (lzma.compress, "xz")])
def test_a_packed_table_is_read_as_it_was(read: Read, packed: Callable[[bytes], bytes], ending: str) -> None:
    delivery = read(packed(PEOPLE), f"people.csv.{ending}")

    assert delivery.name == "people.csv"
    assert rows(delivery) == [("1", "Ann"), ("2", "Bo")]
    assert adds_up(delivery)


def test_each_file_of_a_zip_is_a_table_of_its_own(tmp_path: Path) -> None:
    path = packed(tmp_path, {"in/people.csv": PEOPLE, "firms.csv": FIRMS})

    people, firms = read_files([path], tmp_path / "landing")

    assert (people.name, firms.name) == ("export.zip/in/people.csv", "export.zip/firms.csv")
    assert rows(people) == [("1", "Ann"), ("2", "Bo")]
    assert rows(firms) == [("3", "Acme")]


@pytest.mark.parametrize("wanted", ["firms.csv", 2])
def test_one_file_of_a_zip_can_be_named(tmp_path: Path, wanted: str | int) -> None:
    path = packed(tmp_path, {"people.csv": PEOPLE, "firms.csv": FIRMS})

    assert read_file(path, tmp_path / "landing", sheet=wanted).headers == ("id", "firm")


def test_a_file_of_a_zip_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    path = packed(tmp_path, {"people.csv": PEOPLE, "firms.csv": FIRMS})

    with pytest.raises(ImportRefused, match=r"has no file 'deals\.csv'.*'people\.csv', 'firms\.csv'"):
        read_file(path, tmp_path / "landing", sheet="deals.csv")


def test_what_is_no_table_in_a_zip_is_left_out_and_said(tmp_path: Path) -> None:
    members = {
        "read me.pdf": b"%PDF-1.7\n",
        "people.csv": PEOPLE,
        "__MACOSX/._people.csv": b"x",
        "inner.zip": zipped({"a.csv": FIRMS}),
    }

    [people] = read_files([packed(tmp_path, members)], tmp_path / "landing")

    assert people.name == "export.zip/people.csv"
    assert people.notes == (
        "export.zip/read me.pdf is a PDF document, not a table; it was left out.",
        "export.zip/inner.zip is an archive in an archive; it was left out.",
    )


def test_no_path_in_a_zip_leads_out_of_the_landing(tmp_path: Path) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    path = packed(inside, {"../../evil.csv": PEOPLE, "/abs.csv": FIRMS, "..\\..\\win.csv": FIRMS})

    tables = read_files([path], inside / "landing")

    assert len(tables) == 3
    assert {item.name for item in tmp_path.iterdir()} == {"a"}
    assert all(item.kept.is_relative_to(inside / "landing") for item in tables)
    assert {item.name for item in inside.iterdir()} == {"landing", "export.zip"}


def test_a_gzip_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BIG_MEMBER", 1 << 20)
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(48):
            file.write(bytes(1 << 20))

    with pytest.raises(ImportRefused, match=r"bomb\.csv\.gz would unpack to .* MB"):
        read_file(path, tmp_path / "landing")

    assert sum(item.stat().st_size for item in (tmp_path / "landing").rglob("*") if item.is_file()) < 1 << 20


def test_a_zip_bomb_is_refused_by_what_it_claims(tmp_path: Path) -> None:
    path = packed(tmp_path, {"bomb.csv": b" " * (60 << 20)})

    with pytest.raises(ImportRefused, match="would unpack to 60 MB"):
        read_file(path, tmp_path / "landing")


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = zipped({"people.csv": PEOPLE * 4000})
    size = (len(PEOPLE) * 4000).to_bytes(4, "little")
    path = tmp_path / "liar.zip"
    path.write_bytes(content.replace(size, (100).to_bytes(4, "little")))

    with pytest.raises(ImportRefused, match="damaged"):
        read_file(path, tmp_path / "landing")


def test_a_zip_of_too_many_files_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path, {f"{number}.csv": b"" for number in range(archive.MOST_FILES + 1)})

    with pytest.raises(ImportRefused, match="holds 2001 files"):
        read_file(path, tmp_path / "landing")


@pytest.mark.parametrize("name", ["people.csv.gz", "people.csv.bz2", "people.csv.xz", "people.zip"])
def test_a_damaged_archive_is_refused(read: Read, name: str) -> None:
    packers = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    packed = packers.get(name.rpartition(".")[2], lambda content: zipped({"people.csv": content}))
    content = packed(PEOPLE * 500)

    with pytest.raises(ImportRefused, match="damaged"):
        read(content[: len(content) // 2], name)


def test_a_file_named_like_the_staged_rows_of_another_does_not_meet_them(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    path.write_bytes(PEOPLE)

    delivery = read_file(path, tmp_path / "landing")

    assert delivery.kept.read_bytes() == PEOPLE
    assert rows(delivery) == [("1", "Ann"), ("2", "Bo")]


def test_what_a_folder_leaves_out_by_its_name_a_zip_leaves_out_too_and_says_so(tmp_path: Path) -> None:
    members = {"docs/README.txt": b"Made by hand,\nwith care\n", "run.sql": b"select 1;\n", "people.csv": PEOPLE}

    [people] = read_files([packed(tmp_path, members)], tmp_path / "landing")

    assert people.notes == (
        "export.zip/docs/README.txt is a text for people; it was left out.",
        "export.zip/run.sql is SQL statements, not a table; export the tables as CSV; it was left out.",
    )
    assert read_files([tmp_path / "export.zip"], tmp_path / "landing", sheet="docs/README.txt")
