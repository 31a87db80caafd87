"""Presets of one's own: found in the lake or named, checked with errors that say what to mend, never mixed up with others."""

import pytest

from xrm_lake.errors import ImportRefused, InvalidDeclaration, Misuse, UnknownName
from xrm_lake.ingest.known_presets import built_in, known_presets
from xrm_lake.ingest.list_presets import list_presets, show_preset
from xrm_lake.ingest.load import import_file
from xrm_lake.ingest.preset import detect
from xrm_lake.ingest.preset_file import read_preset

MEMBERS = """
label = "Club register"

[members]
type = "person"
needs = ["Mitglied", "Nachname"]
[members.columns]
"Mitglied" = "key"
"Vorname" = "given_name"
"Nachname" = "family_name"
"Verein" = { link = "works_for", to = "organisation", by = "name" }
"Beitrag" = "fee"
"""
FILE = "Mitglied;Vorname;Nachname;Beitrag\nM-1;Ann;Lee;12\nM-2;Bob;Ray;15\n"


def put(folder, name: str, text: str):
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_preset_in_the_lakes_folder_is_recognised_like_any_other(lake, tmp_path):
    put(lake.path, "presets/club.toml", MEMBERS)

    [file] = import_file(lake, put(tmp_path, "list.csv", FILE)).files

    assert (file.preset, file.type, file.new) == ("club/members", "person", 2)
    assert lake.query("select source, source_key from entity order by id").rows() == [("club", "M-1"), ("club", "M-2")]


def test_a_preset_can_be_named_by_its_file_and_needs_no_lake_folder(lake, tmp_path):
    preset = put(tmp_path, "ours/club.toml", MEMBERS)

    [file] = import_file(lake, put(tmp_path, "list.csv", FILE), preset=str(preset)).files

    assert (file.preset, file.new) == ("club/members", 2)


def test_an_own_preset_takes_the_place_of_the_built_in_one_of_its_name(lake):
    put(lake.path, "presets/hubspot.toml", MEMBERS)

    named = {role.full_name for role in known_presets(lake.path) if role.system == "hubspot"}

    assert named == {"hubspot/members"}
    assert len(known_presets(lake.path)) > 1


def test_presets_are_listed_and_shown_with_what_this_lake_lacks(lake):
    put(lake.path, "presets/club.toml", MEMBERS)

    listed = list_presets(lake).rows_by_key("preset", named=True, unique=True)
    shown = show_preset(lake, "club").rows_by_key("header", named=True, unique=True)

    assert len(listed) == len(built_in()) + 1
    assert listed["club/members"] | {"own": True, "needs": "Mitglied, Nachname"} == listed["club/members"]
    assert shown["Verein"]["becomes"] == "works_for → organisation by name"
    assert shown["Mitglied"]["needed"]
    assert shown["Beitrag"]["becomes"] == "extra"
    assert "no field 'fee'" in shown["Beitrag"]["reason"]


def test_what_a_split_file_holds_is_shown_with_what_each_column_is_in_each(lake):
    shown = show_preset(lake, "odoo/partners").rows_by_key("header", named=True, unique=True)

    assert shown["name"]["becomes"] == "name of organisation, full_name of person"
    assert shown["parent_id/id"]["becomes"] == "part_of → organisation by id, works_for → organisation by id"
    assert shown["is_company"]["needed"]


def test_a_system_with_several_files_asks_which_one_to_show(lake):
    with pytest.raises(Misuse, match="hubspot/contacts"):
        show_preset(lake, "hubspot")
    with pytest.raises(UnknownName, match="hubspot"):
        show_preset(lake, "hubspott")


def test_two_presets_that_nothing_tells_apart_are_asked_about_not_guessed(lake, tmp_path):
    put(lake.path, "presets/club.toml", MEMBERS)
    put(lake.path, "presets/guild.toml", MEMBERS)
    file = put(tmp_path, "list.csv", FILE)

    with pytest.raises(ImportRefused, match=r"--preset club/members or --preset guild/members"):
        import_file(lake, file)

    assert import_file(lake, file, preset="guild").files[0].preset == "guild/members"


def test_a_preset_whose_headers_are_part_of_anothers_gives_way_and_is_named_as_the_runner_up(lake, tmp_path):
    put(lake.path, "presets/club.toml", MEMBERS)
    put(lake.path, "presets/guild.toml", MEMBERS + '"Zunft" = "department"\n')
    headers = ["Mitglied", "Vorname", "Nachname", "Zunft"]

    found = detect(headers, known_presets(lake.path))

    assert (found.role.full_name, found.other) == ("guild/members", "club/members (0.75)")
    assert detect(headers[:3], known_presets(lake.path)).alike


def test_a_runner_up_that_is_near_is_spoken_of_in_the_account(lake, tmp_path):
    put(lake.path, "presets/club.toml", MEMBERS)
    put(lake.path, "presets/guild.toml", MEMBERS + '"Zunft" = "department"\n')
    near = put(tmp_path, "near.csv", "Mitglied;Vorname;Nachname;Beitrag;Zunft\nM-1;Ann;Lee;12;Bakers\n")

    [file] = import_file(lake, near).files

    assert file.preset == "guild/members"
    assert [note for note in file.notes if "club/members (0.80)" in note]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[members", "not valid TOML"),
        ("", "no table"),
        ('[members]\nneed = ["A"]', "does not know need; there are type"),
        ('[members]\ntype = "person"', "needs no header"),
        ('[members]\nneeds = "A"\ntype = "person"', "needs is a list of headers"),
        ('[members]\nneeds = ["A"]', "what its rows are"),
        ('[members]\nneeds = ["A"]\ntype = "person"\nlink = "about"', "not by type and link"),
        ('[members]\nneeds = ["A"]\ntype = "person"\n[members.K]\n"A" = "key"', "not confirmed"),
        ('[members]\nneeds = ["A"]\nforbids = ["a "]\ntype = "person"', "both needed and forbidden"),
        ('[members]\nneeds = ["A"]\ntype = "person"\n[members.columns]\n"B" = 3', "the column 'B' becomes"),
        ('[members]\nneeds = ["A"]\ntype = "person"\n[members.columns]\n"B" = { link = "works_for" }', "by = id, key or name"),
        ('[members]\nneeds = ["A"]\ntype = "person"\n[members.columns]\n"B" = { link = "x", by = "key" }', "does not say which"),
        ('[members]\nneeds = ["A"]\nlink = "about"\n[members.columns]\n"B" = { end = "from", by = "id" }', 'end = "to"'),
        ('[members]\nneeds = ["A"]\nsplit = { by = "A", into = { x = "no" }, otherwise = "no" }', "split into no, no"),
    ],
)  # fmt: skip
def test_a_preset_that_cannot_be_says_where_and_what_to_mend(tmp_path, text, said):
    file = put(tmp_path, "club.toml", text)

    with pytest.raises(InvalidDeclaration, match=r"club\.toml") as problem:
        read_preset(file)

    assert said in str(problem.value)


def test_a_lake_with_a_broken_preset_imports_nothing(lake, tmp_path):
    put(lake.path, "presets/club.toml", "[members]")

    with pytest.raises(InvalidDeclaration, match="Nothing was changed"):
        import_file(lake, put(tmp_path, "list.csv", FILE))
