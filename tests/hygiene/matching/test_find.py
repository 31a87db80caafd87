import random

import polars as pl
import pytest

from xrm_lake.errors import UnknownName
from xrm_lake.hygiene.matching import cluster_pairs, find, find_pairs, parallel
from xrm_lake.hygiene.matching.pairs import PAIRS

from .people import MEANING, people


def frame(**columns):
    count = len(next(iter(columns.values())))
    return pl.DataFrame({"id": range(count), **columns}, schema_overrides={"id": pl.Int64})


def ids(pairs):
    return set(pairs.frame.select("left_id", "right_id").rows())


@pytest.mark.parametrize("count", [40, 150, 600])
def test_planted_duplicates_are_found_and_no_others(count):
    twins = count // 10

    found = find_pairs(people(count, twins=twins), MEANING, at_least=0.9)

    assert ids(found) == {(id, 1000 + id) for id in range(twins)}


@pytest.mark.parametrize("count", [2, 30, 150, 800])
def test_where_there_are_no_duplicates_none_are_invented(count):
    assert find_pairs(people(count, seed=3), MEANING).frame.is_empty()


def test_a_single_duplicate_in_a_table_is_found():
    assert ids(find_pairs(people(300, twins=1), MEANING)) == {(0, 1000)}


def test_the_frame_is_ordered_and_has_its_schema():
    found = find_pairs(people(200, twins=40), MEANING).frame

    assert found.schema == PAIRS
    assert (found["left_id"] < found["right_id"]).all()
    assert found["score"].is_between(0, 1).all()
    assert found["score"].is_sorted(descending=True)


def test_pairs_under_the_limit_are_left_out():
    records = people(200, twins=40)

    everything = find_pairs(records, MEANING, at_least=0.0).frame
    limit = float(everything["score"].median())
    likely = find_pairs(records, MEANING, at_least=limit).frame

    assert everything.height > likely.height
    assert everything.filter(pl.col("score") >= limit).equals(likely)


def test_the_order_of_rows_and_the_number_of_threads_change_nothing(monkeypatch):
    records = people(300, twins=60)
    once = find_pairs(records, MEANING, at_least=0.1)

    monkeypatch.setattr(parallel, "THREADS", 1)
    monkeypatch.setattr(find, "_BATCH", 7)
    again = find_pairs(records.sample(fraction=1.0, shuffle=True, seed=5), MEANING, at_least=0.1)

    assert again.frame.equals(once.frame)
    assert again.fit == once.fit


def test_evidence_names_each_scored_field_once_with_its_level():
    found = find_pairs(people(200, twins=40), MEANING).frame

    evidence = {entry["field"]: entry for entry in found["evidence"][0].to_list()}

    assert set(evidence) == set(MEANING)
    assert (evidence["email"]["level"], evidence["email"]["label"]) == (1, "exact")
    assert (evidence["phone"]["level"], evidence["phone"]["label"]) == (0, "missing")
    assert evidence["phone"]["weight"] == 0
    assert evidence["last"]["label"] == "close"
    assert evidence["email"]["weight"] > evidence["town"]["weight"]


def test_first_and_last_name_the_wrong_way_round_are_one_person():
    records = people(300)
    swapped = records.head(1).with_columns(
        pl.lit(1000).cast(pl.Int64).alias("id"), first="last", last="first", email=pl.lit(None), phone=pl.lit("")
    )

    assert ids(find_pairs(pl.concat([records, swapped]), MEANING)) == {(0, 1000)}


def test_ten_thousand_identical_rows_are_one_cluster():
    crowd = people(1).drop("id").select(pl.all().repeat_by(10_000).explode())
    records = pl.concat([people(200, seed=2).drop("id"), crowd]).with_row_index("id").cast({"id": pl.Int64})

    found = find_pairs(records, MEANING)

    assert found.frame.height == 9_999
    assert cluster_pairs(found.frame)["cluster_id"].to_list() == [200] * 10_000


def test_nothing_but_identical_rows_is_one_cluster():
    found = find_pairs(
        frame(name=["Ann Lee"] * 50, mail=["ann@lee.org"] * 50), {"name": "person_full_name", "mail": "email"}
    )

    assert cluster_pairs(found.frame).height == 50


