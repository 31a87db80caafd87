import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.hygiene.matching.meanings import MEANINGS
from xrm_lake.hygiene.matching.score import levels_of_texts as levels

TEXTS = st.text("abcde 019@.", min_size=1, max_size=12)
SYMMETRIC = sorted(set(MEANINGS) - {"email"})


def level(meaning, left, right):
    return int(levels(meaning, [left], [right])[0])


@given(TEXTS, TEXTS, st.sampled_from(sorted(MEANINGS)))
def test_a_level_is_exact_just_where_the_texts_are_equal(left, right, meaning):
    found = level(meaning, left, right)

    assert 0 <= found <= MEANINGS[meaning].exact
    assert (found == MEANINGS[meaning].exact) == (left == right)


@given(TEXTS, TEXTS, st.sampled_from(SYMMETRIC))
def test_the_two_sides_can_be_exchanged(left, right, meaning):
    assert level(meaning, left, right) == level(meaning, right, left)


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=20), st.sampled_from(sorted(MEANINGS)))
def test_a_pair_scores_the_same_alone_and_among_others(pairs, meaning):
    left, right = [a for a, _ in pairs], [b for _, b in pairs]

    assert levels(meaning, left, right).tolist() == [level(meaning, a, b) for a, b in pairs]


@pytest.mark.parametrize(
    ("meaning", "near", "nearer"),
    [
        ("person_name", ("jon", "jonathan"), ("jonathan", "jonathon")),
        ("company_name", ("acme", "acme systems"), ("acme systems", "acme system")),
        ("email", ("ann.lee@x.org", "ann.lee@y.com"), ("ann.lee@x.org", "ann.le@x.org")),
        ("phone", ("4155550100", "4155550111"), ("4155550100", "4155550101")),
        ("date", ("19800102", "19800701"), ("19800102", "19800103")),
        ("postcode", ("90210", "90277"), ("90210", "90211")),
    ],
)
def test_what_is_nearer_has_the_higher_level(meaning, near, nearer):
    assert 0 < level(meaning, *near) < level(meaning, *nearer)
