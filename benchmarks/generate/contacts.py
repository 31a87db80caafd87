"""
Contacts with known duplicates: first_name, last_name, email, phone, company, job_title, street, city, postcode.

    python -m benchmarks.generate.contacts ROWS OUT.parquet [--seed N] [--no-duplicates] [--countries DE US ...] [--typo 0.1 ...]

Beside them stand `rid` (0 … n-1, the order of the file says nothing) and `cluster`, the entity that is true.
"""

import numpy as np
import polars as pl

from benchmarks.generate.people import TITLES, local_part, people, someone_else
from benchmarks.generate.program import run
from benchmarks.generate.rates import Rates
from benchmarks.generate.records import Draft, entities, finish, versions
from benchmarks.generate.spoil import abbreviate, change, dial, rewrite_legal_form
from benchmarks.generate.world import World, firms, phones
from xrm_lake.demo.generate.chance import Chance, Ints, Mask

MEANING = {
    "first_name": "person_name",
    "last_name": "person_name",
    "email": "email",
    "phone": "phone",
    "company": "company_name",
    "job_title": "category",
    "street": "address",
    "city": "city",
    "postcode": "postcode",
}
_EMPTY = {
    "first_name": 0.04, "last_name": 0.015, "email": 0.18, "phone": 0.25, "company": 0.12, "job_title": 0.3,
    "street": 0.3, "city": 0.2, "postcode": 0.3,
}  # fmt: skip
_AT_WORK = 0.6  # of the records of those who work show the firm's address


def contacts(
    rows: int,
    *,
    seed: int = 1,
    rates: Rates | None = None,
    duplicates: bool = True,
    countries: tuple[str, ...] = (),
) -> pl.DataFrame:
    """
    `rows` contacts: rid, cluster and the columns of MEANING. The same arguments give the same table.

    Without `duplicates` each is somebody else, though they look alike as before. `countries` (two letters) narrows where they live.
    """
    chance = Chance(seed, "contacts")
    count = entities(rows, duplicates)
    world = World(chance.stream("world"), count, countries)
    employer = firms(world, chance.stream("firms"), max(8, count // 5))
    who = people(world, chance.stream("people"), count, employer)
    copies = versions(chance.stream("copies"), count, rows, duplicates)
    draft = Draft(chance.stream("errors"), rates or Rates(), copies)
    columns = _columns(draft, world, who.select(pl.all().gather(copies.entity)), employer)
    return finish(draft, columns, _EMPTY, MEANING)


def _columns(draft: Draft, world: World, who: pl.DataFrame, employer: pl.DataFrame) -> dict[str, pl.Series]:
    """The texts of each record before cells are emptied."""
    job, moved_job = _jobs(draft, who)
    at = employer.select(pl.all().gather(job))
    first, last = _names(draft, world, who)
    number = _numbers(draft, who, at)
    shows_work = who["works"].to_numpy() & draft.chance.chance(len(who), _AT_WORK)
    home = _homes(draft, world, who)
    place = {name: at[name].zip_with(pl.Series(shows_work), home[name]) for name in ("street", "city", "postcode")}
    return {
        "first_name": first,
        "last_name": last,
        "email": _emails(draft, world, who, at, moved_job),
        "phone": number,
        "company": _companies(draft, at),
        "job_title": _titles(draft, who),
        "street": change(draft.slipped(place["street"], 0.67), draft.always("abbreviated"), abbreviate),
        "city": draft.slipped(place["city"], 0.5),
        "postcode": draft.slipped(place["postcode"], 0.4),
    }


def _jobs(draft: Draft, who: pl.DataFrame) -> tuple[Ints, Mask]:
    """The firm that each record names, and where it is another than the first."""
    moved = draft.again("new_job") & who["works"].to_numpy()
    elsewhere = someone_else(draft.chance, who["culture"].to_numpy())
    return np.where(moved, who["firm"].to_numpy()[elsewhere], who["firm"].to_numpy()), moved


def _names(draft: Draft, world: World, who: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    chance, given = draft.chance, who["given"].to_numpy()
    first = world.given.written(given)
    first = world.short.gather(given).zip_with(pl.Series(draft.again("nickname")), first)
    first = change(first, draft.again("initial"), lambda names: names.str.head(1) + ".")
    last = world.family.written(who["family"].to_numpy())
    other = world.family.written(world.family.draw(chance, who["culture"].to_numpy()))
    last = other.zip_with(pl.Series(draft.again("new_family_name")), last)
    doubled = (last + "-" + other).zip_with(pl.Series(draft.again("double_family_name")), last)
    first, last = draft.slipped(first), draft.slipped(doubled)
    swapped = pl.Series(draft.again("swapped_names"))
    return last.zip_with(swapped, first), first.zip_with(swapped, last)


def _emails(draft: Draft, world: World, who: pl.DataFrame, at: pl.DataFrame, moved_job: Mask) -> pl.Series:
    local = local_part(world.given.slugs.gather(who["given"]), world.family.slugs.gather(who["family"]), at["style"])
    email = (local + "@" + at["domain"]).zip_with(
        pl.Series(moved_job & draft.chance.chance(len(who), 0.8)), who["email"]
    )
    email = who["private"].zip_with(pl.Series(draft.again("new_email")), email)
    email = draft.slipped(email, 0.5)
    return ("info@" + at["domain"]).zip_with(pl.Series(draft.again("shared_mailbox")), email)


def _numbers(draft: Draft, who: pl.DataFrame, at: pl.DataFrame) -> pl.Series:
    chance, culture = draft.chance, who["culture"].to_numpy()
    new = phones(chance, culture, who["area"], chance.chance(len(who), 0.7))
    number = new.zip_with(pl.Series(draft.again("new_phone")), who["phone"])
    number = draft.slipped(number, 0.5)
    number = at["phone"].zip_with(pl.Series(draft.always("switchboard")), number)
    return dial(chance, number, culture)


def _homes(draft: Draft, world: World, who: pl.DataFrame) -> pl.DataFrame:
    moved = np.flatnonzero(draft.again("moved"))
    new = world.addresses(draft.chance, who["culture"].to_numpy()[moved])
    return who.select(who[name].clone().scatter(moved, new[name]) for name in ("street", "city", "postcode"))


def _companies(draft: Draft, at: pl.DataFrame) -> pl.Series:
    legal = change(
        at["legal"], draft.again("legal_form_written"), lambda forms: rewrite_legal_form(draft.chance, forms)
    )
    bare = at["name"].zip_with(pl.Series(draft.again("legal_form_dropped")), at["name"] + " " + legal)
    short = change(bare, draft.again("company_shortened"), lambda names: names.str.extract(r"^(\S+)"))
    return draft.slipped(short, 0.67)


def _titles(draft: Draft, who: pl.DataFrame) -> pl.Series:
    other = pl.Series(TITLES).gather(draft.chance.whole(0, len(TITLES), len(who)))
    return other.zip_with(pl.Series(draft.again("new_job") | draft.copied(0.15)), who["title"])


if __name__ == "__main__":
    run(contacts, __doc__)
