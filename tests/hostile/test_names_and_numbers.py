"""Names, firms, addresses, e-mails and phone numbers of the world keep what was written, there and back."""

import csv
import re
import unicodedata

import pytest

from tests.hostile.journey import out_and_back, seen_at_every_door, take_in, visible, write_csv
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.model import add_type

CASES = {
    "companies_country.csv": ("company", "company_name"), "companies_basename.csv": ("input", "company_name"),
    "people_split.csv": ("full_name", "full_name"), "emails_isemail.csv": ("address", "email"),
    "phones_libphonenumber.csv": ("input", "phone"), "phones_examples_by_region.csv": ("international", "phone"),
    "addresses_unparseable.csv": ("address", "street"), "addresses_usaddress.csv": ("address", "street"),
    "addresses_libpostal_parse.csv": ("address", "street"), "nicknames.csv": ("name2", "given_name"), "placeholders.csv": ("value", "text"),
}  # fmt: skip
OWN = {
    "company_name": ["Müller & Söhne GmbH & Co. KG", "AT&T", "3M", "7-Eleven", "株式会社東芝", "O'Reilly Media, Inc.",
        "=Acme", "+Plus AG", "-minus-"],
    "full_name": ["Dr. Ann-Kathrin von der Höhe, PhD", "O’Brien, Seán", "Nguyễn Thị Minh Khai", "Null", "Mary Ann Smith Jr.",
        "王小明", "X Æ A-12"],
    "email": ['"odd local"@example.org', "ann+tag@example.org", "=1@example.org", "user@bücher.example", "not an address"],
    "phone": ["+49 (0)228 123456", "+1 415-555-2671 x123", "ask for Ann", "-", "+0"],
    "street": ["1/2 High St", "=Main St 5", "Straße des 17. Juni 135", "-3 Level, Block B", "c/o Ann"],
}  # fmt: skip


def journey(lake, folder, sort, cells):
    """What became of cells of one kind, after they were seen at every door and back again."""
    entry = EntityType("entry", "Entry", "Entries", caption=("value",), fields=(Field("value", "Value", sort),))
    add_type(lake, entry)
    path = write_csv(folder / "in.csv", ("key", "value"), [(f"k{place}", cell) for place, cell in enumerate(cells)])
    done = take_in(lake, path, "entry", ("value",))
    assert (done.new, done.rejected) == (len(cells), 0)
    seen_at_every_door(lake, "entry", "value", opened=30)
    for form in ("csv", "xlsx"):
        out_and_back(lake, folder, entry, form)
    held = dict(lake.query("select source_key, value from entity e join entry n on n.id = e.id").rows())
    return [held[f"k{place}"] for place in range(len(cells))]


def keeps(sort, written, held):
    """Whether a value says what was written: letter by letter, an e-mail in any case, a number digit by digit."""
    if sort == "phone":
        digits = re.sub(r"\D", "", (held or "").partition(";ext=")[0])
        # Of a number that was read, the digits it ends in; of any other, all of it.
        return visible(held) == visible(written) or digits[-6:] in re.sub(r"\D", "", _as_digits(written))
    if sort == "street":
        # An address of several lines stands on one.
        return re.sub(r"[\s,]+", " ", visible(held)) == re.sub(r"[\s,]+", " ", visible(written))
    if sort == "email":
        # Comments and needless quotes are no part of an address, and a number in brackets has many spellings; nothing is put into it.
        left = iter(visible(written).casefold())
        return (
            "[" in written
            or visible(held).casefold() == visible(written).casefold()
            or all(char in left for char in visible(held).casefold() if char.isalnum())
        )
    return visible(held) == visible(written)


def _as_digits(written):
    """Letters on the keys of a telephone, and digits of any script, as plain digits."""
    keys = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999", strict=True))
    return "".join(str(unicodedata.digit(char, keys.get(char.upper(), char))) for char in written)


@pytest.mark.parametrize("sort", OWN)
def test_own_names_and_numbers_keep_what_was_written(lake, tmp_path, sort):
    held = journey(lake, tmp_path, sort, OWN[sort])

    assert [(cell, value) for cell, value in zip(OWN[sort], held, strict=True) if not keeps(sort, cell, value)] == []


@pytest.mark.parametrize("name", CASES)
def test_the_names_and_numbers_of_the_world_keep_what_was_written(lake, tmp_path, shared_data, name):
    header, sort = CASES[name]
    with (shared_data / "names" / name).open(newline="", encoding="utf-8") as file:
        cells = [row[header] for row in csv.DictReader(file)]

    held = journey(lake, tmp_path, sort, cells)

    assert [(cell, value) for cell, value in zip(cells, held, strict=True) if not keeps(sort, cell, value)] == []