def test_the_same_first_name_alone_is_not_the_same_person():
    names = random.Random(2).choices(["Ann", "Bob", "Cleo", "Dan", "Eve"], k=400)

    found = find_pairs(frame(name=names), {"name": "person_name"})

    assert found.frame.is_empty()
    assert "usual weights" in found.fit.fallback


def test_the_same_mail_alone_is_the_same_person():
    mails = [f"{name}@{name}.org" for name in people(200)["last"].to_list()]

    found = find_pairs(frame(mail=[*mails, mails[3]]), {"mail": "email"})

    assert ids(found) == {(3, 200)}


@pytest.mark.parametrize("meaning", ["city", "category", "postcode", "number"])
def test_what_many_share_finds_nothing_alone(meaning):
    found = find_pairs(frame(value=["York", "York", "Bath", "Ely"] * 30), {"value": meaning})

    assert found.frame.is_empty()
    assert found.fit.fallback == "no column tells one record from another"


def test_constant_and_empty_columns_change_nothing():
    records = people(200, twins=20)
    padded = records.with_columns(same=pl.lit("x"), void=pl.lit(None, dtype=pl.String))

    found = find_pairs(padded, {**MEANING, "same": "category", "void": "email"})

    assert found.frame.equals(find_pairs(records, MEANING).frame)


def test_half_empty_columns_do_not_hide_duplicates():
    half = pl.when(pl.col("id") % 1000 % 2 == 0)
    records = people(300, twins=60).with_columns(half.then(pl.col("email")).alias("email"))

    found = find_pairs(records, MEANING, at_least=0.9)

    assert ids(found) == {(id, 1000 + id) for id in range(60)}


def test_names_in_other_scripts_are_told_apart_and_found():
    names = ["李小龍", "王芳", "हिन्दी", "Иван", "Ёлка", "محمد", "Søren", "Γιώργος"]
    others = people(150)
    records = frame(
        name=[*names, *others["last"].to_list(), names[3]],
        born=[*(f"19{50 + i}-03-0{i + 1}" for i in range(8)), *others["born"].to_list(), "1953-03-04"],
    )

    assert ids(find_pairs(records, {"name": "person_full_name", "born": "date"})) == {(3, 158)}


@pytest.mark.parametrize(
    "records",
    [
        frame(name=[]).cast({"name": pl.String}),
        frame(name=["Ann"]),
        frame(name=[None, None]).cast({"name": pl.String}),
        frame(name=["", " - "]),
    ],
)
def test_tables_with_nothing_to_compare_give_no_pairs(records):
    found = find_pairs(records, {"name": "person_full_name"})

    assert found.frame.schema == PAIRS
    assert found.frame.is_empty()
    assert found.fit.fallback


def test_no_columns_give_no_pairs():
    assert find_pairs(people(5), {}).frame.is_empty()


def test_one_huge_block_and_huge_cells_are_bounded():
    names = people(500)["first"].to_list()
    records = frame(first=names * 20, last=["Smith"] * 9_999 + ["Jones"], note=["x" * 100_000] * 3 + [None] * 9_997)

    found = find_pairs(records, {"first": "person_name", "last": "person_name", "note": "free_text"})

    assert found.fit.candidate_pairs < 30 * 10_000


def test_an_unknown_column_or_meaning_is_refused():
    with pytest.raises(UnknownName, match="column named 'lst'"):
        find_pairs(people(3), {"lst": "person_name"})
    with pytest.raises(UnknownName, match="meaning named 'phon'"):
        find_pairs(people(3), {"phone": "phon"})


def test_progress_reaches_the_number_of_candidates():
    said = []

    found = find_pairs(people(200, twins=20), MEANING, progress=lambda *words: said.append(words))

    assert [what for what, _, _ in said] == ["encode", "learn", "score"]
    assert said[-1][1:] == (found.fit.candidate_pairs, found.fit.candidate_pairs)


def test_namesakes_are_not_taken_for_duplicates():
    rng = random.Random(4)
    records = people(600).with_columns(
        first=pl.Series(rng.choices(["Ann", "Bob", "Cleo", "Dan", "Eve", "Fay"], k=600)),
        last=pl.Series(rng.choices(["Smith", "Jones", "Brown", "Patel", "Khan", "Evans", "Green", "Hall"], k=600)),
    )

    found = find_pairs(records, MEANING)

    assert found.frame.is_empty()
    assert found.fit.fallback
