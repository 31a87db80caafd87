"""read_table: what an import would take in, without a lake, and nothing is left behind."""

import tempfile
from pathlib import Path

import pytest

from xrm_lake import read_table


def test_rows_rejects_repairs_and_account_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = tmp_path / "people.csv"
    path.write_bytes(b"phone,,phone\n1,2,3\n4,5,6,7,8\n7,8,9\n")

    [table] = read_table(path)

    assert table.headers == ("phone", "", "phone")
    assert table.rows.columns == ["phone", "column_2", "phone_2"]
    assert table.rows.rows() == [("1", "2", "3"), ("7", "8", "9")]
    assert table.places.rows() == [(1, 2), (3, 4)]
    assert table.rejects.select("record_no", "line_no", "raw").rows() == [(2, 3, b"4,5,6,7,8\n")]
    assert (table.account.counted, table.account.staged, table.account.rejected) == (3, 2, 1)
    assert [item.name for item in tmp_path.iterdir()] == ["people.csv"]
