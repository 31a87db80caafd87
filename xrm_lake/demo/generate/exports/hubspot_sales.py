"""HubSpot-like exports of deals, with a column for the day each stage was entered, and of tickets."""

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Ints, Texts, texts
from xrm_lake.demo.generate.exports.desk import Desk, money
from xrm_lake.demo.generate.exports.hubspot import company_ids, contact_ids, form
from xrm_lake.demo.generate.exports.ids import linked, numbers
from xrm_lake.demo.generate.faults.broken import break_rows
from xrm_lake.demo.generate.faults.draft import Draft
from xrm_lake.demo.generate.faults.spoil import Spoil, spoil
from xrm_lake.demo.generate.life.crm import Crm
from xrm_lake.demo.generate.life.deals import HUBSPOT
from xrm_lake.demo.generate.life.tickets import PRIORITIES
from xrm_lake.demo.generate.stamps import DAY, as_day, as_minute
from xrm_lake.demo.generate.words import firm
from xrm_lake.demo.generate.world.groups import Groups

DEAL_SPOILS = (
    Spoil("missing_required", "Amount", 0.02),
    Spoil("missing_required", "Close Date", 0.01),
    Spoil("missing_required", "Deal Name", 0.002),
    Spoil("missing_expected", "Currency", 0.03),
    Spoil("missing_expected", "Product", 0.03),
    Spoil("bad_amount", "Amount", 0.003),
    Spoil("bad_date", "Close Date", 0.005),
    Spoil("product_misspelled", "Product", 0.06),
    Spoil("placeholder_other", "Original Traffic Source", 0.06),
    Spoil("hostile_formula", "Deal Name", 0.001),
    Spoil("hostile_emoji", "Deal Name", 0.001),
    Spoil("hostile_html", "Deal Name", 0.001),
)
TICKET_SPOILS = (
    Spoil("missing_required", "Ticket name", 0.005),
    Spoil("missing_expected", "Priority", 0.06),
    Spoil("placeholder", "Ticket name", 0.01),
    Spoil("hostile_html", "Ticket description", 0.003),
    Spoil("hostile_newline", "Ticket description", 0.003),
)


def deal_ids(crm: Crm) -> Texts:
    """The record id of each deal."""
    return numbers(13_880_200_007, crm.deals.opened.size, step=11)


def write_deals(desk: Desk, crm: Crm) -> None:
    """Draft the deals, linked to companies and contacts by record id."""
    chance, scene, deals = desk.scene.chance.stream("hubspot deals"), desk.scene, crm.deals
    n, stages = deals.opened.size, HUBSPOT.all_stages
    lost, won = deals.stage == len(stages) - 1, deals.stage == len(stages) - 2
    cells = {
        "Record ID": deal_ids(crm),
        "Deal Name": deals.name,
        "Pipeline": texts([HUBSPOT.name] * n),
        "Deal Stage": texts(stages)[deals.stage],
        "Amount": money(deals.amount),
        "Currency": deals.currency,
        "Close Date": as_minute(deals.close),
        "Create Date": as_minute(deals.opened),
        "Deal owner": scene.staff.name[deals.owner],
        "Deal Type": chance.choose(("New Business", "Existing Business"), n),
        "Product": texts(list(firm().products))[deals.product],
        "Closed Lost Reason": np.where(lost, chance.choose(firm().lists["loss_reasons"], n), ""),
        "Closed Won Amount (ACV)": np.where(won, money(deals.amount), ""),
        "Original Traffic Source": chance.choose(
            ("Organic Search", "Direct Traffic", "Referrals", "Email Marketing"), n
        ),
        "Associated Company IDs (Primary)": linked(company_ids(crm), deals.company),
        "Associated Contact IDs": deal_contacts(chance, crm, contact_ids(crm)),
        "Last Activity Date": as_minute(crm.activities.last_seen(crm.activities.deal, n)),
    }
    for place, stage in enumerate(stages):
        cells[f'Date entered "{stage} ({HUBSPOT.name})"'] = as_minute(deals.entered[:, place])
    draft = desk.draft(form(desk, "all-deals"), "deal", "Record ID", cells)
    desk.tell_same(draft, "deal", texts([f"DH{row}" for row in range(n)]))
    draft.note("stale_deal", "", np.flatnonzero(crm.stale("deal", scene.calendar)))
    draft.note("deal_without_contact", "Associated Contact IDs", np.flatnonzero(cells["Associated Contact IDs"] == ""))
    passed = as_minute(scene.calendar.now - chance.whole(3, 70, n) * DAY)
    leave_overdue(chance, draft, "Close Date", np.flatnonzero(~deals.closed), passed)
    link = "Associated Company IDs (Primary)"
    draft.empty("deal_without_organisation", (link,), draft.pick(chance, link, 0.03))
    gone = draft.pick(chance, link, 0.004)
    draft.plant("dangling_company", link, gone, numbers(9_995_000_001, gone.size))
    spoil(chance, draft, DEAL_SPOILS)
    break_rows(chance, draft)


