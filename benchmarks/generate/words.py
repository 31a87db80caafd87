"""
Pools of names, towns and streets as skewed as real ones: a few very common, a long tail of rare ones.

The heads are those of the demonstration data; tails are put together from their syllables. A pool has a part for each
culture, and drawing from it follows Zipf-Mandelbrot: the weight of the r-th word is 1 / (r + q) ** s.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from xrm_lake.demo.generate.chance import Chance, Ints
from xrm_lake.demo.generate.words import Culture, cultures
from xrm_lake.demo.generate.world.writing import slug

STREET_PATTERNS = {
    "AT": ("{}gasse #", "{}weg #", "{}straße #"), "CZ": ("{}ova #", "{}ská #"), "DE": ("{}straße #", "{}weg #", "{}allee #", "{}gasse #"),
    "ES": ("Calle {} #", "Avenida {} #", "Plaza {} #"), "FR": ("# rue {}", "# avenue {}", "# boulevard {}", "# place {}"),
    "GB": ("# {} Street", "# {} Road", "# {} Lane", "# {} Avenue"), "IN": ("# {} Road", "# {} Nagar", "# {} Street"),
    "IT": ("Via {} #", "Corso {} #", "Piazza {} #"), "NL": ("{}straat #", "{}laan #", "{}weg #"), "PL": ("ul. {} #", "al. {} #"),
    "SE": ("{}gatan #", "{}vägen #"), "TR": ("{} Cad. No: #", "{} Sok. No: #"),
    "US": ("# {} Street", "# {} Avenue", "# {} Drive", "# {} Road", "# {} Lane"),
}  # fmt: skip
_FIRST_SYLLABLE = re.compile(r"^([^aeiouy]*[aeiouy]+[^aeiouy])(.+)$")


@dataclass(frozen=True)
class Pool:
    """Words in the order of culture and rank: how they are written, and where each culture's part begins."""

    texts: tuple[str, ...]
    starts: tuple[int, ...]
    offset: float
    slope: float

    def draw(self, chance: Chance, culture: Ints) -> Ints:
        """For each culture in the array, the place of a word of it; common words more often."""
        drawn = np.empty(culture.size, dtype=np.int64)
        for code, (first, end) in enumerate(zip(self.starts[:-1], self.starts[1:], strict=True)):
            rows = np.flatnonzero(culture == code)
            weights = (np.arange(end - first, dtype=np.float64) + 1 + self.offset) ** -self.slope
            drawn[rows] = first + chance.which(weights, rows.size)
        return drawn

    def written(self, places: Ints) -> pl.Series:
        """The words at the places."""
        return pl.Series(self.texts, dtype=pl.String).gather(places)

    @cached_property
    def slugs(self) -> pl.Series:
        """Each word as a part of an e-mail address."""
        return pl.Series([slug(text) for text in self.texts], dtype=pl.String)


def given_names(chance: Chance, tail: int) -> Pool:
    """First names: those of each culture in mixed order, and up to `tail` rarer ones."""
    return _pool(chance, [[*told.given_f, *told.given_m] for told in cultures()], tail, (10.0, 1.0))


def family_names(chance: Chance, tail: int) -> Pool:
    """Family names: those of each culture, their compounds, and up to `tail` rarer ones."""
    heads = [[*told.family, *(stem + end for stem in told.stems for end in told.ends)] for told in cultures()]
    return _pool(chance, heads, tail, (8.0, 0.85))


def streets(chance: Chance, families: Pool) -> Pool:
    """Patterns of streets, with # for the number; most are named after somebody."""
    parts = []
    for code, told in enumerate(cultures()):
        named = families.texts[families.starts[code] : families.starts[code + 1]][:400]
        patterns = STREET_PATTERNS[told.code]
        kinds = chance.whole(0, len(patterns), len(named)).tolist()
        parts.append([*told.streets, *(patterns[kind].format(name) for kind, name in zip(kinds, named, strict=True))])
    return _joined([[re.sub("[0-9]*#[0-9]*", "#", street) for street in part] for part in parts], (6.0, 0.7))


@dataclass(frozen=True)
class Towns:
    """Towns with the pattern of their postcodes (# = any digit) and their area code, in the same order."""

    names: Pool
    postcodes: pl.Series
    areas: pl.Series


def towns(chance: Chance, tail: int) -> Towns:
    """The cities of each culture and `tail` smaller towns beside them."""
    names: list[list[str]] = []
    postcodes: list[str] = []
    areas: list[str] = []
    for told in cultures():
        small = _mixed(chance, [stem + end for stem in told.stems for end in told.ends])[:tail]
        names.append([*(place.city for place in told.places), *small])
        postcodes += [place.postcode for place in told.places]
        areas += [place.area for place in told.places]
        for digits in chance.whole(100, 1000, len(small)).tolist():
            postcodes.append(_elsewhere(told, str(digits)))
            areas.append(str(digits)[: 3 if told.phone_length > 8 else 2])
    return Towns(_joined(names, (2.0, 0.9)), pl.Series(postcodes), pl.Series(areas))


def _elsewhere(told: Culture, digits: str) -> str:
    """The postcode pattern of a country's first city, with other digits."""
    given = iter(digits)
    return re.sub("[0-9]", lambda _: next(given, "4"), told.places[0].postcode)


def _pool(chance: Chance, heads: list[list[str]], tail: int, shape: tuple[float, float]) -> Pool:
    parts = []
    for head in heads:
        known = list(dict.fromkeys(name.strip() for name in _mixed(chance, head)))
        parts.append([*known, *_compounds(chance, known, tail)])
    return _joined(parts, shape)


def _joined(parts: list[list[str]], shape: tuple[float, float]) -> Pool:
    starts = np.cumsum([0, *(len(part) for part in parts)]).tolist()
    return Pool(tuple(word for part in parts for word in part), tuple(starts), *shape)


def _compounds(chance: Chance, known: list[str], count: int) -> list[str]:
    """Up to `count` new names: the beginning of one and the end of another."""
    cut = [halves for name in known if " " not in name and (halves := _halves(name))]
    pick = chance.whole(0, len(cut), 4 * count)
    other = chance.whole(0, len(cut), 4 * count)
    made = (cut[a][0] + cut[b][1] for a, b in zip(pick.tolist(), other.tolist(), strict=True))
    heard = set(known)
    return list(dict.fromkeys(name for name in made if 4 <= len(name) <= 13 and name not in heard))[:count]


def _halves(name: str) -> tuple[str, str] | None:
    """
    A name cut after the consonant that follows its first vowels.

    >>> _halves("Andersson"), _halves("Jürgen"), _halves("Uwe")
    (('An', 'dersson'), ('Jür', 'gen'), None)
    """
    bare = "".join(unicodedata.normalize("NFKD", letter)[0] for letter in name).lower()
    found = _FIRST_SYLLABLE.match(bare)
    return (name[: found.end(1)], name[found.end(1) :]) if found and len(found[2]) > 1 else None


def _mixed(chance: Chance, words: Iterable[str]) -> list[str]:
    known = list(words)
    return [known[place] for place in np.argsort(chance.shares(len(known))).tolist()]


def short_forms(names: Pool) -> pl.Series:
    """For each first name what friends say: its nickname, or its first syllable."""
    spoken = [told.nicknames for told in cultures()]
    forms = []
    for code in range(len(spoken)):
        for name in names.texts[names.starts[code] : names.starts[code + 1]]:
            cut = _halves(name)
            forms.append(spoken[code].get(name) or (cut[0] if cut and len(cut[0]) > 2 else name))
    return pl.Series(forms, dtype=pl.String)
