"""One CRM as a whole: its companies, contacts, deals, activities and tickets, before any file is written."""

from dataclasses import dataclass

import numpy as np

from xrm_lake.demo.generate.chance import Ints, Mask
from xrm_lake.demo.generate.faults.vary import Entry, firm_entries, person_entries, vary_firms, vary_people
from xrm_lake.demo.generate.life.activities import Activities, Touchable, live
from xrm_lake.demo.generate.life.deals import Deals, Market, Pipeline, run_deals
from xrm_lake.demo.generate.life.drifts import UNTOUCHED
from xrm_lake.demo.generate.life.tickets import Tickets, ask_for_help
from xrm_lake.demo.generate.stamps import DAY, Calendar
from xrm_lake.demo.generate.truth import STALE_AFTER_DAYS
from xrm_lake.demo.generate.world.groups import Groups
from xrm_lake.demo.generate.world.scene import Scene

GIVEN_UP_TEAM = "North"


@dataclass(frozen=True)
class Crm:
    """
    Everything in one CRM.

    `company_of` is the companies row of each contact row (-1: none), `owner_of` and
    `company_owner` users. Deals, activities and tickets speak of contacts and
    companies by row.
    """

    name: str
    companies: Entry
    company_entered: Ints
    company_owner: Ints
    contacts: Entry
    contact_entered: Ints
    company_of: Ints
    owner_of: Ints
    deals: Deals
    activities: Activities
    tickets: Tickets

    def stale(self, kind: str, calendar: Calendar) -> Mask:
        """Which records of a kind (organisation, person, deal, ticket) nobody touched within the limit."""
        limit = calendar.now - STALE_AFTER_DAYS[kind] * DAY
        done = self.activities
        match kind:
            case "organisation":
                seen = done.last_seen(done.company, self.company_entered.size)
                return np.asarray(np.maximum(seen, self.company_entered) < limit)
            case "person":
                seen = done.last_seen(done.contact, self.contact_entered.size)
                return np.asarray(np.maximum(seen, self.contact_entered) < limit)
            case "deal":
                seen = done.last_seen(done.deal, self.deals.opened.size)
                return np.asarray(~self.deals.closed & (np.maximum(seen, self.deals.changed) < limit))
            case _:
                return np.asarray(self.tickets.is_open & (self.tickets.opened < limit))


def run_crm(scene: Scene, name: str, prefix: str, files: tuple[str, str], pipeline: Pipeline) -> Crm:
    """Let the system `name` run up to today; `files` are the roll's names of its companies and contacts."""
    chance, roll = scene.chance.stream(name), scene.roll
    firm_cast, person_cast = roll.casts[files[0]], roll.casts[files[1]]
    owner_of_firm = scene.staff.owner[name]
    companies = vary_firms(
        chance.stream("companies"), firm_entries(scene.firms, firm_cast.who), firm_cast.repeat | firm_cast.known
    )
    contacts = vary_people(
        chance.stream("contacts"), person_entries(scene.people, person_cast.who),
        person_cast.repeat | person_cast.known, np.unique(firm_cast.who), scene.firms,
    )  # fmt: skip
    company_of = Groups(firm_cast.who).one(chance.stream("works at"), contacts.firm)
    users = np.unique(owner_of_firm)
    anyone = users[chance.stream("owner").whole(0, users.size, contacts.who.size)]
    owner_of = np.where(contacts.firm >= 0, owner_of_firm[contacts.firm], anyone)
    entered = roll.entered[files[1]]
    market = Market(scene.calendar, scene.firms, companies.who, owner_of_firm, scene.staff.redefiner)
    deals = run_deals(chance.stream("deals"), market, pipeline, roll.rows[f"{prefix} deals"])
    touchable = Touchable(
        scene.calendar, entered, company_of, owner_of,
        given_up=np.asarray(scene.staff.team[owner_of] == GIVEN_UP_TEAM),
        given_up_on=scene.calendar.start + (UNTOUCHED.week - 1) * 7 * DAY,
    )  # fmt: skip
    mix = (0.25, 0.44, 0.12, 0.10, 0.09) if name == "hubspot" else (0.24, 0.48, 0.17, 0.11, 0.0)
    return Crm(
        name, companies, roll.entered[files[0]], owner_of_firm[companies.who], contacts, entered, company_of,
        owner_of, deals, live(chance.stream("live"), touchable, deals, roll.rows[f"{prefix} activities"], mix),
        ask_for_help(chance.stream("help"), scene.calendar, entered, company_of, roll.rows[f"{prefix} tickets"]),
    )  # fmt: skip
