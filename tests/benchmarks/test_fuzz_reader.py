"""A short fuzz of the reader, always with the same inputs; the long one is the benchmark."""

from benchmarks.fuzz_reader import broken_law, fuzz, tables


def test_spoiled_tables_are_read_or_refused_and_every_account_adds_up():
    number, broken, _steps = fuzz(11, tables()[::5], lambda number: number < 60)

    assert number == 60
    assert broken == []


def test_an_account_that_does_not_add_up_would_be_found(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "xrm_lake.ingest.read.account.Account.skipped", lambda self, raw, lines: self._advance(len(raw), 3)
    )

    assert "is on line" in str(broken_law(b"a,b,c\n1,2,3\n\n4\n" + b"5,6,7\n" * 9, tmp_path))
