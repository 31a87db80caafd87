"""Salesforce-like exports of opportunities: their history, line items and contact roles in files of their own."""

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Ints, Texts, texts
from xrm_lake.demo.generate.exports.desk import Desk, flag, money
from xrm_lake.demo.generate.exports.hubspot_sales import leave_overdue, pick_contacts
from xrm_lake.demo.generate.exports.ids import linked, salesforce_ids
from xrm_lake.demo.generate.exports.salesforce import account_ids, contact_ids, creep, form, user_ids
from xrm_lake.demo.generate.faults.draft import Draft
from xrm_lake.demo.generate.faults.spoil import Spoil, spoil
from xrm_lake.demo.generate.life.crm import Crm
from xrm_lake.demo.generate.life.deals import SALESFORCE, Deals
from xrm_lake.demo.generate.stamps import DAY, NEVER, as_day, as_iso
from xrm_lake.demo.generate.words import firm

SPOILS = (
    Spoil("missing_required", "Amount", 0.03),
    Spoil("missing_required", "CloseDate", 0.004),
    Spoil("missing_expected", "CurrencyIsoCode", 0.02),
    Spoil("bad_amount", "Amount", 0.002),
    Spoil("bad_date", "CloseDate", 0.004),
    Spoil("placeholder", "NextStep", 0.04),
    Spoil("hostile_html", "NextStep", 0.001),
    Spoil("hostile_sql", "Name", 0.001),
    Spoil("hostile_formula", "NextStep", 0.001),
)


def opportunity_ids(crm: Crm) -> Texts:
    """The id of each opportunity."""
    return salesforce_ids("006", crm.deals.opened.size)


def write_opportunities(desk: Desk, crm: Crm) -> None:
    """Draft the opportunities, linked to accounts by id."""
    chance, scene, deals = desk.scene.chance.stream("salesforce deals"), desk.scene, crm.deals
    n, stages = deals.opened.size, SALESFORCE.all_stages
    won = deals.stage == len(stages) - 2
    probability = np.array([*SALESFORCE.probability, 100, 0])[deals.stage]
    seen = np.maximum(crm.activities.last_seen(crm.activities.deal, n), deals.changed)
    cells = {
        "Id": opportunity_ids(crm),
        "IsDeleted": texts(["false"] * n),
        "AccountId": linked(account_ids(crm), deals.company),
        "Name": deals.name,
        "StageName": texts(stages)[deals.stage],
        "Amount": money(deals.amount),
        "Probability": texts([str(x) for x in probability.tolist()]),
        "CloseDate": as_day(deals.close),
        "Type": chance.choose(("New Customer", "Existing Customer - Upgrade"), n),
        "NextStep": chance.choose(firm().lists["task_topics"], n),
        "LeadSource": chance.choose(firm().lists["lead_sources"], n),
        "IsClosed": flag(deals.closed),
        "IsWon": flag(won),
        "CurrencyIsoCode": deals.currency,
        "OwnerId": user_ids(desk)[deals.owner],
        "CreatedDate": as_iso(deals.opened),
        "LastModifiedDate": as_iso(seen),
        "SystemModstamp": as_iso(seen),
        "LastActivityDate": as_day(crm.activities.last_seen(crm.activities.deal, n)),
        "PushCount": texts([str(x) for x in deals.pushes.tolist()]),
        "LastStageChangeDate": as_iso(deals.changed),
    }
    draft = desk.draft(form("Opportunity"), "deal", "Id", cells)
    desk.tell_same(draft, "deal", texts([f"DS{row}" for row in range(n)]))
    draft.note("stale_deal", "", np.flatnonzero(crm.stale("deal", scene.calendar)))
    draft.note("stage_meaning", "StageName", np.flatnonzero(deals.straight))
    draft.note("close_date_pushed", "PushCount", np.flatnonzero(deals.pushes >= 2))
    passed = as_day(scene.calendar.now - chance.whole(3, 80, n) * DAY)
    leave_overdue(chance, draft, "CloseDate", np.flatnonzero(~deals.closed), passed)
    _unlink(chance, draft)
    creep(desk, draft, deals.opened)
    spoil(chance, draft, SPOILS)


def _unlink(chance: Chance, draft: Draft) -> None:
    draft.empty("deal_without_organisation", ("AccountId",), draft.pick(chance, "AccountId", 0.04))
    rows = draft.pick(chance, "AccountId", 0.004)
    draft.plant("dangling_company", "AccountId", rows, salesforce_ids("001", rows.size, start=950_000))


