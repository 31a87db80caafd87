"""Learn from the records themselves what a duplicate looks like, and where to look for more."""

from dataclasses import dataclass, replace

import numpy as np

from xrm_lake.hygiene.matching.arrays import Floats, Rows
from xrm_lake.hygiene.matching.block import Packed, all_pairs, count_pairs, pairs_of_keys
from xrm_lake.hygiene.matching.chance import USUAL_PAIRS, chance
from xrm_lake.hygiene.matching.choose import choose
from xrm_lake.hygiene.matching.compare import distinct_vectors
from xrm_lake.hygiene.matching.encode import Table
from xrm_lake.hygiene.matching.keys import Key, menu
from xrm_lake.hygiene.matching.mailbox import mailbox
from xrm_lake.hygiene.matching.model import fit, prior
from xrm_lake.hygiene.matching.sample import Sample, draw, whole, with_copies
from xrm_lake.hygiene.matching.weigh import Fitted, class_bits, log_odds, probability

_FEW = 100  # rows below which the usual rates are safer than learned ones
_USUAL_PAIRS_ALONE = 3_000.0  # what the usual rates weigh where nothing is learned
_CLEAR = 0.9
_LEAST_CLEAR = 0.6
_SOBER_ROUNDS = 12
_ALL_PAIRS = 20_000  # up to so many pairs all are compared, and no key is needed


@dataclass(frozen=True)
class Trained:
    """A fitted model, the keys to block on (none: compare all pairs), and why it fell back, if it did."""

    fitted: Fitted
    keys: tuple[Key, ...]
    fallback: str | None

    def candidates(self) -> Packed:
        """The pairs worth scoring, packed as in block.py."""
        table = self.fitted.table
        return table.across(all_pairs(len(table)) if _is_small(table) else pairs_of_keys(self.keys, table))


def train(table: Table, sizes: Rows, seed: int) -> Trained:
    """
    Estimate chance rates, draw a sample, fit the classes, choose the keys.

    `sizes`: for how many identical records each row of the table stands.
    """
    rng = np.random.default_rng(seed)
    fallback = _why_not(table)
    mailboxes = {column.name: mailbox(column, table) for column in table.of("email")}
    usual_pairs = _USUAL_PAIRS_ALONE if fallback else USUAL_PAIRS
    chances = chance(table, mailboxes, rng, usual_pairs=usual_pairs)
    usual = prior(table.fields, chances, int(sizes.sum()), table.pairs if table.sides is not None else None)
    fitted = Fitted(table, mailboxes, usual, by_rarity=fallback is None)
    keys = () if _is_small(table) else menu(table)
    sample = draw(table, mailboxes, keys, rng) if keys else whole(table, mailboxes)
    if table.sides is None:
        sample = with_copies(sample, table, mailboxes, sizes)
    if not fallback:
        vectors, where = distinct_vectors(sample.levels)
        weights = np.bincount(where, weights=sample.weights).astype(np.float64)
        fitted = replace(fitted, model=fit(usual, vectors, weights))
    posterior = _posterior(fitted, sample)
    if not fallback:
        fitted, posterior, fallback = _sobered(fitted, sample, posterior)
    chosen = choose(keys, sample, posterior, len(table), lambda key: count_pairs(key.codes(), len(table)))
    return Trained(fitted, tuple(chosen), fallback)


def _sobered(fitted: Fitted, sample: Sample, posterior: Floats) -> tuple[Fitted, Floats, str | None]:
    """
    Where few pairs stand out, fewer matches are expected, until those that are left do stand out.

    Else a table without any duplicate would have some: a class is always found that explains its namesakes.
    """
    doubt = None
    for _ in range(_SOBER_ROUNDS):
        clear = _clear_share(posterior, sample.weights)
        if clear >= _LEAST_CLEAR or fitted.model.matches <= 1:
            break
        fitted = replace(fitted, model=fitted.model.with_fewer_matches(clear))
        posterior = _posterior(fitted, sample)
        doubt = "fewer duplicates stand out than were estimated: the model was made stricter"
    return fitted, posterior, doubt


def _why_not(table: Table) -> str | None:
    """Why nothing can be learned from these records, if so."""
    if len(table) < _FEW:
        return f"only {len(table)} distinct records: the usual weights are used"
    if len(table.fields) == 1:
        return "only one column is of use: the usual weights are used"
    return None


def _posterior(fitted: Fitted, sample: Sample) -> Floats:
    """How likely each pair of the sample is one entity."""
    bits = class_bits(fitted, sample.levels, sample.left).sum(axis=1)
    return probability(log_odds(bits + fitted.model.prior_bits()[:, None]))


def _clear_share(posterior: Floats, weights: Floats) -> float:
    """
    The share of the expected matches that lies in pairs of which the model is sure.

    With duplicates it was 0.86 and more on every set measured; where each entity
    occurs once it is under 0.5: the matches are spread over many unlikely pairs,
    because a class was made up to explain namesakes.
    """
    matches = posterior * weights
    return float(matches[posterior >= _CLEAR].sum() / max(float(matches.sum()), 1e-9))


def _is_small(table: Table) -> bool:
    return len(table) * (len(table) - 1) // 2 <= _ALL_PAIRS
