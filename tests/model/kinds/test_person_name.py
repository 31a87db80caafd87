"""Names of people."""

import csv
import random
from pathlib import Path

import polars as pl
import pytest
from nameparser import parse

from xrm_lake.model.kinds import kind
from xrm_lake.model.kinds.person_name import join_full_name, split_full_name


def split(text: str) -> tuple[str | None, str | None]:
    """Given and family name."""
    given, family = split_full_name(pl.Series([text])).row(0)
    return given, family


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("Ann", True), ("Jean-Luc", True), ("O'Neil", True), ("van der Berg", True), ("María José", True), ("王小明", True),
        ("J. R. R.", True), ("Smith, Jr.", True), ("John Smith 3rd", True), ("Müller (geb. Meier)", True),
        ("4711", False), ("J0hn", False), ("ann@example.org", False), ("Ann/Bob", False), ("???", False), ("-", False),
        ("https://example.org", False), ("x" * 201, False),
    ],
)  # fmt: skip
def test_what_may_be_a_name(name: str, valid: bool) -> None:
    for part in ("person_name", "given_name", "family_name", "full_name"):
        assert kind(part).is_valid(pl.Series([name])).to_list() == [valid]


def test_capitals_are_left_as_they_are() -> None:
    assert kind("family_name").clean(pl.Series([" McDONALD\u00a0", "de  Vries"])).to_list() == ["McDONALD", "de Vries"]


def test_a_mask_keeps_initials() -> None:
    assert kind("full_name").mask(pl.Series(["Ann van Smith"])).to_list() == ["A*** v*** S***"]


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("Ann Smith", "Ann", "Smith"),
        ("Ann Mary Smith", "Ann Mary", "Smith"),
        ("Smith, Ann", "Ann", "Smith"),
        ("SMITH, ANN", "ANN", "SMITH"),
        ("Dr. Ann-Mary Müller", "Ann-Mary", "Müller"),
        ("Prof. Dr. Karl Meier", "Karl", "Meier"),
        ("Herr Karl Meier", "Karl", "Meier"),
        ("John Smith Jr.", "John", "Smith"),
        ('Eric A. "Rick" Crawford', "Eric A.", "Crawford"),
        ("Ludwig von der Heide, PhD", "Ludwig", "von der Heide"),
        ("Vincent van Gogh", "Vincent", "van Gogh"),
        ("김민준", "민준", "김"),
        ("Smith", None, "Smith"),
        ("Mr Smith", None, "Smith"),
    ],
)
def test_full_names_apart(text: str, given: str | None, family: str | None) -> None:
    assert split(text) == (given, family)


def test_nothing_is_split_into_nothing() -> None:
    assert split_full_name(pl.Series([None, "", " "], dtype=pl.String)).rows() == [(None, None)] * 3


def test_names_together() -> None:
    given = pl.Series(["Ann", None, "Ann", None], dtype=pl.String)
    family = pl.Series(["Smith", "Smith", None, None], dtype=pl.String)

    assert join_full_name(given, family).to_list() == ["Ann Smith", "Smith", "Ann", None]


def test_the_names_of_congress(shared_data: Path) -> None:
    with (shared_data / "names" / "people_split.csv").open(newline="", encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    parts = split_full_name(pl.Series([person["full_name"] for person in people]))
    right = [family == person["last"] for person, family in zip(people, parts["family_name"], strict=True)]

    # 162 of 168. The rest has two family names without a hyphen, which no rule can tell from a middle name.
    assert sum(right) / len(right) >= 0.95


def test_plain_names_are_split_as_nameparser_splits_them(shared_data: Path) -> None:
    with (shared_data / "names" / "nicknames.csv").open(newline="", encoding="utf-8") as file:
        words = sorted({row["name1"].title() for row in csv.DictReader(file)})
    chance = random.Random(7)
    names = []
    for _ in range(400):
        first, second, third = (
            chance.choice(words),
            chance.choice(words),
            chance.choice([*words, "King", "Junior", "Van"]),
        )
        names += [
            f"{first} {third}",
            f"{first} {second} {third}",
            f"{first} M. {third}",
            f"{third}, {first}",
            f"{first} {third}".upper(),
        ]

    for name, (given, family) in zip(names, split_full_name(pl.Series(names)).rows(), strict=True):
        parsed = parse(name)
        expected = f"{parsed.given} {parsed.middle}".strip()
        assert (given, family) == ((expected or None, parsed.family) if parsed.family else (None, expected)), name
