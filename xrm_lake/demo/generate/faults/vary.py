"""
One person or firm, entered twice, is never quite the same: how a second entry differs from the first.

Each way is a function that changes the entries of some rows. The fields it
touches are listed, so that the truth can say where to look.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Ints, Mask, Texts, texts
from xrm_lake.demo.generate.words import cultures, firm
from xrm_lake.demo.generate.world.organisations import Organisations
from xrm_lake.demo.generate.world.people import PRIVATE, People
from xrm_lake.demo.generate.world.writing import plain, slug

SAME = "same"


@dataclass(frozen=True)
class Entry:
    """
    The rows of a file before they take its form.

    `who` and `firm` are true numbers, `text` the values by plain field name,
    `how` the way each row differs from an earlier entry ("" for first entries).
    """

    who: Ints
    firm: Ints
    culture: Ints
    text: dict[str, Texts]
    how: Texts


def person_entries(people: People, who: Ints) -> Entry:
    """The persons as they truly are."""
    kept = ("given", "family", "title", "department", "email", "phone", "mobile", "street", "postcode", "city")
    text = {field: getattr(people, field)[who].copy() for field in kept}
    return Entry(who, people.org[who].copy(), people.culture[who], text, texts([""] * who.size))


def firm_entries(firms: Organisations, who: Ints) -> Entry:
    """The firms as they truly are."""
    kept = ("name", "domain", "industry", "street", "postcode", "city", "phone")
    text = {field: getattr(firms, field)[who].copy() for field in kept}
    return Entry(who, who.copy(), firms.culture[who], text, texts([""] * who.size))


def vary_people(chance: Chance, entry: Entry, again: Mask, there: Ints, firms: Organisations) -> Entry:
    """Let the rows that are there `again` differ; those who changed jobs now work at one of the firms `there`."""
    how = _ways(chance, again, PERSON_WAYS)
    how[(how == "moved_firm") & (entry.firm == PRIVATE)] = SAME
    entry = replace(entry, how=how)
    moved = np.flatnonzero(how == "moved_firm")
    entry.firm[moved] = there[chance.whole(0, there.size, moved.size)]
    domain = firms.domain[entry.firm[moved]]
    entry.text["phone"][moved] = firms.phone[entry.firm[moved]]
    entry.text["title"][moved] = chance.choose(firm().lists["titles"], moved.size)
    given, family = entry.text["given"][moved], entry.text["family"][moved]
    entry.text["email"][moved] = [f"{slug(a)}.{slug(b)}@{d}" for a, b, d in zip(given, family, domain, strict=True)]
    return _varied(chance, entry, PERSON_WAYS)


def vary_firms(chance: Chance, entry: Entry, again: Mask) -> Entry:
    """Let the rows that are there `again` differ."""
    return _varied(chance, replace(entry, how=_ways(chance, again, FIRM_WAYS)), FIRM_WAYS)


def _ways(chance: Chance, again: Mask, ways: dict[str, "Way"]) -> Texts:
    weights = [way.weight for way in ways.values()]
    how = texts(list(ways))[chance.which(weights, again.size)]
    return np.where(again, how, "")


def _varied(chance: Chance, entry: Entry, ways: dict[str, "Way"]) -> Entry:
    for name, way in ways.items():
        rows = np.flatnonzero(entry.how == name)
        if rows.size and way.change is not None:
            way.change(chance.stream(name), entry, rows)
    return entry


def _typo(chance: Chance, entry: Entry, rows: Ints, field: str = "family") -> None:
    spots, kinds = chance.shares(rows.size), chance.whole(0, 3, rows.size).tolist()
    for row, spot, kind in zip(rows.tolist(), spots.tolist(), kinds, strict=True):
        entry.text[field][row] = mistyped(entry.text[field][row], spot, kind)


def mistyped(text: str, spot: float, kind: int) -> str:
    """
    The text with two letters swapped (0), one lost (1) or one doubled (2) after the first.

    >>> mistyped("Lindner", 0.5, 0), mistyped("Lindner", 0.5, 1), mistyped("Lindner", 0.5, 2)
    ('Linnder', 'Linner', 'Linddner')
    """
    pairs = [i for i in range(1, len(text) - 1) if text[i] != text[i + 1] and text[i : i + 2].isalpha()]
    if not pairs:
        return text + text[-1]
    at = pairs[int(spot * len(pairs))]
    match kind:
        case 0:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        case 1:
            return text[:at] + text[at + 1 :]
        case _:
            return text[: at + 1] + text[at:]


def _nickname(_: Chance, entry: Entry, rows: Ints) -> None:
    known = cultures()
    for row in rows.tolist():
        given = entry.text["given"][row]
        short = next((c.nicknames[given] for c in known if given in c.nicknames), f"{given[0]}.")
        entry.text["given"][row] = short


def _swapped(_: Chance, entry: Entry, rows: Ints) -> None:
    given = entry.text["given"][rows]
    entry.text["given"][rows] = entry.text["family"][rows]
    entry.text["family"][rows] = given


def _new_email(chance: Chance, entry: Entry, rows: Ints) -> None:
    hosts = chance.choose(firm().lists["mail_hosts"], rows.size)
    numbers = chance.whole(60, 99, rows.size).tolist()
    for row, host, number in zip(rows.tolist(), hosts, numbers, strict=True):
        given, family = slug(entry.text["given"][row]), slug(entry.text["family"][row])
        entry.text["email"][row] = f"{given}{family[:3]}{number}@{host}"


def _reformatted(chance: Chance, entry: Entry, rows: Ints) -> None:
    for row, kind in zip(rows.tolist(), chance.whole(0, 3, rows.size).tolist(), strict=True):
        given, family = entry.text["given"][row], entry.text["family"][row]
        written = (given.upper(), family.upper()) if kind else (plain(given).lower(), plain(family).lower())
        entry.text["given"][row], entry.text["family"][row] = written


def _name_typo(chance: Chance, entry: Entry, rows: Ints) -> None:
    _typo(chance, entry, rows, "name")


def _legal_dropped(_: Chance, entry: Entry, rows: Ints) -> None:
    known = cultures()
    for row in rows.tolist():
        forms = sorted(known[entry.culture[row]].legal, key=len, reverse=True)
        name = entry.text["name"][row]
        form = next((form for form in forms if name.endswith(f" {form}")), "")
        entry.text["name"][row] = name.removesuffix(f" {form}") if form else name


def _respelled(_: Chance, entry: Entry, rows: Ints) -> None:
    for row in rows.tolist():
        entry.text["name"][row] = plain(entry.text["name"][row]).upper().replace(".", "").replace("&", "AND")


def _no_domain(_: Chance, entry: Entry, rows: Ints) -> None:
    entry.text["domain"][rows] = ""


@dataclass(frozen=True)
class Way:
    """One way to differ: how often, by what, and the plain field that shows it best."""

    weight: float
    change: Callable[[Chance, Entry, Ints], None] | None
    field: str


PERSON_WAYS = {
    SAME: Way(0.30, None, ""),
    "typo": Way(0.20, _typo, "family"),
    "nickname": Way(0.13, _nickname, "given"),
    "swapped_name": Way(0.05, _swapped, "given"),
    "moved_firm": Way(0.10, None, "email"),
    "new_email": Way(0.10, _new_email, "email"),
    "reformatted": Way(0.12, _reformatted, "family"),
}
FIRM_WAYS = {
    SAME: Way(0.30, None, ""),
    "typo": Way(0.22, _name_typo, "name"),
    "legal_form_dropped": Way(0.22, _legal_dropped, "name"),
    "respelled": Way(0.16, _respelled, "name"),
    "no_domain": Way(0.10, _no_domain, "domain"),
}