def deal_contacts(chance: Chance, crm: Crm, ids: Texts) -> Texts:
    """One to three contacts of the company of each deal, as ids with `;` between; empty if it has none."""
    picked = pick_contacts(chance, crm)
    return texts([";".join(ids[row].tolist()) for row in picked])


def pick_contacts(chance: Chance, crm: Crm) -> list[Ints]:
    """The contact rows of each deal: up to three different ones of its company."""
    groups = Groups(crm.company_of)
    drawn = np.stack([groups.one(chance, crm.deals.company) for _ in range(3)], axis=1)
    drawn[chance.chance(len(drawn), 0.45), 1:] = -1
    return [np.array(list(dict.fromkeys(row for row in rows if row >= 0)), dtype=np.int64) for rows in drawn.tolist()]


def leave_overdue(chance: Chance, draft: Draft, column: str, still_open: Ints, passed: Texts) -> None:
    """Let some of the open deals keep a close date that has `passed` (one text for each row)."""
    rows = chance.some(still_open, max(round(0.12 * still_open.size), 1))
    draft.plant("close_date_passed", column, rows, passed[rows])


def write_tickets(desk: Desk, crm: Crm) -> None:
    """Draft the tickets, linked to companies and contacts by record id."""
    chance, scene, tickets = desk.scene.chance.stream("hubspot tickets"), desk.scene, crm.tickets
    n, topics = tickets.opened.size, texts(firm().lists["ticket_topics"])[tickets.topic]
    waiting = chance.choose(("New", "Waiting on contact", "Waiting on us"), n)
    cells = {
        "Ticket ID": numbers(2_110_400_009, n, step=7),
        "Ticket name": topics,
        "Ticket description": "The customer says: " + topics + " since " + as_day(tickets.opened),
        "Pipeline": texts(["Support Pipeline"] * n),
        "Ticket status": np.where(tickets.is_open, waiting, "Closed"),
        "Priority": texts(PRIORITIES)[tickets.priority],
        "Ticket owner": scene.staff.name[crm.owner_of[tickets.contact]],
        "Create Date": as_minute(tickets.opened),
        "Close Date": as_minute(tickets.closed),
        "Associated Company IDs": linked(company_ids(crm), tickets.company),
        "Associated Contact IDs": linked(contact_ids(crm), tickets.contact),
    }
    draft = desk.draft(form(desk, "all-tickets"), "ticket", "Ticket ID", cells)
    draft.note("stale_ticket", "", np.flatnonzero(crm.stale("ticket", scene.calendar)))
    alone = draft.pick(chance, "Associated Contact IDs", 0.03)
    draft.empty("ticket_without_contact", ("Associated Contact IDs",), alone)
    spoil(chance, draft, TICKET_SPOILS)
