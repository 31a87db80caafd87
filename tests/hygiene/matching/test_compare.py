"""Comparison vectors."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.hygiene.matching.compare import distinct_vectors


@given(st.integers(1, 60), st.integers(0, 40), st.integers(0, 2**32))
def test_distinct_vectors_give_every_pair_its_own_however_many_fields_there_are(fields, pairs, seed):
    levels = np.random.default_rng(seed).integers(0, 6, (fields, pairs)).astype(np.uint8)

    vectors, where = distinct_vectors(levels)

    assert np.array_equal(vectors[:, where], levels)
    assert len(np.unique(vectors, axis=1).T) == vectors.shape[1]
