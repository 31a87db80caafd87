from tests.ingest.mapping.delivered import delivered
from xrm_lake.ingest.mapping.sample import MAX_DISTINCT, look

ROWS = 250_000


def test_a_long_table_is_looked_at_in_five_places(tmp_path):
    numbers = [str(row) for row in range(ROWS)]
    blocks = [str(row * 5 // ROWS) for row in range(ROWS)]

    number, block = look(delivered(tmp_path, "long.csv", {"number": numbers, "block": blocks})).columns

    assert number.values.len() == MAX_DISTINCT
    assert number.distinct
    assert set(block.values) == {"0", "1", "2", "3", "4"}
    assert not block.distinct
    assert not number.whole


def test_whether_a_key_is_complete_is_asked_of_the_whole_file(tmp_path):
    numbers = [str(row) for row in range(ROWS - 1)] + ["0"]
    table = look(delivered(tmp_path, "long.csv", {"number": numbers, "place": [str(row) for row in range(ROWS)]}))

    assert not table.complete_key([0])
    assert table.complete_key([1])
    assert table.complete_key([0, 1])


def test_values_are_trimmed_and_blanks_are_none(tmp_path):
    [column] = look(delivered(tmp_path, "x.csv", {"a": [" x ", "x", "", "  ", None]})).columns

    assert column.values.to_list() == ["x"]
    assert (column.filled, column.seen) == (2, 5)
    assert not column.distinct
