"""Rows of made-up people, some of them twice."""

import random

import polars as pl

_FIRST = (
    "Ann",
    "Bert",
    "Clara",
    "Dirk",
    "Eva",
    "Fritz",
    "Greta",
    "Hugo",
    "Ida",
    "Jonas",
    "Karla",
    "Leo",
    "Mia",
    "Nils",
    "Olga",
)
_LAST = (
    "Abel",
    "Busch",
    "Conrad",
    "Dietz",
    "Ebert",
    "Frank",
    "Gross",
    "Hahn",
    "Ising",
    "Jung",
    "Kern",
    "Lenz",
    "Moll",
    "Nagel",
)
_TOWNS = ("Bonn", "Ulm", "Kiel", "Trier", "Gera", "Celle", "Emden")


def people(count: int, *, twins: int = 0, seed: int = 3) -> pl.DataFrame:
    """So many rows; the last `twins` are the first ones again, with a slip in the name."""
    chance = random.Random(seed)
    rows = [_person(chance, number) for number in range(count - twins)]
    rows += [{**rows[place], "First name": rows[place]["First name"][:-1] + "x"} for place in range(twins)]
    return pl.DataFrame(rows)


def _person(chance: random.Random, number: int) -> dict[str, str]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    day = f"{chance.randint(1940, 2005)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return {
        "First name": first,
        "Last name": last,
        "Date of birth": day,
        "Town": chance.choice(_TOWNS),
        "E-mail": f"{first}.{last}{number}@mail.example".lower(),
    }
