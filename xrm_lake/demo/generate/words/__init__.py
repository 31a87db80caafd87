"""The words the data is made of: one file per culture in `cultures/`, and the firm itself in `firm.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Place:
    """A city with its postcode pattern (`#` = any digit) and telephone area code."""

    city: str
    postcode: str
    area: str


@dataclass(frozen=True)
class Culture:
    """How the people, firms, places and numbers of one country are named."""

    code: str
    country: tuple[str, ...]
    currency: str
    weight: float
    given_f: tuple[str, ...]
    given_m: tuple[str, ...]
    family: tuple[str, ...]
    stems: tuple[str, ...]
    ends: tuple[str, ...]
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    trades: tuple[tuple[str, str], ...]
    legal: tuple[str, ...]
    places: tuple[Place, ...]
    streets: tuple[str, ...]
    dial: str
    trunk: str
    phone_length: int
    mobile: tuple[str, ...]
    nicknames: dict[str, str]


@dataclass(frozen=True)
class Firm:
    """The fictitious firm whose files are generated, and the words of its trade."""

    name: str
    domain: str
    lists: dict[str, tuple[str, ...]]
    products: dict[str, float]
    teams: dict[str, str]


@cache
def cultures() -> tuple[Culture, ...]:
    """All cultures, by country code."""
    return tuple(_culture(path) for path in sorted((_FOLDER / "cultures").glob("*.toml")))


@cache
def firm() -> Firm:
    """The firm, its products and teams, and the lists of words by name."""
    told = tomllib.loads((_FOLDER / "firm.toml").read_text(encoding="utf-8"))
    lists = {name: tuple(words) for name, words in told.items() if isinstance(words, list)}
    products = {name: float(price) for name, price in told["products"].items()}
    return Firm(told["name"], told["domain"], lists, products, dict(told["teams"]))


def _culture(path: Path) -> Culture:
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    phone = told.pop("phone")
    lists = {name: tuple(words) for name, words in told.items() if isinstance(words, list)}
    places = tuple(Place(*line.split("|")) for line in lists.pop("cities"))
    trades = tuple((line.split(":")[0], line.split(":")[1]) for line in lists.pop("trades"))
    return Culture(
        code=path.stem.upper(),
        currency=told["currency"],
        weight=float(told["weight"]),
        places=places,
        trades=trades,
        dial=phone["dial"],
        trunk=phone["trunk"],
        phone_length=phone["length"],
        mobile=tuple(phone["mobile"]),
        nicknames=dict(told["nicknames"]),
        **lists,
    )
