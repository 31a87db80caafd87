"""The firms there really are: names, legal forms, domains, places. Some are twins in name only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Floats, Ints, Mask, Texts, texts
from xrm_lake.demo.generate.words import Culture, cultures
from xrm_lake.demo.generate.world.writing import fill, not_yet, slug

T = TypeVar("T")
TWINS = 0.012
NAMESAKES = 0.008


@dataclass(frozen=True)
class Organisations:
    """
    One entry for each true firm, by its number.

    `bare` is the name without its legal form. A *legal-form twin* bears the same
    bare name as its neighbour in another country (Falkenwerk GmbH, Falkenwerk Inc);
    a *namesake* bears the very same name in another city. Both are firms of their own.
    """

    bare: Texts
    legal: Texts
    domain: Texts
    culture: Ints
    industry: Texts
    employees: Ints
    revenue: Ints
    street: Texts
    postcode: Texts
    city: Texts
    phone: Texts
    twin: Mask
    namesake: Mask

    @property
    def name(self) -> Texts:
        """The full name, with its legal form."""
        return np.asarray(self.bare + " " + self.legal, dtype=object)


def make_organisations(chance: Chance, count: int) -> Organisations:
    """`count` firms over all cultures, no two of them of one name unless planted so."""
    known = cultures()
    culture = chance.which([c.weight for c in known], count)
    twin, namesake = _pairs(chance, count)
    second_twin, second_namesake = twin & _odd(twin), namesake & _odd(namesake)
    culture = np.where(second_namesake, np.roll(culture, 1), culture)
    culture = np.where(second_twin & (culture == np.roll(culture, 1)), (culture + 1) % len(known), culture)
    bare, industry = _names(chance.stream("names"), culture)
    for repeated in (second_twin, second_namesake):
        bare[repeated] = np.roll(bare, 1)[repeated]
        industry[repeated] = np.roll(industry, 1)[repeated]
    legal = by_culture(chance.stream("legal"), culture, lambda c: c.legal)
    legal[second_namesake] = np.roll(legal, 1)[second_namesake]
    place = place_of(chance.stream("place"), culture)
    size = chance.skewed(count, 1.3) * 45
    return Organisations(
        bare=bare, legal=legal, domain=_domains(bare, culture), culture=culture, industry=industry,
        employees=np.maximum(size, 2).astype(np.int64), revenue=_revenue(chance, size),
        street=place["street"], postcode=place["postcode"], city=place["city"], phone=place["phone"],
        twin=twin, namesake=namesake,
    )  # fmt: skip


def place_of(chance: Chance, culture: Ints) -> dict[str, Texts]:
    """An address and a desk telephone for each row: street, postcode, city, phone (`area local`)."""
    known = cultures()
    drawn = chance.shares(culture.size)
    spots = [known[c].places[int(u * len(known[c].places))] for c, u in zip(culture.tolist(), drawn, strict=True)]
    patterns = by_culture(chance, culture, lambda c: c.streets)
    houses = chance.whole(1, 180, culture.size).tolist()
    streets = [pattern.replace("#", str(house)) for pattern, house in zip(patterns, houses, strict=True)]
    lengths = [known[c].phone_length for c in culture.tolist()]
    numbers = [f"{s.area} {'#' * (n - len(s.area))}" for s, n in zip(spots, lengths, strict=True)]
    return {
        "street": texts(streets),
        "postcode": fill(chance, texts([spot.postcode for spot in spots])),
        "city": texts([spot.city for spot in spots]),
        "phone": fill(chance, texts(numbers)),
    }


def _pairs(chance: Chance, count: int) -> tuple[Mask, Mask]:
    """Which firms are twins and which namesakes: always a firm with an even number and the one after it."""
    drawn = chance.shares(count // 2)
    if count >= 8:
        # Even the smallest data shows both.
        drawn[:2] = 0.0, TWINS
    kinds = (drawn < TWINS, (drawn >= TWINS) & (drawn < TWINS + NAMESAKES))
    twin, namesake = (np.append(np.repeat(kind, 2), [False] * (count % 2)) for kind in kinds)
    return twin.astype(np.bool_), namesake.astype(np.bool_)


def _odd(mask: Mask) -> Mask:
    return np.asarray(np.arange(mask.size) % 2 == 1, dtype=np.bool_)


def _names(chance: Chance, culture: Ints) -> tuple[Texts, Texts]:
    known = cultures()
    used: set[str] = set()
    names, industries = [], []
    draws = chance.shares(culture.size * 24).reshape(-1, 4, 6)
    for row, c in enumerate(culture.tolist()):
        for attempt in draws[row]:
            name, industry = _name(known[c], attempt)
            if slug(name) not in used:
                break
        else:
            name = f"{name} {known[c].places[row % len(known[c].places)].city} {row}"
        used.add(slug(name))
        names.append(name)
        industries.append(industry)
    return texts(names), texts(industries)


def _name(culture: Culture, drawn: Floats) -> tuple[str, str]:
    form, *rest = drawn.tolist()
    trade, industry = _at(culture.trades, rest[0])
    if form < 0.5:
        return f"{_at(culture.heads, rest[1])}{_at(culture.tails, rest[2])} {trade}", industry
    if form < 0.62:
        return f"{_at(culture.heads, rest[1])}{_at(culture.tails, rest[2])}", industry
    owner = f"{_at(culture.stems, rest[1])}{_at(culture.ends, rest[2])}"
    if form < 0.85:
        return f"{owner[0].upper()}{owner[1:]} {trade}", industry
    return f"{_at(culture.family, rest[3])} & {_at(culture.family, rest[4])} {trade}", industry


def _at(values: Sequence[T], share: float) -> T:
    return values[int(share * len(values))]


def by_culture(chance: Chance, culture: Ints, words: Callable[[Culture], tuple[str, ...]]) -> Texts:
    """One of the words of its culture for each row."""
    known = [words(c) for c in cultures()]
    drawn = chance.shares(culture.size).tolist()
    return texts([_at(known[c], u) for c, u in zip(culture.tolist(), drawn, strict=True)])


def _domains(bare: Texts, culture: Ints) -> Texts:
    used: set[str] = set()
    known = cultures()
    domains = []
    for name, c in zip(bare, culture.tolist(), strict=True):
        stem = slug(name, "-") if len(name) < 22 else slug(" ".join(name.split()[:2]), "-")
        domains.append(f"{not_yet(used, stem, f'{stem}-{known[c].code.lower()}')}.example")
    return texts(domains)


def _revenue(chance: Chance, size: Floats) -> Ints:
    return (size * chance.skewed(size.size, 0.5) * 140).astype(np.int64) * 1000
