"""A supposed id that repeats is named with its repetitions and their lines: dropped, it would be missed."""

import pytest

from tests.ingest.files import load


def people(ids):
    rows = (f"{key},Ann{n},Lee{n},ann{n}@example.org\n" for n, key in enumerate(ids))
    return "id,first_name,last_name,email\n" + "".join(rows)


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (["a1", "a2", "a1", "a2", "a2", "a6"], "'id' cannot be the key: it repeats 2 values in 5 rows (lines 2 and 4; 3 and 5 and 6)"),
        (["a1", "a1", "a3", "", "a5"], "'id' cannot be the key: it repeats 1 value in 2 rows (lines 2 and 3) and is empty in 1 row (line 5)"),
    ],
)  # fmt: skip
def test_an_id_that_repeats_is_named_with_how_often_and_where(lake, tmp_path, ids, said):
    result = load(lake, tmp_path, people(ids), dry_run=True)

    assert any(said in note and "'email' tells the records apart" in note for note in result.notes)


def test_an_id_that_repeats_once_among_many_stays_the_key_and_the_lines_are_named(lake, tmp_path):
    ids = [f"a{n if n != 70 else 3}" for n in range(100)]

    result = load(lake, tmp_path, people(ids))

    assert result.rejected == 1
    assert "The key 'id' repeats 1 value in 2 rows (lines 5 and 72)." in result.notes


def test_a_first_column_that_is_called_a_number_and_repeats_is_named_in_a_table_of_a_new_type(lake, tmp_path):
    text = "product_number,colour,height\nA1,red,1\nA2,blue,2\nA1,green,3\n"

    result = load(lake, tmp_path, text, name="things.csv", propose=True)

    assert any(
        "'product_number' cannot be the key: it repeats 1 value in 2 rows (lines 2 and 4)" in note
        for note in result.notes
    )
