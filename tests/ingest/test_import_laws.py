"""Laws of importing, whatever the rows: the same file twice changes nothing, and a key is one whatever its spelling."""

import csv
import io
import shutil
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xrm_lake.store.open import open_lake

from .files import load, same_state, state

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=8)
EMAILS = st.sampled_from(["ann@example.org", "bob@example.org", "zoe@example.com", ""])
ROWS = st.lists(st.tuples(st.sampled_from(["1", "2", "3", "4", ""]), WORDS, WORDS, EMAILS), min_size=1, max_size=6)
MAPPING = {"id": "key", "First name": "given_name", "Last name": "family_name", "Email": "email"}
FEW = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def text_of(rows) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([tuple(MAPPING), *rows])
    return text.getvalue()


@pytest.fixture
def fresh(tmp_path: Path, empty_lake):
    """Opens an empty lake of its own, each time."""
    numbers = count()
    return lambda: open_lake(shutil.copytree(empty_lake[0], tmp_path / f"{next(numbers)}.xrm"), user="ann")


@FEW
@given(rows=ROWS)
def test_the_same_file_twice_changes_nothing(fresh, tmp_path, rows):
    with fresh() as lake:
        first = load(lake, tmp_path, text_of(rows), type="person", mapping=MAPPING)
        before = state(lake)
        again = load(lake, tmp_path, text_of(rows), type="person", mapping=MAPPING)

        assert (again.new, again.changed, again.rejected) == (0, 0, first.rejected)
        assert lake.query("select count(*) from change where batch_id = $id", id=again.batch_id).value() == 0
        same_state(before, state(lake), moments=True)


@FEW
@given(rows=ROWS, later=ROWS, empty=st.sampled_from(["keep", "clear"]), key=st.sampled_from([(), ("email",)]))
def test_a_dry_run_shows_what_the_import_does_and_the_import_is_done_then(fresh, tmp_path, rows, later, empty, key):
    options = {"type": "person", "mapping": MAPPING, "empty": empty, "key": key}
    with fresh() as lake:
        load(lake, tmp_path, text_of(rows), **options)
        tried = load(lake, tmp_path, text_of(later), **options, dry_run=True)
        done = load(lake, tmp_path, text_of(later), **options, rows=True)

        assert tried.rows.equals(done.rows)
        again = load(lake, tmp_path, text_of(later), **options)
        assert (again.new, again.changed) == (0, 0)


@FEW
@given(
    spellings=st.lists(st.sampled_from(["{}", " {} ", "{}  "]), min_size=2, max_size=4),
    upper=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_a_key_is_one_whatever_its_case_and_the_spaces_around_it(fresh, tmp_path, spellings, upper):
    with fresh() as lake:
        for spelling, loud in zip(spellings, upper, strict=False):
            email = spelling.format("Ann@Example.org".upper() if loud else "ann@example.org")
            load(lake, tmp_path, text_of([("", "Ann", "Lee", email)]), type="person", mapping=MAPPING, key=["email"])

        assert lake.query("select count(*) from person").value() == 1
