"""Salesforce-like exports of cases, tasks (calls and mails among them), events, campaigns and their members."""

import numpy as np

from xrm_lake.demo.generate.chance import texts
from xrm_lake.demo.generate.exports.desk import Desk, flag
from xrm_lake.demo.generate.exports.hubspot_activities import spare_rows, unlink
from xrm_lake.demo.generate.exports.ids import linked, salesforce_ids
from xrm_lake.demo.generate.exports.salesforce import account_ids, contact_ids, form, user_ids
from xrm_lake.demo.generate.exports.salesforce_sales import opportunity_ids
from xrm_lake.demo.generate.faults.broken import break_rows
from xrm_lake.demo.generate.faults.spoil import Spoil, spoil
from xrm_lake.demo.generate.life.activities import KINDS
from xrm_lake.demo.generate.life.crm import Crm
from xrm_lake.demo.generate.life.tickets import PRIORITIES
from xrm_lake.demo.generate.stamps import DAY, NEVER, as_day, as_iso
from xrm_lake.demo.generate.words import firm

CASE_SPOILS = (
    Spoil("missing_required", "Subject", 0.006),
    Spoil("missing_expected", "Type", 0.08),
    Spoil("placeholder_other", "Type", 0.1),
    Spoil("hostile_html", "Description", 0.002),
    Spoil("hostile_newline", "Description", 0.002),
)


def write_cases(desk: Desk, crm: Crm) -> None:
    """Draft the cases, linked to contacts and accounts by id."""
    chance, tickets = desk.scene.chance.stream("salesforce cases"), crm.tickets
    n, topics = tickets.opened.size, texts(firm().lists["ticket_topics"])[tickets.topic]
    waiting = chance.choose(("New", "Working", "Escalated"), n)
    status = np.where(tickets.is_open, waiting, "Closed")
    cells = {
        "Id": salesforce_ids("500", n),
        "IsDeleted": texts(["false"] * n),
        "CaseNumber": texts([f"{number:08d}" for number in range(1001, 1001 + n)]),
        "ContactId": linked(contact_ids(crm), tickets.contact),
        "AccountId": linked(account_ids(crm), tickets.company),
        "Subject": topics,
        "Description": "Reported on " + as_day(tickets.opened) + ": " + topics,
        "Status": status,
        "Priority": texts(PRIORITIES)[np.minimum(tickets.priority, 2)],
        "Origin": chance.choose(("Phone", "Email", "Web"), n),
        "Type": chance.choose(("Mechanical", "Electrical", "Software", "Billing"), n),
        "IsClosed": flag(~tickets.is_open),
        "IsEscalated": flag(status == "Escalated"),
        "OwnerId": user_ids(desk)[crm.owner_of[tickets.contact]],
        "CreatedDate": as_iso(tickets.opened),
        "ClosedDate": as_iso(tickets.closed),
    }
    draft = desk.draft(form("Case"), "ticket", "Id", cells)
    draft.note("stale_ticket", "", np.flatnonzero(crm.stale("ticket", desk.scene.calendar)))
    alone = draft.pick(chance, "ContactId", 0.05)
    draft.empty("ticket_without_contact", ("ContactId",), alone)
    spoil(chance, draft, CASE_SPOILS)


def write_tasks(desk: Desk, crm: Crm) -> None:
    """Draft the tasks: calls, mails and to-dos in one file, told apart by their subtype."""
    chance, done = desk.scene.chance.stream("salesforce tasks"), crm.activities
    rows = np.flatnonzero(done.kind != KINDS.index("meeting"))
    kind, n, words = done.kind[rows], rows.size, firm().lists
    subjects = [chance.choose(words[f"{name}_topics"], n) for name in ("call", "mail", "task")]
    which = np.where(kind == KINDS.index("call"), 0, np.where(kind == KINDS.index("mail"), 1, 2))
    seconds = (chance.skewed(n, 0.9) * 220).astype(np.int64).tolist()
    cells = {
        "Id": salesforce_ids("00T", n),
        "WhoId": linked(contact_ids(crm), done.contact[rows]),
        "WhatId": linked(opportunity_ids(crm), done.deal[rows]),
        "AccountId": linked(account_ids(crm), done.company[rows]),
        "Subject": np.choose(which, subjects),
        "ActivityDate": as_day(done.when[rows]),
        "Status": texts(["Completed"] * n),
        "Priority": chance.often_first(("Normal", "High"), n, first=0.9),
        "OwnerId": user_ids(desk)[done.owner[rows]],
        "IsDeleted": texts(["false"] * n),
        "IsClosed": texts(["true"] * n),
        "CreatedDate": as_iso(done.when[rows]),
        "CallDurationInSeconds": np.where(which == 0, texts([str(x) for x in seconds]), ""),
        "TaskSubtype": texts(["Call", "Email", "Task"])[which],
    }
    draft = desk.draft(form("Task"), "task", "Id", cells)
    unlink(chance, draft, ("WhoId", "WhatId", "AccountId"), spare_rows(crm, rows))
    break_rows(chance, draft)


