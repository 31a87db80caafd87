"""A few records against what was learned: the same codes, counts and scores as in the whole table."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hygiene.matching.people import MEANING, people
from xrm_lake.hygiene.matching import find_pairs
from xrm_lake.hygiene.matching.against import PAD, Tally, encode_few, tally, weigh_few
from xrm_lake.hygiene.matching.encode import encode
from xrm_lake.hygiene.matching.index import choose_keys, entries, index, limit
from xrm_lake.hygiene.matching.keep import Kept, keep

EVERY = MEANING | {"firm": "company_name", "street": "address", "zip": "postcode", "no": "id", "note": "free_text"}


@pytest.fixture(scope="module")
def run():
    table = people(600, twins=120)
    found = find_pairs(table, MEANING, at_least=0.01)
    assert found.learned is not None
    keys = choose_keys(found.learned, found.frame)
    return table, found, keep(found.learned, keys, found.fit.fallback)


def counted(found):
    learned = found.learned
    return Tally(learned.fitted.table, learned.fitted.mailboxes).counts()


def test_a_pair_scores_what_it_scored_in_the_run(run):
    table, found, kept = run
    pairs = found.frame.head(60)
    some = table.filter(pl.col("id").is_in([*pairs["left_id"], *pairs["right_id"]]))

    again = weigh_few(pairs, tally(encode_few(some, kept.columns)).fit(kept, counted(found)), kept, at_least=0.0)

    both = pairs.join(again, on=["left_id", "right_id"])
    assert both.height == pairs.height
    assert np.abs((both["score"] - both["score_right"]).to_numpy()).max() < 1e-9
    assert both["evidence"].to_list() == both["evidence_right"].to_list()
    assert both["sure"].to_list() == both["sure_right"].to_list()
    assert both["sentence"].to_list() == both["sentence_right"].to_list()


def test_the_model_survives_as_text(run):
    _, _, kept = run

    assert Kept.from_json(kept.to_json()) == kept


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "3", '{"columns": {}}', '{"keys": 3}'])
def test_what_is_no_model_is_told(text):
    with pytest.raises(ValueError):  # noqa: PT011 (what is said is of no use to anybody)
        Kept.from_json(text)


TEXTS = st.one_of(
    st.none(),
    st.sampled_from(["Ann", "ann ", "Müller", "", "--", "Acme Ltd", "12 North St", "a@b.c"]),
    st.text(max_size=12),
)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(EVERY, TEXTS)), min_size=1, max_size=8))
def test_a_few_are_encoded_as_many_are(rows):
    frame = pl.DataFrame(rows, schema=dict.fromkeys(EVERY, pl.String)).with_row_index("id", 1)

    few = encode_few(frame, EVERY)
    many = encode(frame, EVERY)

    assert few.ids.tolist() == [PAD, *many.ids.tolist()]
    by_name = {column.name: column for column in few.columns}
    assert set(by_name) == set(EVERY)
    for column in many.columns:
        texts = [None if code < 0 else column.values[int(code)] for code in column.codes]
        same = by_name[column.name]
        assert [None if code < 0 else same.values[int(code)] for code in same.codes[1:]] == texts


def test_the_index_brings_together_again_what_the_run_found(run):
    _, found, kept = run
    table = index(found.learned, kept.keys)

    met = (
        table.join(table.rename({"id": "other"}), on="hash")
        .filter(pl.col("id") < pl.col("other"))
        .unique(["id", "other"])
    )

    sure = found.frame.filter(pl.col("score") >= 0.9)
    again = sure.join(met, left_on=["left_id", "right_id"], right_on=["id", "other"])
    assert again.height >= 0.99 * sure.height
    assert table["hash"].is_sorted()


def test_records_alone_have_the_entries_that_they_have_in_the_table(run):
    table, found, kept = run
    in_table = set(index(found.learned, kept.keys).rows())
    few = encode_few(table.head(20), kept.columns)

    numbers, rows = entries(few, kept.keys, all_words=True)

    alone = {(int(number), int(few.ids[row])) for number, row in zip(numbers, rows, strict=True) if few.ids[row] != PAD}
    assert {entry for entry in in_table if entry[1] in few.ids} <= alone


def test_what_too_many_share_is_not_in_the_index():
    table = people(3_000)
    found = find_pairs(table.with_columns(email=pl.lit("info@firma.example")), MEANING)

    made = index(found.learned, ["email", "names"])

    assert made.group_by("hash").len()["len"].max() <= limit(3_000)


def test_of_many_copies_the_first_stands_for_all():
    table = pl.concat([people(300), pl.concat([people(1)] * 500).with_columns(id=pl.int_range(5_000, 5_500))])
    found = find_pairs(table, MEANING)

    made = index(found.learned, choose_keys(found.learned, found.frame))

    assert made["id"].n_unique() == 300


def test_of_identical_records_the_first_is_in_the_index_and_the_limit_is_of_distinct_ones():
    variants = people(260).with_columns(email=pl.when(pl.col("id") < 20).then(pl.lit("a@b.example")).otherwise("email"))
    rows = pl.concat([variants, *([variants.head(20)] * 29)]).with_columns(id=pl.int_range(1, pl.len() + 1))
    found = find_pairs(rows, MEANING)

    made = index(found.learned, ["email"])

    assert set(made["id"]) == set(range(1, 261))
    assert made.group_by("hash").len()["len"].max() == 20
