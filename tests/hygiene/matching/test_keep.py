"""What is kept of a run is marked with all that decides how records are seen and compared."""

from xrm_lake.hygiene.matching.keep import engine, sources


def test_the_mark_is_of_all_that_decides_how_records_are_seen():
    names = {file.name for file in sources()}

    assert {"seen.py", "placeholders.py", "phone.py", "split_name.py", "score.py", "crowd.py"} <= names


def test_the_mark_stays_while_nothing_changes():
    mark = engine()
    engine.cache_clear()

    assert engine() == mark