def write_events(desk: Desk, crm: Crm) -> None:
    """Draft the events: meetings."""
    chance, done = desk.scene.chance.stream("salesforce events"), crm.activities
    rows = np.flatnonzero(done.kind == KINDS.index("meeting"))
    n, minutes = rows.size, chance.whole(2, 9, rows.size) * 15
    cells = {
        "Id": salesforce_ids("00U", n),
        "WhoId": linked(contact_ids(crm), done.contact[rows]),
        "WhatId": linked(opportunity_ids(crm), done.deal[rows]),
        "AccountId": linked(account_ids(crm), done.company[rows]),
        "Subject": chance.choose(firm().lists["meet_topics"], n),
        "StartDateTime": as_iso(done.when[rows]),
        "EndDateTime": as_iso(done.when[rows] + minutes * 60),
        "DurationInMinutes": texts([str(x) for x in minutes.tolist()]),
        "OwnerId": user_ids(desk)[done.owner[rows]],
    }
    draft = desk.draft(form("Event"), "meeting", "Id", cells)
    unlink(chance, draft, ("WhoId", "WhatId", "AccountId"), spare_rows(crm, rows))


def write_campaigns(desk: Desk, crm: Crm) -> None:
    """Draft the campaigns of the last two years, and the contacts that were in them."""
    chance, now = desk.scene.chance.stream("salesforce campaigns"), desk.scene.calendar.now
    names, rounds = firm().lists["campaigns"], 3
    n, members = len(names) * rounds, desk.scene.roll.rows["sf members"]
    start = now - np.arange(n)[::-1] * 28 * DAY - 20 * DAY
    year = [day[:4] for day in as_day(start)]
    cost = chance.whole(20, 240, n) * 100
    ids = salesforce_ids("701", n)
    cells = {
        "Id": ids,
        "IsDeleted": texts(["false"] * n),
        "Name": texts([f"{names[row % len(names)]} {year[row]} #{row // len(names) + 1}" for row in range(n)]),
        "Type": chance.choose(("Email", "Trade Show", "Webinar", "Direct Mail"), n),
        "Status": np.where(start + 60 * DAY < now, "Completed", "In Progress"),
        "StartDate": as_day(start),
        "EndDate": as_day(start + 30 * DAY),
        "BudgetedCost": texts([str(x) for x in cost.tolist()]),
        "ActualCost": texts([str(x) for x in (cost * 1.1).astype(np.int64).tolist()]),
        "IsActive": flag(start + 30 * DAY >= now),
        "OwnerId": user_ids(desk)[np.full(n, crm.company_owner[0])],
        "CreatedDate": as_iso(start - 14 * DAY),
    }
    desk.draft(form("Campaign"), "campaign", "Id", cells)
    pairs = np.unique(chance.whole(0, n * crm.contact_entered.size, members))
    campaign, contact = np.divmod(pairs, crm.contact_entered.size)
    answered = chance.chance(pairs.size, 0.22)
    sent = start[campaign]
    cells = {
        "Id": salesforce_ids("00v", pairs.size),
        "CampaignId": ids[campaign],
        "LeadId": texts([""] * pairs.size),
        "ContactId": contact_ids(crm)[contact],
        "Status": np.where(answered, "Responded", "Sent"),
        "HasResponded": flag(answered),
        "FirstRespondedDate": as_day(np.where(answered, sent + 4 * DAY, NEVER)),
        "CreatedDate": as_iso(sent),
    }
    desk.draft(form("CampaignMember"), "campaign member", "Id", cells)
