"""
Whether texts are all different, found cheaply where they are, as the ids and numbers of most files are.

Texts with different hashes differ. Only where two hashes are alike are the texts themselves looked at.
"""

import polars as pl


def all_differ(texts: pl.Series) -> bool:
    """
    Whether no two of the texts are the same.

    >>> all_differ(pl.Series(["a", "b"])), all_differ(pl.Series(["a", "b", "a"]))
    (True, False)
    """
    return texts.hash().n_unique() == len(texts) or texts.n_unique() == len(texts)


def distinct(texts: pl.Series) -> pl.Series:
    """Each of the texts once, in any order."""
    return texts if all_differ(texts) else texts.unique()
