"""A list of people with a team is a list of people, unless it is called after colleagues; where both may be, that is said."""

import pytest

from tests.ingest.files import load

PEOPLE = "id,first,last,email,team_id\n" + "".join(
    f"{n},Ann{n},Lee{n},a{n}@example.org,T{n % 3}\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    ("name", "type_name", "doubt"),
    [
        ("list.csv", "person", True),
        ("players.csv", "person", True),
        ("contacts.csv", "person", False),
        ("users.csv", "user", False),
    ],
)
def test_people_with_a_team_are_colleagues_only_where_their_file_says_so(lake, tmp_path, name, type_name, doubt):
    result = load(lake, tmp_path, PEOPLE, name=name)

    assert result.type == type_name
    assert any("it may be user" in note for note in result.notes) is doubt
