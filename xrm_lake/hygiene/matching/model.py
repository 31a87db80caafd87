"""
The model of a pair: two hidden questions, the same one? and the same surroundings?

Fellegi & Sunter (1969) weigh each field by how often it agrees among matches (m)
and among strangers (u), as if fields were independent. In relationship data they
are not: colleagues share company, street and postcode, a family its surname and
phone. So there are four latent classes (a 2 x 2 latent class model, Goodman 1974),
fitted by EM (Dempster, Laird & Rubin 1977; Winkler 1988 for record linkage):

    same    one entity, one context            beside    two entities, one context
    moved   one entity, another context        strangers two entities, nothing shared

Two of one family are their own story, and no parameter of its own is needed to tell it: they agree in one of
the two names, and in their surroundings, as one person with themselves does, and in all else as strangers do.

Identity fields are tied between `same` and `moved`, context fields start equal in
`same` and `beside`; strangers are fixed to the chance rates. Weak Dirichlet priors
keep a class that hardly occurs from drifting. The constants were measured on febrl
and on generated data.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from xrm_lake.hygiene.matching.arrays import Floats, Levels
from xrm_lake.hygiene.matching.encode import Column

SAME, MOVED, BESIDE, STRANGERS = range(4)
FAMILY = slice(4, None)  # none, or one for each of the two name fields: the one that differs
SAME_ENTITY = slice(SAME, MOVED + 1)
DIFFERENT = slice(BESIDE, None)  # all stories of two entities

_PRIOR_SHARE = 0.25  # weight of the prior, as a share of the expected matches
_PRIOR_LEAST = 20.0  # and at least so many pairs
_MOST_ELSE = 0.25  # a matching pair differs in an identity field at most so often
_MOST_ELSE_NAME = 0.15
_MOST_ELSE_OTHER = 0.75
_MOST_FAR = 0.35  # or is only remotely like it, in the name of a firm
_START = (0.6, 0.3, 0.6, 0.1)  # same, moved, beside, family: as shares of a first guess at the matches
_GUESS = 0.1  # that guess, as a share of the rows
_ROUNDS = 80
_FAMILY = 3  # the place of families among the expected numbers
_NEAR_ZERO = 1e-6
_WHOLE = 2  # levels of a firm's name that are more than a word or two in common

Rates = tuple[Floats, ...]  # a probability of each level, for each field


@dataclass(frozen=True)
class Model:
    """
    The rates of each class, and among `pairs` in all the expected numbers of same, moved, beside and family.
    """

    fields: tuple[Column, ...]
    same: Rates
    moved: Rates
    beside: Rates
    strangers: Rates
    expected: Floats
    pairs: float
    rounds: int = 0

    @property
    def matches(self) -> float:
        """How many pairs of one entity the model expects."""
        return float(self.expected[SAME] + self.expected[MOVED])

    def with_fewer_matches(self, share: float) -> "Model":
        """The same rates, with only this share of the matches expected (but not less than one)."""
        shares = np.array([share, share, 1.0, 1.0])
        return replace(self, expected=np.maximum(self.expected * shares, np.minimum(self.expected, 1.0)))

    @property
    def classes(self) -> tuple[Rates, ...]:
        """The rates by class, in the order of the constants."""
        return (self.same, self.moved, self.beside, self.strangers, *self.families)

    @cached_property
    def families(self) -> tuple[Rates, ...]:
        """The rates of two of one family: which name is their own, the other names and what they share."""
        names = [i for i, column in enumerate(self.fields) if column.meaning.name == "person_name"]
        if len(names) != 2:
            return ()
        return tuple(
            tuple(
                self.strangers[i] if i == own or self.is_own(i, names) else self.same[i]
                for i in range(len(self.fields))
            )
            for own in names
        )

    def is_own(self, field: int, names: Sequence[int]) -> bool:
        """Whether a field is a person's own, which the family does not share: an e-mail, a date of birth, an identifier."""
        return self.fields[field].role == "identity" and field not in names

    def prior_bits(self) -> Floats:
        """The logarithm (base 2) of each class's share of all pairs."""
        count = len(self.families)
        families = np.full(count, self.expected[_FAMILY] / max(count, 1))
        rest = max(self.pairs - float(self.expected.sum()), self.pairs * 1e-9)
        shares: Floats = np.log2(
            np.maximum(np.concatenate([self.expected[:STRANGERS], [rest], families]), 1e-3) / self.pairs
        )
        return shares

    def field_bits(self, levels: Levels) -> Floats:
        """The logarithm (base 2) of each level's rate: class x field x pair; 0 where missing."""
        bits = np.empty((len(self.classes), *levels.shape))
        for of_class, rates in zip(bits, self.classes, strict=True):
            for of_field, rate, found in zip(of_class, rates, levels, strict=True):
                of_field[:] = np.append(np.log2(rate), 0.0)[found]
        return bits


