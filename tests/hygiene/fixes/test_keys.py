"""Keys of values: what they join, what they never join, and that nothing makes them fail."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xrm_lake.hygiene.fixes.apart import marks
from xrm_lake.hygiene.fixes.keys import cologne, compact, fingerprint, metaphone, ngram
from xrm_lake.hygiene.fixes.near import near_pairs
from xrm_lake.hygiene.fixes.spellings import KEYS, METHODS, find_spellings

ANY = st.lists(st.text(max_size=30), max_size=12)
WORDS = st.lists(st.text("abcdeé 1-", min_size=1, max_size=12), min_size=1, max_size=10, unique=True)


def column(*values: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"value": values, "records": list(range(len(values), 0, -1)), "allowed": [False] * len(values)},
        schema={"value": pl.String, "records": pl.Int64, "allowed": pl.Boolean},
    )


def joined(*values: str, **options) -> set[frozenset[str]]:
    if "method" in options:
        options["methods"] = (options.pop("method"),)
    found = find_spellings(column(*values), **options)
    return {frozenset(part["value"]) for _, part in found.group_by("cluster")}


@pytest.mark.parametrize("key", [*KEYS.values(), compact, marks], ids=lambda each: each.__name__)
@given(values=ANY)
def test_any_text_has_a_key_of_its_own_place(key, values):
    keys = key(pl.Series("v", values, dtype=pl.String))

    assert len(keys) == len(values)
    for value, found in zip(values, keys, strict=True):
        assert key(pl.Series("v", [value], dtype=pl.String))[0] == found


@given(values=ANY)
def test_a_fingerprint_does_not_depend_on_order_or_repetition_of_words(values):
    turned = [" ".join(reversed(value.split(" "))) for value in values]

    text = pl.Series(values, dtype=pl.String)
    assert fingerprint(text).equals(fingerprint(pl.Series(turned, dtype=pl.String)))
    assert fingerprint(text).equals(fingerprint(text + " " + text))


@given(values=ANY)
def test_an_ngram_fingerprint_does_not_see_spaces(values):
    text = pl.Series(values, dtype=pl.String)

    assert ngram(text).equals(ngram(text.str.replace_all(" ", "")))


def test_keys_join_what_they_are_known_for():
    assert joined("Cruise, Tom", "Tom Cruise", method="fingerprint") == {frozenset(("Cruise, Tom", "Tom Cruise"))}
    assert joined("GTX Pro", "GTXPro", method="fingerprint") == set()
    assert joined("GTX Pro", "GTXPro", method="ngram") == {frozenset(("GTX Pro", "GTXPro"))}
    assert metaphone(pl.Series(["Catherine", "Kathryn"])).n_unique() == 1
    assert cologne(pl.Series(["Meyer", "Maier", "Mayr"])).n_unique() == 1
    assert joined("Hauptstrasse", "Haupstrasse", method="nearest") == {frozenset(("Hauptstrasse", "Haupstrasse"))}


@pytest.mark.parametrize("pair", [
    ("Plan 1", "Plan 2"), ("Phase II", "Phase III"), ("Type A", "Type B"), ("C++", "C#"), ("C", "C++"), ("<10 employees", ">10 employees"),
    ("Level -5", "Level 5"), ("10-50", "1050"), ("North America", "South America"), ("Version 1.0", "Version 10"), ("Plan ١", "Plan ٢"),
    ("Closed Won", "Closed Lost"), ("Quarter 1 2024", "Quarter 1 2025"), ("A+", "A"), ("Jan 12", "Jan 21"),
], ids=str)  # fmt: skip
def test_values_that_stand_apart_are_never_joined(pair):
    assert joined(*pair, at_least=0.5) == set()


@settings(max_examples=40)
@given(values=WORDS)
def test_values_of_other_numbers_are_in_no_cluster_together(values):
    found = find_spellings(column(*values), at_least=0.5)

    for _, part in found.group_by("cluster"):
        digits = {"".join(letter for letter in value if letter.isdigit()) for value in part["value"]}
        assert len(digits) == 1


@settings(max_examples=40)
@given(values=WORDS)
def test_unified_once_nothing_is_left_to_unify(values):
    for method in METHODS:
        found = find_spellings(column(*values), methods=(method,))
        meant = dict(found.select("value", "proposed").iter_rows())
        after = sorted({meant.get(value, value) for value in values})

        again = find_spellings(column(*after), methods=(method,))
        # What is left had a better neighbour before, and is offered now that this one is gone.
        assert again.height < max(found.height, 1)


@given(values=WORDS)
def test_near_pairs_are_those_that_a_plain_comparison_finds_among_alike_beginnings(values):
    from rapidfuzz.distance import OSA

    text = pl.Series(values)
    bare = compact(text).to_list()
    for left, right, score in near_pairs(text, at_least=0.8).iter_rows():
        assert score == pytest.approx(OSA.normalized_similarity(bare[left], bare[right]), abs=1e-3)
        assert left < right


def test_a_refused_pair_is_not_proposed_and_leaves_the_others():
    values = ("Berlin Mitte", "berlin mitte", "BERLIN MITTE")

    assert joined(*values, refused=[("BERLIN MITTE", "Berlin Mitte")]) == {frozenset(values[:2])}


def test_an_allowed_value_is_proposed_before_the_most_frequent():
    values = column("engineering", "Engineering").with_columns(allowed=pl.Series([False, True]))

    assert find_spellings(values)["proposed"].unique().to_list() == ["Engineering"]


def test_a_cluster_does_not_chain():
    chain = ("abcdefghij", "abcdefghxj", "abcdefgyxj", "abcdefzyxj")

    found = find_spellings(column(*chain), methods=("nearest",), at_least=0.9)
    assert found.group_by("cluster").len()["len"].max() == 2


def test_a_misspelt_word_of_a_vocabulary_is_found_and_names_are_left_alone():
    sectors = ("technolgy", "finance", "medical", "retail", "services", "software")
    names = ("Zylker", "Betasoloin", "Kannan", "Hottechi", "Xxtrou", "Opentechn")

    assert joined(*sectors) == {frozenset(("technolgy", "technology"))}
    assert joined(*names, method="spelling") == set()


def test_numbered_values_have_no_pair_to_look_at():
    codes = pl.Series([f"Invoice no {number:06d}" for number in range(3000)])

    assert near_pairs(codes, apart=marks(codes), at_least=0.8).is_empty()
