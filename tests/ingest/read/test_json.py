"""JSON: arrays of objects are tables, nested objects dotted columns, and a line or element that is no object is a reject."""

import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read import read_file, read_files
from xrm_lake.ingest.read.json_cells import decoder
from xrm_lake.ingest.read.json_count import count_listed, count_references
from xrm_lake.ingest.read.json_walk import Damaged, JsonWalk

from .conftest import Read
from .reading import adds_up, lines, rows


def test_an_array_of_objects_is_a_table(read: Read) -> None:
    delivery = read(
        b'[{"id": 1, "at": {"city": "Ulm", "geo": {"lat": 1.50}}},\n {"tags": ["a", {"b": null}], "id": 2}]', "a.json"
    )

    assert delivery.headers == ("id", "at.city", "at.geo.lat", "tags")
    assert rows(delivery) == [("1", "Ulm", "1.50", None), ("2", None, None, '["a", {"b": null}]')]
    assert lines(delivery) == [(1, 1), (2, 2)]
    assert adds_up(delivery)


def test_each_array_of_objects_in_an_object_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "crm.json"
    path.write_text('{"total": 2, "data": {"people": [{"id": 1}], "tags": ["x"]}, "firms": [{"name": "Acme"}]}')

    people, firms = read_files([path], tmp_path / "landing")

    assert (people.name, firms.name) == ("crm.json#data.people", "crm.json#firms")
    assert rows(firms) == [("Acme",)]
    assert people.notes == ("Beside the tables stand values that are no table; they were left out: total, data.tags.",)
    assert read_file(path, tmp_path / "landing", sheet="firms").headers == ("name",)


def test_an_object_alone_is_one_record(read: Read) -> None:
    delivery = read(b'{"id": 7, "tags": ["a"], "at": {"city": "Ulm"}}', "a.json")

    assert (delivery.headers, rows(delivery)) == (("id", "tags", "at.city"), [("7", '["a"]', "Ulm")])


def test_an_element_that_is_no_object_is_a_reject_with_its_place(read: Read) -> None:
    delivery = read('[{"id": "é"},\n 7,\n {"id": 2}]'.encode(), "a.json")

    assert delivery.rejects.rows() == [(2, 2, 16, None, "is no object", b"7")]
    assert adds_up(delivery)


def test_a_bad_line_is_a_reject_with_line_byte_and_raw_text(read: Read) -> None:
    delivery = read(
        '{"id": "Zoë"}\n\n{"id": 2,\n{"id": "ÄÖÜäöüßéèêçñ"}\r\n[4]\n'.encode() + b'{"id": "\xff"}\n', "a.jsonl"
    )

    assert rows(delivery) == [("Zoë",), ("ÄÖÜäöüßéèêçñ",)]
    assert [(row[1], row[2], row[4], row[5]) for row in delivery.rejects.rows()] == [
        (3, 16, "the line is no JSON", b'{"id": 2,\n'),
        (5, 62, "the line is JSON, but no object", b"[4]\n"),
        (6, 66, "the line is not UTF-8", b'{"id": "\xff"}\n'),
    ]
    assert (delivery.counted, adds_up(delivery)) == (5, True)


def test_a_name_that_repeats_in_an_object_loses_no_value(read: Read) -> None:
    delivery = read(b'[{"phone": "1", "phone": "2"}]', "a.json")

    assert (delivery.headers, rows(delivery)) == (("phone", "phone_2"), [("1", "2")])
    assert delivery.repairs["reason"].to_list() == [
        "a name stands in it more than once; the later ones have a number behind it"
    ]


def test_half_a_character_is_replaced_and_said(read: Read) -> None:
    delivery = read(b'[{"name": "a\\ud800b"}]', "a.json")

    assert rows(delivery) == [("a\ufffdb",)]
    assert delivery.repairs.height == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[{"id": 1}, {"id": ', "line 1, column"),
        (b'[{"id": 1}\n{"id": 2}]', "line 2, column 1"),
        (b'{"records": [{"id": 1, "na', "is damaged"),
        (b"[1, 2]", "without any object"),
        (b"{}", "without any object"),
        (b'{"a":' * 60 + b"[{}]" + b"}" * 60, "too deep"),
    ],
)
def test_json_that_is_damaged_or_holds_no_objects_is_refused(read: Read, content: bytes, said: str) -> None:
    with pytest.raises(ImportRefused, match="Nothing was imported") as refusal:
        read(content, "a.json")

    assert said in str(refusal.value)


def test_utf_16_json_is_read(read: Read) -> None:
    assert rows(read(json.dumps([{"name": "Zoë"}], ensure_ascii=False).encode("utf-16"), "a.json")) == [("Zoë",)]


SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1), inner, max_size=3)
)
ROWS = st.lists(
    st.dictionaries(st.text("abc", min_size=1, max_size=3), SCALARS, min_size=1, max_size=4) | VALUES, max_size=8
)


@settings(max_examples=25, deadline=None)
@given(ROWS, st.sampled_from([None, 1]))
def test_every_element_of_an_array_is_staged_or_rejected(table: list[object], indent: int | None) -> None:
    text = json.dumps({"rows": table, "other": [[1, 2], {"a": [3]}]}, indent=indent).encode()

    assert count_listed(io.BytesIO(text)) == len(table) + 2
    if not any(isinstance(row, dict) for row in table):
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.json"
        path.write_bytes(text)
        delivery = read_file(path, Path(folder) / "landing", sheet="rows")

    assert delivery.counted == len(table)
    assert delivery.rejects.height == sum(not isinstance(row, dict) for row in table)


@settings(max_examples=100, deadline=None)
@given(ROWS, st.sampled_from([None, 1]), st.integers(1, 9), st.integers(0, 400))
def test_a_document_is_the_same_in_pieces_of_any_size(
    table: list[object], indent: int | None, piece: int, cut: int
) -> None:
    plain = {"referenceId": "\\\\", "rows": table, "n": [1.5e-3, -0, [1, "[,\\"]], "deep": {"a": {"list": table}}}
    text = json.dumps(plain, indent=indent, ensure_ascii=False)[: cut if cut % 2 else None]

    def walked(size: int) -> list[object]:
        walk, found = JsonWalk(io.StringIO(text), decoder(), piece=size), []
        try:
            for each in walk.elements():
                found.append((each.path, each.value, each.listed, each.line, walk.text(each), walk.position(each)))
        except Damaged as trouble:
            found.append((trouble.line, trouble.column))
        return found

    assert walked(piece) == walked(1 << 20)
    for count in (count_listed, count_references):
        assert count(io.BytesIO(text.encode()), piece=piece) == count(io.BytesIO(text.encode()))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.dictionaries(st.text("abc", min_size=1, max_size=3), SCALARS, min_size=1), min_size=1, max_size=8))
def test_what_was_written_as_json_lines_is_read_as_it_was(table: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in table))
        delivery = read_file(path, Path(folder) / "landing")
        staged = rows(delivery)

    def text(value: object) -> str | None:
        return value if value is None or isinstance(value, str) else json.dumps(value)

    assert staged == [tuple(text(row.get(name)) for name in delivery.headers) for row in table]


def test_a_value_too_long_to_be_held_is_refused_with_its_line(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xrm_lake.ingest.read.json_walk.MOST_AT_ONCE", 1 << 20)

    with pytest.raises(ImportRefused, match=r"begins in line 2.*Nothing was imported"):
        read(b'[{"id": 1},\n{"id": "' + b"x" * (5 << 20) + b'"}]', "a.json")
