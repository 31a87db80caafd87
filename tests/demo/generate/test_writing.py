"""Ids, names and numbers as the systems and people write them."""

import string

import pytest

from xrm_lake.demo.generate.chance import Chance, texts
from xrm_lake.demo.generate.exports.ids import salesforce_ids
from xrm_lake.demo.generate.faults.vary import mistyped
from xrm_lake.demo.generate.words import cultures, firm
from xrm_lake.demo.generate.world.writing import fill


def check_of(body: str) -> str:
    """The check of an 18-character id, letter by letter."""
    letters = string.ascii_uppercase + "012345"
    groups = [body[start : start + 5] for start in (0, 5, 10)]
    return "".join(letters[sum(1 << i for i, letter in enumerate(group) if letter.isupper())] for group in groups)


def test_ids_carry_the_right_check_and_rise():
    ids = salesforce_ids("003", 3000).tolist()

    assert all(check_of(id[:15]) == id[15:] for id in ids)
    assert len(set(ids)) == 3000
    assert check_of("0016g000007WEfs") == "AAG"


@pytest.mark.parametrize("kind", [0, 1, 2])
@pytest.mark.parametrize("name", ["Li", "Ek", "Anna", "Otto", "van der Veen", "O'Donnell", "Müller", "Aa"])
def test_a_typo_changes_a_name_and_keeps_its_first_letter(name, kind):
    for spot in (0.0, 0.5, 0.99):
        wrong = mistyped(name, spot, kind)

        assert wrong != name
        assert wrong[0] == name[0]


def test_filled_patterns_keep_their_form():
    filled = fill(Chance(1), texts(["EC1A #AB", "## ##", "none"]))

    assert filled[0][:5] == "EC1A "
    assert filled[0][5].isdigit()
    assert filled[1].replace(" ", "").isdigit()
    assert filled[2] == "none"


@pytest.mark.parametrize("culture", cultures(), ids=lambda culture: culture.code)
def test_a_culture_has_enough_words_and_only_nicknames_of_its_own_names(culture):
    given = {*culture.given_f, *culture.given_m}

    assert len(given) >= 36
    assert len(culture.family) + len(culture.stems) * len(culture.ends) >= 100
    assert set(culture.nicknames) <= given
    assert all(place.city and place.postcode and place.area.isdigit() for place in culture.places)


def test_streams_do_not_disturb_one_another():
    one, other = Chance(7).stream("a"), Chance(7).stream("a")
    Chance(7).stream("b").whole(0, 9, 100)

    assert one.whole(0, 1000, 5).tolist() == other.whole(0, 1000, 5).tolist()
    assert firm().products
