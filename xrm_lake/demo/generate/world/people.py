"""The people there really are: names that fit their country, addresses that fit their firm."""

from dataclasses import dataclass

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Ints, Mask, Texts, texts
from xrm_lake.demo.generate.words import Culture, cultures, firm
from xrm_lake.demo.generate.world.organisations import Organisations, by_culture, place_of
from xrm_lake.demo.generate.world.writing import fill, not_yet, slug

PRIVATE = -1
ABROAD = 0.15
SWITCHBOARD = 0.07
MAILBOX = 0.015
HOUSEHOLD = 0.25


@dataclass(frozen=True)
class People:
    """
    One entry for each true person, by their number.

    `org` is the number of their firm (-1 for a private person). `mailbox` says
    that they share the info@ address of the firm, `switchboard` its telephone,
    `household` that someone else lives at the same address and line.
    """

    org: Ints
    culture: Ints
    given: Texts
    family: Texts
    short: Texts
    title: Texts
    department: Texts
    email: Texts
    phone: Texts
    mobile: Texts
    street: Texts
    postcode: Texts
    city: Texts
    mailbox: Mask
    switchboard: Mask
    household: Mask


def make_people(chance: Chance, org: Ints, firms: Organisations) -> People:
    """One person for each firm number in `org`."""
    n = org.size
    known = cultures()
    private = org == PRIVATE
    home = chance.which([c.weight for c in known], n)
    culture = np.where(private | chance.chance(n, ABROAD), home, firms.culture[org])
    given, family, short = _names(chance.stream("names"), culture)
    place = place_of(chance.stream("home"), culture)
    household = _households(chance, private, given)
    joined = household & (np.cumsum(household) % 2 == 0)
    joined = household & (np.cumsum(household) % 2 == 0)
    before = _previous(household)
    for values in (family, *place.values()):
        values[joined] = values[before[joined]]
    culture = np.where(joined, culture[before], culture)
    switchboard = ~private & chance.chance(n, SWITCHBOARD)
    mailbox = ~private & chance.chance(n, MAILBOX)
    phone = np.where(private, place["phone"], _desk_phones(chance.stream("desk"), firms, org))
    domain = np.where(private, chance.choose(firm().lists["mail_hosts"], n), firms.domain[org])
    email = addresses(chance.stream("mail"), given, family, domain, org)
    return People(
        org=org, culture=culture, given=given, family=family, short=short,
        title=chance.choose(firm().lists["titles"], n),
        department=chance.choose(firm().lists["departments"], n),
        email=np.where(mailbox, "info@" + domain, email),
        phone=np.where(switchboard, firms.phone[org], phone),
        mobile=_mobiles(chance.stream("mobile"), culture),
        street=place["street"], postcode=place["postcode"], city=place["city"],
        mailbox=mailbox, switchboard=switchboard, household=household,
    )  # fmt: skip


def addresses(chance: Chance, given: Texts, family: Texts, domain: Texts, org: Ints) -> Texts:
    """E-mail addresses, no two alike; the people of one firm are all written in one way."""
    style = np.where(org == PRIVATE, chance.whole(0, 5, org.size), (org * 7919) % 5).tolist()
    used: dict[str, set[str]] = {}
    found = []
    for a, b, host, how in zip(given, family, domain, style, strict=True):
        given_name, family_name = slug(a), slug(b)
        usual, other = _local(given_name, family_name, how), _local(given_name, family_name, 0)
        local = not_yet(used.setdefault(host, set()), usual, other)
        found.append(f"{local}@{host}")
    return texts(found)


def _local(given: str, family: str, how: int) -> str:
    match how:
        case 0 | 1:
            return f"{given}.{family}"
        case 2:
            return f"{given[:1]}.{family}"
        case 3:
            return f"{family}.{given}"
        case _:
            return f"{given}{family[:1]}"


def _names(chance: Chance, culture: Ints) -> tuple[Texts, Texts, Texts]:
    n = culture.size
    given = np.where(
        chance.chance(n, 0.5),
        by_culture(chance, culture, lambda c: c.given_f),
        by_culture(chance, culture, lambda c: c.given_m),
    )
    compound = np.asarray(
        by_culture(chance, culture, lambda c: c.stems) + by_culture(chance, culture, lambda c: c.ends), dtype=object
    )
    family = np.where(chance.chance(n, 0.3), by_culture(chance, culture, lambda c: c.family), compound)
    known = cultures()
    short = [_short(known[c], name) for c, name in zip(culture.tolist(), given, strict=True)]
    return given, family, texts(short)


def _short(culture: Culture, given: str) -> str:
    return culture.nicknames.get(given, f"{given[0]}.")


def _households(chance: Chance, private: Mask, given: Texts) -> Mask:
    """Which private persons live in twos: an even number of them, each pair one after the other."""
    rows = np.flatnonzero(private)
    pairs = rows[: rows.size // 2 * 2].reshape(-1, 2)
    chosen = pairs[chance.chance(len(pairs), HOUSEHOLD)] if len(pairs) > 8 else pairs[:2]
    chosen = chosen[given[chosen[:, 0]] != given[chosen[:, 1]]]
    found = np.zeros(private.size, dtype=np.bool_)
    found[chosen.ravel()] = True
    return found


def _previous(mask: Mask) -> Ints:
    """For each row the nearest row before it where the mask is true."""
    rows = np.where(mask, np.arange(mask.size), -1)
    return np.asarray(np.roll(np.maximum.accumulate(rows), 1), dtype=np.int64)


def _desk_phones(chance: Chance, firms: Organisations, org: Ints) -> Texts:
    """A direct line: the number of the firm with other last digits."""
    line = chance.whole(100, 1000, org.size).tolist()
    return texts([f"{number[:-3]}{ext}" for number, ext in zip(firms.phone[org], line, strict=True)])


def _mobiles(chance: Chance, culture: Ints) -> Texts:
    patterns = by_culture(chance, culture, lambda c: c.mobile)
    return fill(chance, texts([p.replace("#", " #", 1) for p in patterns]))
