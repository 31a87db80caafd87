"""The people and firms that come in: each like no other, or one who is there already, written otherwise."""

from typing import Any

import numpy as np

_BEGIN = ("Al", "Bar", "Ces", "Dor", "El", "Fen", "Gar", "Hel", "Il", "Jor", "Kas", "Lor", "Mar", "Nor", "Os", "Per")
_MIDDLE = ("da", "ve", "ri", "mo", "lu", "ne", "ta", "si", "ko", "ra")
_END = ("ner", "son", "ley", "mann", "ski", "ard", "ell", "in", "us", "berg", "sen", "oux")
_GIVEN = (
    "Anna",
    "Boris",
    "Clara",
    "Dieter",
    "Emil",
    "Frida",
    "Georg",
    "Hanna",
    "Ivan",
    "Julia",
    "Karl",
    "Lena",
    "Moritz",
    "Nina",
    "Otto",
    "Paula",
)
_CITIES = ("Bonn", "Kiel", "Ulm", "Trier", "Jena", "Mainz")
_BARE = ("email", "phone", "given_name", "family_name", "job_title")


def someone(place: int, rng: np.random.Generator) -> dict[str, Any]:
    """A person of a name that few share, with a mail address and a phone of their own."""
    given = str(rng.choice(_GIVEN))
    family = _one(_BEGIN, rng) + _one(_MIDDLE, rng) + _one(_END, rng)
    return {
        "full_name": f"{given} {family}", "given_name": given, "family_name": family,
        "email": f"{given}.{family}{place}@example.org".lower(), "phone": f"+49228{1000000 + 37 * place}",
        "job_title": _one(("Buyer", "Engineer", "Director", "Clerk"), rng), "city": _one(_CITIES, rng), "country": "DE",
    }  # fmt: skip


def bared(person: dict[str, Any]) -> dict[str, Any]:
    """The same person with nothing that one could write to or call."""
    return person | dict.fromkeys(_BARE)


def copied(person: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """The same person as another would write them: the phone or the job left out, the given name by its first letter."""
    short = {
        "full_name": f"{person['given_name'][0]}. {person['family_name']}",
        "given_name": f"{person['given_name'][0]}.",
    }
    return person | {"job_title": None} | (short if rng.random() < 0.3 else {})


def firm(place: int, rng: np.random.Generator) -> dict[str, Any]:
    """A firm of a name of its own."""
    name = _one(_BEGIN, rng) + _one(_MIDDLE, rng) + _one(_END, rng)
    return {
        "name": f"{name} {place} GmbH",
        "domain": f"{name.lower()}{place}.example.org",
        "country": "DE",
        "city": _one(_CITIES, rng),
    }


def _one(words: tuple[str, ...], rng: np.random.Generator) -> str:
    return str(words[rng.integers(len(words))])
