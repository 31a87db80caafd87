"""HubSpot-like exports of activities: one file for each kind, linked by record id."""

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Ints, Texts, texts
from xrm_lake.demo.generate.exports.desk import Desk
from xrm_lake.demo.generate.exports.hubspot import company_ids, contact_ids, form
from xrm_lake.demo.generate.exports.hubspot_sales import deal_ids
from xrm_lake.demo.generate.exports.ids import linked, numbers
from xrm_lake.demo.generate.faults.broken import break_rows
from xrm_lake.demo.generate.faults.draft import Draft
from xrm_lake.demo.generate.faults.spoil import Spoil, spoil
from xrm_lake.demo.generate.life.activities import KINDS, Activities
from xrm_lake.demo.generate.life.crm import Crm
from xrm_lake.demo.generate.stamps import DAY, as_minute
from xrm_lake.demo.generate.words import firm

LINKS = ("Associated Contact IDs", "Associated Company IDs", "Associated Deal IDs")
OUTCOMES = ("Connected", "No answer", "Left voicemail", "Busy")


def write_activities(desk: Desk, crm: Crm) -> None:
    """Draft one file for each kind of activity."""
    for place, kind in enumerate(KINDS):
        rows = np.flatnonzero(crm.activities.kind == place)
        chance = desk.scene.chance.stream(f"hubspot {kind}")
        cells = _own_cells(chance, kind, crm.activities, rows) | _links(desk, crm, rows)
        cells = {"Record ID": numbers(33_000_000_005 + place * 1_000_000_000, rows.size, step=13), **cells}
        draft = desk.draft(form(desk, f"all-{kind}s"), kind, "Record ID", cells)
        unlink(chance, draft, LINKS, spare_rows(crm, rows))
        if kind == "call":
            spoil(chance, draft, (Spoil("missing_expected", "Call outcome", 0.04),))
            break_rows(chance, draft)
        if kind == "note":
            spoil(
                chance, draft, (Spoil("hostile_newline", "Note body", 0.01), Spoil("hostile_long", "Note body", 0.002))
            )


def unlink(chance: Chance, draft: Draft, links: tuple[str, ...], spare: Ints) -> None:
    """
    Take all links from one in a hundred activities.

    Only `spare` rows are touched: who or what was last seen then stays so.
    """
    rows = chance.some(spare, max(round(0.01 * draft.size), 1))
    draft.empty("activity_unlinked", links, rows)


def spare_rows(crm: Crm, rows: Ints) -> Ints:
    """The places in `rows` of activities that are not the last of their contact, company or deal."""
    done = crm.activities
    spare = np.ones(rows.size, dtype=np.bool_)
    for records, count in (
        (done.contact, crm.contact_entered.size),
        (done.company, crm.company_entered.size),
        (done.deal, crm.deals.opened.size),
    ):
        seen = done.last_seen(records, count)
        mine = records[rows]
        spare &= (mine < 0) | (done.when[rows] < seen[mine])
    return np.flatnonzero(spare)


def _links(desk: Desk, crm: Crm, rows: Ints) -> dict[str, Texts]:
    done = crm.activities
    return {
        "Activity assigned to": desk.scene.staff.name[done.owner[rows]],
        "Associated Contact IDs": linked(contact_ids(crm), done.contact[rows]),
        "Associated Company IDs": linked(company_ids(crm), done.company[rows]),
        "Associated Deal IDs": linked(deal_ids(crm), done.deal[rows]),
    }


def _own_cells(chance: Chance, kind: str, done: Activities, rows: Ints) -> dict[str, Texts]:
    n, words = rows.size, firm().lists
    when = {"Activity date": as_minute(done.when[rows])}
    match kind:
        case "call":
            seconds = texts([str(x) for x in (chance.skewed(n, 0.9) * 240).astype(np.int64).tolist()])
            own = {"Call title": chance.choose(words["call_topics"], n), "Call outcome": chance.choose(OUTCOMES, n)}
            return when | own | {"Call duration (seconds)": seconds}
        case "mail":
            directions = chance.choose(("EMAIL", "INCOMING_EMAIL"), n)
            return when | {"Email subject": chance.choose(words["mail_topics"], n), "Email direction": directions}
        case "meeting":
            outcomes = chance.often_first(("Completed", "Rescheduled", "No show"), n, first=0.85)
            return when | {"Meeting name": chance.choose(words["meet_topics"], n), "Meeting outcome": outcomes}
        case "task":
            due = as_minute(done.when[rows] + chance.whole(1, 14, n) * DAY)
            states = chance.often_first(("Completed", "Not started"), n, first=0.8)
            return when | {"Task title": chance.choose(words["task_topics"], n), "Task status": states, "Due date": due}
        case _:
            return when | {"Note body": "Spoke about " + chance.choose(words["task_topics"], n)}
