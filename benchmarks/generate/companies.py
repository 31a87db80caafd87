"""
Companies with known duplicates: name, email, phone, street, city, postcode.

    python -m benchmarks.generate.companies ROWS OUT.parquet [--seed N] [--no-duplicates] [--countries DE US ...] [--typo 0.1 ...]

Some are not one though they look it: a parent and its children at one address; two of one name and different legal
forms; two of one name in different towns; tenants of one building.
"""

import numpy as np
import polars as pl

from benchmarks.generate.program import run
from benchmarks.generate.rates import Rates
from benchmarks.generate.records import Draft, entities, finish, versions
from benchmarks.generate.spoil import abbreviate, change, dial, rewrite_legal_form
from benchmarks.generate.world import World, firms, phones
from xrm_lake.demo.generate.chance import Chance, Ints
from xrm_lake.demo.generate.words import cultures

MEANING = {
    "name": "company_name",
    "email": "email",
    "phone": "phone",
    "street": "address",
    "city": "city",
    "postcode": "postcode",
}
_EMPTY = {"name": 0.0, "email": 0.3, "phone": 0.2, "street": 0.15, "city": 0.1, "postcode": 0.15}
_MAILBOXES = ("info", "office", "contact", "mail", "sales")
CHILD, OTHER_FORM, ELSEWHERE, TENANT = 0.08, 0.03, 0.03, 0.05  # of all: what the one before is to it
_CHILDREN = ("Holding", "Service", "International", "Invest", "Digital")
_WRITTEN_ALIKE = {"Limited": "Ltd"}


def companies(
    rows: int,
    *,
    seed: int = 1,
    rates: Rates | None = None,
    duplicates: bool = True,
    countries: tuple[str, ...] = (),
) -> pl.DataFrame:
    """
    `rows` companies: rid, cluster and the columns of MEANING. The same arguments give the same table.

    Without `duplicates` each is another company, though they look alike as before.
    """
    chance = Chance(seed, "companies")
    count = entities(rows, duplicates)
    world = World(chance.stream("world"), count, countries)
    truth = _related(chance.stream("related"), firms(world, chance.stream("firms"), count))
    copies = versions(chance.stream("copies"), count, rows, duplicates)
    draft = Draft(chance.stream("errors"), rates or Rates(), copies)
    columns = _columns(draft, world, truth.select(pl.all().gather(copies.entity)))
    return finish(draft, columns, _EMPTY, MEANING)


def _related(chance: Chance, firm: pl.DataFrame) -> pl.DataFrame:
    """The firms by country, some made akin to the one before them."""
    count = len(firm)
    firm = firm.sort("culture", maintain_order=True)
    kind = chance.which((1 - CHILD - OTHER_FORM - ELSEWHERE - TENANT, CHILD, OTHER_FORM, ELSEWHERE, TENANT), count)
    kind[:1] = 0
    before = np.maximum.accumulate(np.where(kind == 0, np.arange(count), 0))
    firm = firm.with_columns(pl.col("legal").replace(_WRITTEN_ALIKE))
    order = np.arange(count) - before  # among those akin to one, so that no two become alike
    child = firm["name"].gather(before) + " " + pl.Series(_CHILDREN).gather(order % len(_CHILDREN))
    named = firm["name"].gather(before)
    name = child.zip_with(pl.Series(kind == 1), named.zip_with(pl.Series((kind == 2) | (kind == 3)), firm["name"]))
    other = pl.Series(_other_form(firm["legal"].gather(before), firm["culture"].to_numpy()[before], order))
    legal = other.zip_with(
        pl.Series(kind == 2), firm["legal"].gather(before).zip_with(pl.Series(kind == 3), firm["legal"])
    )
    same_house = (kind == 1) | (kind == 4) | ((kind == 2) & chance.chance(count, 0.5))
    there = np.where(same_house, before, np.arange(count))
    called = np.where((kind == 1) & chance.chance(count, 0.6), before, np.arange(count))
    return firm.with_columns(
        pl.col("street", "city", "postcode", "area").gather(there),
        pl.col("phone", "domain").gather(called),
        name=name,
        legal=legal,
    )


def _other_form(forms: pl.Series, culture: Ints, order: Ints) -> list[str]:
    """For each legal form another of the same country."""
    known = cultures()
    others = []
    for form, code, place in zip(forms.to_list(), culture.tolist(), order.tolist(), strict=True):
        ways = [way for way in dict.fromkeys(_WRITTEN_ALIKE.get(way, way) for way in known[code].legal) if way != form]
        others.append(ways[place % len(ways)])
    return others


def _columns(draft: Draft, world: World, firm: pl.DataFrame) -> dict[str, pl.Series]:
    """The texts of each record before cells are emptied."""
    chance, culture = draft.chance, firm["culture"].to_numpy()
    legal = change(firm["legal"], draft.again("legal_form_written"), lambda forms: rewrite_legal_form(chance, forms))
    name = firm["name"].zip_with(pl.Series(draft.again("legal_form_dropped")), firm["name"] + " " + legal)
    new = phones(chance, culture, firm["area"], chance.chance(len(firm), 0.2))
    number = new.zip_with(pl.Series(draft.again("new_phone")), firm["phone"])
    box = pl.Series(_MAILBOXES).gather(chance.which((6, 2, 2, 1, 1), len(firm)))
    moved = np.flatnonzero(draft.again("moved"))
    there = world.addresses(chance, culture[moved])
    place = {name: firm[name].clone().scatter(moved, there[name]) for name in ("street", "city", "postcode")}
    return {
        "name": draft.slipped(name, 0.67),
        "email": draft.slipped(box + "@" + firm["domain"], 0.5),
        "phone": dial(chance, draft.slipped(number, 0.5), culture),
        "street": change(draft.slipped(place["street"], 0.67), draft.always("abbreviated"), abbreviate),
        "city": draft.slipped(place["city"], 0.5),
        "postcode": draft.slipped(place["postcode"], 0.4),
    }


if __name__ == "__main__":
    run(companies, __doc__)
