"""Small made-up tables of people, with duplicates where a test wants them."""

import random

import polars as pl

MEANING = {
    "first": "person_name",
    "last": "person_name",
    "email": "email",
    "phone": "phone",
    "born": "date",
    "town": "city",
}

_SYLLABLES = [a + b for a in "bdfglmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el", "or")]


def people(count: int, *, twins: int = 0, seed: int = 1) -> pl.DataFrame:
    """So many different people, the first `twins` of them a second time with small errors (id: 1000 + id)."""
    rng = random.Random(seed)
    rows = [_person(rng, id) for id in range(count)]
    rows += [_misspelt(rng, rows[id]) for id in range(twins)]
    return pl.DataFrame(rows)


def _person(rng: random.Random, id: int) -> dict[str, int | str]:
    first, last = ("".join(rng.choices(_SYLLABLES, k=3)).title() for _ in range(2))
    return {
        "id": id,
        "first": first,
        "last": last,
        "email": f"{first}.{last}{rng.randint(1, 99)}@{rng.choice(_SYLLABLES)}mail.org".lower(),
        "phone": f"+1{rng.randint(2_000_000_000, 9_999_999_999)}",
        "born": f"{rng.randint(1940, 2000)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        "town": rng.choice(["York", "Leeds", "Hull", "Bath", "Ely", "Wells"]),
    }


def _misspelt(rng: random.Random, person: dict[str, int | str]) -> dict[str, int | str]:
    name = str(person["last"])
    at = rng.randrange(1, len(name) - 1)
    return {**person, "id": 1000 + int(person["id"]), "last": name[:at] + name[at + 1 :], "phone": ""}