def prior(fields: tuple[Column, ...], chances: Rates, rows: int, pairs: float | None = None) -> Model:
    """The model before any pair was seen, for a table of so many rows (copies included) and pairs (by default all)."""
    same = tuple(_usual(column) for column in fields)
    moved, beside = [], []
    for column, m, u in zip(fields, same, chances, strict=True):
        context = column.role == "context"
        moved.append(0.9 * u + 0.1 * m if context else m)
        if context:
            beside.append(0.3 * u + 0.7 * m)
        else:
            beside.append(0.9 * u + 0.1 * m if _shared(column) else u)
    expected = np.array(_START) * max(10.0, _GUESS * rows)
    pairs = max(rows * (rows - 1) / 2 if pairs is None else float(pairs), 1.0)
    model = Model(fields, same, tuple(moved), tuple(beside), chances, np.minimum(expected, pairs / 4), pairs)
    return model if model.families else replace(model, expected=model.expected * [1, 1, 1, 0])


def fit(start: Model, levels: Levels, weights: Floats) -> Model:
    """
    The model that explains the comparison vectors best, by EM from `start`.

    `levels` holds distinct vectors (a column each), `weights` how many pairs have them.
    """
    model = start
    for done in range(1, _ROUNDS + 1):
        before = model.expected
        model = replace(_maximise(start, levels, _expect(model, levels) * weights), rounds=done)
        if np.abs(model.expected - before).max() < 1e-4 * max(model.expected.max(), 1.0):
            break
    return model


def _expect(model: Model, levels: Levels) -> Floats:
    """How likely each vector comes from each class."""
    bits = model.field_bits(levels).sum(axis=1) + model.prior_bits()[:, None]
    shares = np.exp2(bits - bits.max(axis=0))
    return np.asarray(shares / shares.sum(axis=0))


def _maximise(start: Model, levels: Levels, mass: Floats) -> Model:
    families = mass[FAMILY].sum() if start.families else 0.0
    expected = np.maximum(np.append(mass[:STRANGERS].sum(axis=1), families), [1.0, 1.0, 1.0, 1.0 if families else 0.0])
    usual = max(_PRIOR_LEAST, _PRIOR_SHARE * float(mass[SAME].sum() + mass[MOVED].sum()))
    usual_beside = max(usual, _PRIOR_SHARE * float(mass[BESIDE].sum()))
    same, moved, beside = [], [], []
    for i, column in enumerate(start.fields):
        seen = _count(levels[i], mass, column.meaning.missing)
        if column.role == "context":
            same.append(_posterior(seen[SAME], start.same[i], usual))
            moved.append(_posterior(seen[MOVED], start.moved[i], usual))
        else:
            tied = _bounded(_posterior(seen[SAME] + seen[MOVED], start.same[i], usual), column)
            same.append(tied)
            moved.append(tied)
        free = column.role == "context" or _shared(column)
        rates = _posterior(seen[BESIDE], start.beside[i], usual_beside) if free else start.beside[i]
        if column.meaning.name == "company_name" and column.role == "identity":
            rates = _as_strangers(rates, start.strangers[i], _WHOLE)
        beside.append(rates)
    return replace(start, same=tuple(same), moved=tuple(moved), beside=tuple(beside), expected=expected)


def _count(levels: Levels, mass: Floats, size: int) -> Floats:
    """How many pairs of each class (but strangers) are at each level."""
    return np.array([np.bincount(levels, weights=each, minlength=size + 1)[:size] for each in mass[:STRANGERS]])


def _posterior(seen: Floats, prior_rates: Floats, weight: float) -> Floats:
    rates = seen + weight * prior_rates
    rates = np.maximum(rates / rates.sum(), _NEAR_ZERO)
    return np.asarray(rates / rates.sum())


def _bounded(rates: Floats, column: Column) -> Floats:
    # Without this bound a class of "same first name, similar mail" can take the place of the matches.
    strict = column.role == "identity" and column.meaning.name != "email"
    most = _MOST_ELSE_NAME if column.meaning.name == "person_name" else _MOST_ELSE if strict else _MOST_ELSE_OTHER
    rates = _at_most(rates, 1, most)
    if column.role == "identity" and column.meaning.name == "company_name":
        # Else the branches at one address, whose names have some words in common, do.
        rates = _at_most(rates, 2, _MOST_FAR)
    return rates


def _at_most(rates: Floats, levels: int, most: float) -> Floats:
    """The rates with this share at most for the lowest levels."""
    low = float(rates[:levels].sum())
    if low <= most:
        return rates
    return np.append(rates[:levels] * (most / low), rates[levels:] * ((1 - most) / (1 - low)))


def _as_strangers(rates: Floats, strangers: Floats, levels: int) -> Floats:
    """Neighbours share a word of their names (the town, the trade), not the whole name: that is as rare as among strangers."""
    low, high = rates[:-levels], strangers[-levels:]
    return np.append(low * ((1 - high.sum()) / low.sum()), high)


def _shared(column: Column) -> bool:
    """Whether two different people of one context may share it: the surname and phone of a family."""
    return column.role == "both" or column.meaning.name in ("person_name", "company_name")


def _usual(column: Column) -> Floats:
    """How often each level is seen in a matching pair, before any data."""
    between = column.meaning.missing - 2
    different, step = {"identity": (0.07, 0.05), "group": (0.35, 0.05)}.get(column.role, (0.30, 0.06))
    rates = np.array([different, *[step] * between, 1 - different - step * between])
    return np.asarray(rates / rates.sum())