def write_history(desk: Desk, crm: Crm) -> None:
    """Draft the history: a row for each stage that was entered and for each time the close date was moved."""
    chance, deals = desk.scene.chance.stream("salesforce history"), crm.deals
    deal, stage = np.nonzero(deals.entered != NEVER)
    pushed, moments = push_moments(deals, desk.scene.calendar.now)
    rows = np.append(deal, pushed)
    when = np.append(deals.entered[deal, stage], moments)
    at_stage = np.append(stage, _stage_at(deals, pushed, moments))
    order = np.lexsort((at_stage, when, rows))
    rows, when, at_stage = rows[order], when[order], at_stage[order]
    planned = when + (20 + chance.skewed(rows.size, 0.4) * 25).astype(np.int64) * DAY
    done = at_stage >= deals.entered.shape[1] - 2
    close = np.where(done, when, planned)
    probability = np.array([*SALESFORCE.probability, 100, 0])[at_stage]
    cells = {
        "Id": salesforce_ids("008", rows.size),
        "OpportunityId": opportunity_ids(crm)[rows],
        "CreatedById": user_ids(desk)[deals.owner[rows]],
        "CreatedDate": as_iso(when),
        "StageName": texts(SALESFORCE.all_stages)[at_stage],
        "Amount": money(deals.amount[rows]),
        "CloseDate": as_day(close),
        "Probability": texts([str(x) for x in probability.tolist()]),
        "IsDeleted": texts(["false"] * rows.size),
    }
    desk.draft(form("OpportunityHistory"), "stage change", "Id", cells)


def push_moments(deals: Deals, now: int) -> tuple[Ints, Ints]:
    """For each time a close date was moved: the deal and the moment, evenly over the life of the deal."""
    rows = np.repeat(np.arange(deals.opened.size), deals.pushes)
    nth = np.arange(rows.size) - np.repeat(np.cumsum(deals.pushes) - deals.pushes, deals.pushes) + 1
    end = np.where(deals.closed, deals.changed, now - 3600)
    life = (end - deals.opened)[rows]
    return rows, deals.opened[rows] + (life * nth / (deals.pushes[rows] + 1)).astype(np.int64)


def _stage_at(deals: Deals, rows: Ints, moments: Ints) -> Ints:
    """The stage a deal was in at a moment."""
    entered = deals.entered[rows]
    before = np.where((entered != NEVER) & (entered <= moments[:, None]), entered, NEVER)
    return np.asarray(before.argmax(axis=1), dtype=np.int64)


def write_line_items(desk: Desk, crm: Crm) -> None:
    """Draft the line items: which product, by id, each opportunity is about."""
    deals, n = crm.deals, crm.deals.opened.size
    price = np.array(list(firm().products.values()))[deals.product]
    pieces = np.maximum(np.round(deals.amount / price), 1.0)
    cells = {
        "Id": salesforce_ids("00k", n),
        "OpportunityId": opportunity_ids(crm),
        "Product2Id": salesforce_ids("01t", price.size)[deals.product],
        "Quantity": texts([str(int(x)) for x in pieces.tolist()]),
        "UnitPrice": money(deals.amount / pieces),
        "TotalPrice": money(deals.amount),
        "IsDeleted": texts(["false"] * n),
    }
    desk.draft(form("OpportunityLineItem"), "deal product", "Id", cells)


def write_contact_roles(desk: Desk, crm: Crm) -> None:
    """Draft the roles that contacts have in opportunities."""
    chance: Chance = desk.scene.chance.stream("salesforce roles")
    picked = pick_contacts(chance, crm)
    deal = np.repeat(np.arange(len(picked)), [rows.size for rows in picked])
    contact = np.concatenate(picked)
    first = np.append(True, deal[1:] != deal[:-1])
    cells = {
        "Id": salesforce_ids("00K", deal.size),
        "OpportunityId": opportunity_ids(crm)[deal],
        "ContactId": contact_ids(crm)[contact],
        "Role": chance.choose(firm().lists["contact_roles"], deal.size),
        "IsPrimary": flag(first),
        "IsDeleted": texts(["false"] * deal.size),
        "CreatedDate": as_iso(crm.deals.opened[deal]),
    }
    draft = desk.draft(form("OpportunityContactRole"), "contact role", "Id", cells)
    rows = draft.pick(chance, "ContactId", 0.003)
    draft.plant("dangling_contact", "ContactId", rows, salesforce_ids("003", rows.size, start=900_000))
