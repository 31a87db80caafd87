"""
One firm: its users, organisations, people, deals, meetings and tasks, made with the world of the demonstration.

Each type has a frame with a row for each true record, values as a careful person would write them; a column named after a link type
holds the row of the record at its other end, or a list of rows.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from xrm_lake.demo.generate.chance import Chance, Ints, Texts, texts
from xrm_lake.demo.generate.life.deals import Market, Pipeline, run_deals
from xrm_lake.demo.generate.stamps import DAY, Calendar, as_day, as_minute, in_season
from xrm_lake.demo.generate.words import cultures
from xrm_lake.demo.generate.words import firm as ours
from xrm_lake.demo.generate.world.organisations import Organisations, make_organisations
from xrm_lake.demo.generate.world.people import People, make_people
from xrm_lake.demo.generate.world.staff import make_staff

TODAY = date(2026, 11, 2)
USERS = 5
# The stages of the crm template, so that every system may call them alike.
STAGES = Pipeline(
    "Sales", ("Prospecting", "Qualification", "Proposal", "Negotiation"), (0.8, 0.84, 0.82, 0.76), (9, 11, 14, 12), "Won", "Lost",
    (10, 20, 50, 75),
)  # fmt: skip


@dataclass(frozen=True)
class Firm:
    """The frames by type: user, organisation, person, deal, activity, task."""

    records: dict[str, pl.DataFrame]

    def names(self, type: str) -> list[str]:
        """What the records of a type are called, by row."""
        column = {"person": "full_name", "activity": "subject", "task": "subject"}.get(type, "name")
        return self.records[type][column].to_list()


def make_firm(seed: int, *, organisations: int = 30, people: int = 90, deals: int = 40, meetings: int = 60) -> Firm:
    """A firm of that size; the same seed gives the same firm."""
    chance = Chance(seed, "one firm")
    firms = make_organisations(chance.stream("firms"), organisations)
    org = chance.stream("who").whole(0, organisations, people)
    persons = make_people(chance.stream("people"), org, firms)
    owner = chance.stream("owner").whole(0, USERS, organisations)
    first = Calendar(TODAY).now - 900 * DAY
    entered = first + chance.stream("entered").whole(0, 500 * DAY, organisations)
    sold = run_deals(
        chance.stream("deals"), Market(Calendar(TODAY), firms, np.arange(organisations), owner, -1), STAGES, deals
    )
    records = {
        "user": _users(chance),
        "organisation": _organisations(firms, owner, entered),
        "person": _people(chance.stream("contacts"), persons, firms, owner, entered),
    }
    contact = [
        _colleague(chance.stream(f"contact {row}"), org, int(company)) for row, company in enumerate(sold.company)
    ]
    stages = texts(list(STAGES.all_stages))[sold.stage]
    records["deal"] = pl.DataFrame(
        {
            "name": [f"{name} #{row + 1}" for row, name in enumerate(sold.name)],
            "stage": stages.tolist(), "amount": [f"{amount:.2f}" for amount in sold.amount], "currency": sold.currency.tolist(),
            "probability": [str((*STAGES.probability, 100, 0)[stage]) for stage in sold.stage],
            "opened_on": as_day(sold.opened).tolist(), "close_date": as_day(sold.close).tolist(),
            "for_organisation": sold.company.tolist(), "involves": contact,
            "contact": [people[0] if people else None for people in contact], "owned_by": sold.owner.tolist(),
        }
    )  # fmt: skip
    records["activity"] = _meetings(chance.stream("meetings"), records, owner[org], meetings)
    records["task"] = _tasks(chance.stream("tasks"), records, owner[org], meetings // 2)
    return Firm(records)


def _users(chance: Chance) -> pl.DataFrame:
    staff = make_staff(chance.stream("staff"), 1)
    return pl.DataFrame(
        {
            "name": staff.name[:USERS].tolist(), "given_name": staff.given[:USERS].tolist(),
            "family_name": staff.family[:USERS].tolist(), "email": staff.email[:USERS].tolist(),
        }
    )  # fmt: skip


def _organisations(firms: Organisations, owner: Ints, entered: Ints) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "name": firms.name.tolist(), "domain": firms.domain.tolist(),
            "website": [f"https://www.{domain}" for domain in firms.domain],
            "phone": _dialled(firms.phone, firms.culture), "street": firms.street.tolist(),
            "postal_code": firms.postcode.tolist(), "city": firms.city.tolist(), "country": _codes(firms.culture),
            "industry": firms.industry.tolist(), "employees": [str(n) for n in firms.employees],
            "annual_revenue": [str(n) for n in firms.revenue], "created_on": as_day(entered).tolist(), "owned_by": owner.tolist(),
        }
    )  # fmt: skip


def _people(chance: Chance, people: People, firms: Organisations, owner: Ints, entered: Ints) -> pl.DataFrame:
    n, org = people.org.size, people.org
    return pl.DataFrame(
        {
            "given_name": people.given.tolist(), "family_name": people.family.tolist(),
            "full_name": (people.given + " " + people.family).tolist(), "job_title": people.title.tolist(),
            "email": people.email.tolist(), "phone": _dialled(people.phone, firms.culture[org]),
            "mobile": np.where(chance.chance(n, 0.6), texts(_dialled(people.mobile, people.culture)), "").tolist(),
            "street": firms.street[org].tolist(), "postal_code": firms.postcode[org].tolist(), "city": firms.city[org].tolist(),
            "country": _codes(firms.culture[org]), "email_opt_out": np.where(chance.chance(n, 0.1), "true", "false").tolist(),
            "created_on": as_day(entered[org] + chance.whole(0, 300 * DAY, n)).tolist(),
            "tags": _tags(chance.stream("tags"), n), "works_for": org.tolist(), "owned_by": owner[org].tolist(),
        }
    )  # fmt: skip


def _tags(chance: Chance, n: int) -> list[str]:
    """None, one or two tags, with commas between."""
    first, second = chance.choose(("", "Press", "VIP", "Trade fair"), n), chance.choose(("", "Newsletter", "Board"), n)
    return [", ".join(filter(None, pair)) for pair in zip(first, second, strict=True)]


def _meetings(chance: Chance, records: dict[str, pl.DataFrame], owner: Ints, n: int) -> pl.DataFrame:
    who = chance.whole(0, records["person"].height, n)
    now = Calendar(TODAY).now
    when = in_season(chance, np.full(n, now - 300 * DAY), np.full(n, now - DAY))
    topics = chance.choose(ours().lists["task_topics"], n)
    return pl.DataFrame(
        {
            "subject": [f"{topic} ({row + 1})" for row, topic in enumerate(topics)],
            "happened_at": [f"{minute}:00" for minute in as_minute(when)], "body": ("Spoke about " + topics).tolist(), "kind": ["Meeting"] * n,
            "person": who.tolist(), "deal": _deal_of(chance, records, who), "owned_by": owner[who].tolist(),
        }
    )  # fmt: skip


def _tasks(chance: Chance, records: dict[str, pl.DataFrame], owner: Ints, n: int) -> pl.DataFrame:
    who = chance.whole(0, records["person"].height, n)
    topics = chance.choose(ours().lists["task_topics"], n)
    return pl.DataFrame(
        {
            "subject": [f"To do: {topic} ({row + 1})" for row, topic in enumerate(topics)],
            "due_on": as_day(Calendar(TODAY).now + chance.whole(-40, 90, n) * DAY).tolist(),
            "status": chance.choose(("Not Started", "In Progress", "Completed"), n).tolist(),
            "person": who.tolist(), "deal": _deal_of(chance, records, who), "owned_by": owner[who].tolist(),
        }
    )  # fmt: skip


def _deal_of(chance: Chance, records: dict[str, pl.DataFrame], who: Ints) -> list[int | None]:
    """For each person a deal of their organisation, if it has one."""
    organisation = records["person"]["works_for"].to_list()
    deals: dict[int, list[int]] = {}
    for row, company in enumerate(records["deal"]["for_organisation"].to_list()):
        deals.setdefault(company, []).append(row)
    drawn = chance.shares(who.size)
    found = [deals.get(organisation[person], []) for person in who.tolist()]
    return [these[int(share * len(these))] if these else None for these, share in zip(found, drawn, strict=True)]


def _colleague(chance: Chance, org: Ints, company: int) -> list[int]:
    """Up to two people of a company."""
    return chance.some(np.flatnonzero(org == company), 1 + int(chance.whole(0, 2, 1)[0])).tolist()


def _dialled(numbers: Texts, culture: Ints) -> list[str]:
    known = cultures()
    return [f"+{known[c].dial} {number}" for number, c in zip(numbers, culture.tolist(), strict=True)]


def _codes(culture: Ints) -> list[str]:
    known = cultures()
    return [known[c].code for c in culture.tolist()]
