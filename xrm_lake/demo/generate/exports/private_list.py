"""A user's private list beside the CRM: contacts and deals in one workbook, firms by name, no ids at all."""

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Floats, Ints, texts
from xrm_lake.demo.generate.exports.desk import Desk, Form, based_in, money, some_filled, tell_national
from xrm_lake.demo.generate.faults.spoil import Spoil, spoil
from xrm_lake.demo.generate.faults.vary import person_entries, vary_people
from xrm_lake.demo.generate.life.crm import Crm
from xrm_lake.demo.generate.stamps import DAY, as_day
from xrm_lake.demo.generate.words import firm
from xrm_lake.demo.generate.world.writing import phone_text

PATH = "spreadsheets/my_customers.xlsx"
CONTACTS = Form(PATH, "spreadsheet", sheet="Contacts", encoding=None, separator=None, dates=("Last talked",))
DEALS = Form(
    PATH, "spreadsheet", sheet="Deals", encoding=None, separator=None, dates=("Closing",), numbers=("Value",)
)  # fmt: skip
STAGES = ("just started", "offer sent", "nearly done", "won", "lost")
CONTACT_SPOILS = (
    Spoil("missing_expected", "Mail", 0.12),
    Spoil("missing_expected", "Firm", 0.06),
    Spoil("bad_email", "Mail", 0.03),
    Spoil("bad_phone", "Tel", 0.03),
    Spoil("placeholder", "Firm", 0.02),
    Spoil("bad_date", "Last talked", 0.02),
    Spoil("hostile_formula", "Notes", 0.006),
)
DEAL_SPOILS = (
    Spoil("missing_required", "Value", 0.05),
    Spoil("product_misspelled", "Product", 0.2),
    Spoil("bad_date", "Closing", 0.03),
    Spoil("bad_amount", "Value", 0.02),
)


def write_lists(desk: Desk, crm: Crm) -> None:
    """Draft both sheets."""
    write_contacts(desk)
    write_deals(desk, crm)


def write_contacts(desk: Desk) -> None:
    """Draft the contacts; a name is in one cell."""
    chance, scene, cast = (
        desk.scene.chance.stream("private contacts"),
        desk.scene,
        desk.scene.roll.casts["rep contacts"],
    )
    entry = person_entries(scene.people, cast.who)
    there = np.unique(scene.roll.casts["sf accounts"].who)
    entry = vary_people(chance, entry, cast.repeat | cast.known, there, scene.firms)
    text, n = entry.text, entry.who.size
    cells = {
        "Name": text["given"] + " " + text["family"],
        "Firm": np.where(entry.firm >= 0, scene.firms.name[entry.firm], ""),
        "Mail": text["email"],
        "Tel": phone_text(chance, text["phone"], based_in(scene, entry)),
        "Last talked": as_day(scene.calendar.now - chance.whole(3, 420, n) * DAY),
        "Notes": some_filled(chance, "likes " + chance.choose(list(firm().products), n), 0.5),
    }
    draft = desk.draft(CONTACTS, "person", "", cells)
    columns = {"given": "Name", "family": "Name", "email": "Mail", "phone": "Tel"}
    desk.tell_persons(draft, entry, cast, columns)
    draft.note("missing_expected", "Firm", np.flatnonzero(entry.firm < 0))
    tell_national(draft, "Tel")
    spoil(chance, draft, CONTACT_SPOILS)


def write_deals(desk: Desk, crm: Crm) -> None:
    """Draft the deals: six in ten are in the CRM as well, with another amount and the user's own stages."""
    chance, scene = desk.scene.chance.stream("private deals"), desk.scene
    n = scene.roll.rows["rep deals"]
    mine = _mine(chance, crm, scene.staff.hoarder, n)
    shadow = chance.chance(n, 0.6)
    shadow[:1] = True
    org = np.where(shadow, crm.deals.firm[mine], crm.companies.who[chance.whole(0, crm.companies.who.size, n)])
    ambiguous = np.flatnonzero(scene.firms.namesake)
    named = chance.some(np.flatnonzero(~shadow), max(2, round(0.06 * n)))
    if ambiguous.size:
        org[named] = ambiguous[chance.whole(0, ambiguous.size, named.size)]
    cells = {
        "What": np.where(shadow, crm.deals.name[mine], "idea: " + chance.choose(firm().lists["deal_words"], n)),
        "Firm": scene.firms.name[org],
        "Product": texts(list(firm().products))[crm.deals.product[mine]],
        "Value": money(_rounded(crm.deals.amount[mine] * chance.skewed(n, 0.15))),
        "Stage": chance.choose(STAGES, n),
        "Closing": as_day(scene.calendar.now + chance.whole(-60, 150, n) * DAY),
    }
    draft = desk.draft(DEALS, "deal", "", cells)
    desk.tell_same(
        draft,
        "deal",
        texts([f"DS{m}" if s else f"DP{row}" for row, (m, s) in enumerate(zip(mine, shadow, strict=True))]),
    )
    draft.note("shadow_deal", "", np.flatnonzero(shadow))
    draft.note("ambiguous_organisation", "Firm", np.flatnonzero(scene.firms.namesake[org]))
    spoil(chance, draft, DEAL_SPOILS)


def _mine(chance: Chance, crm: Crm, user: int, n: int) -> Ints:
    """`n` different deals, those of the user first."""
    own = chance.some(np.flatnonzero(crm.deals.owner == user), n)
    others = chance.some(np.flatnonzero(crm.deals.owner != user), n - own.size)
    mixed = np.append(own, others)
    return mixed[np.argsort(chance.shares(mixed.size), kind="stable")]


def _rounded(amounts: Floats) -> Floats:
    return np.asarray(np.round(amounts, -2), dtype=np.float64)
