"""Who stands in which file: a file's rows are new to the data, known from an earlier file, or there twice."""

from dataclasses import dataclass

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Floats, Ints, Mask


@dataclass(frozen=True)
class Cast:
    """
    The rows of a file. `who` is the number of the true person or firm.

    `repeat` marks rows whose person or firm stands further up in the same file,
    `known` those of an earlier file. `fresh` lists the row of each newcomer, in
    the order of their numbers; `upto` is the next free number.
    """

    who: Ints
    repeat: Mask
    known: Mask
    fresh: Ints
    upto: int


def cast(chance: Chance, repeats: Floats, *, known: Ints, share: float, first: int) -> Cast:
    """
    Cast a file of `repeats.size` rows.

    `repeats` is how likely each row repeats an earlier one; `known` are the
    numbers that may come over from earlier files, each once, for a `share` of the
    other rows; newcomers are numbered from `first` on.
    """
    n = repeats.size
    repeat = chance.chance(n, repeats)
    repeat[:1] = False
    own = np.flatnonzero(~repeat)
    count = min(round(share * own.size), known.size)
    shared = chance.some(own, count)
    fresh = np.setdiff1d(own, shared)
    who = np.empty(n, dtype=np.int64)
    who[shared] = np.sort(chance.some(known, count))
    who[fresh] = first + np.arange(fresh.size)
    earlier = np.cumsum(~repeat)
    picked = (chance.shares(n) * earlier).astype(np.int64)
    who[repeat] = who[own[picked[repeat]]]
    is_known = np.isin(np.arange(n), shared)
    return Cast(who=who, repeat=repeat, known=is_known, fresh=fresh, upto=first + fresh.size)
