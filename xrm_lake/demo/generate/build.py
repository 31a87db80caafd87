"""From a seed to a folder of files and the truth about them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from xrm_lake.demo.generate.chance import Chance
from xrm_lake.demo.generate.exports import (
    hubspot,
    hubspot_activities,
    hubspot_sales,
    private_list,
    salesforce,
    salesforce_sales,
    salesforce_service,
    spreadsheets,
)
from xrm_lake.demo.generate.exports.desk import Desk
from xrm_lake.demo.generate.exports.store import store_csv, store_workbook
from xrm_lake.demo.generate.life.crm import Crm, run_crm
from xrm_lake.demo.generate.life.deals import HUBSPOT, SALESFORCE
from xrm_lake.demo.generate.life.drifts import DRIFTS
from xrm_lake.demo.generate.stamps import Calendar
from xrm_lake.demo.generate.truth import FILES, Truth
from xrm_lake.demo.generate.world.scene import set_scene
from xrm_lake.errors import InvalidValue
from xrm_lake.model.progress import Progress, quiet

# The order of the files is the one to import them in: what is linked to comes first.
BEFORE_ALL: tuple[Callable[[Desk], None], ...] = (
    hubspot.write_users,
    salesforce.write_users,
    hubspot.write_products,
    salesforce.write_products,
)
FROM_HUBSPOT: tuple[Callable[[Desk, Crm], None], ...] = (
    hubspot.write_companies,
    hubspot.write_contacts,
    hubspot_sales.write_deals,
    hubspot_sales.write_tickets,
    hubspot_activities.write_activities,
)
FROM_SALESFORCE: tuple[Callable[[Desk, Crm], None], ...] = (
    salesforce.write_accounts,
    salesforce.write_contacts,
    salesforce_sales.write_opportunities,
    salesforce_sales.write_history,
    salesforce_sales.write_line_items,
    salesforce_sales.write_contact_roles,
    salesforce_service.write_cases,
    salesforce_service.write_tasks,
    salesforce_service.write_events,
    salesforce_service.write_campaigns,
)
SPREADSHEETS: tuple[Callable[[Desk], None], ...] = (
    spreadsheets.write_trade_fair,
    spreadsheets.write_suppliers,
    spreadsheets.write_old_customers,
)


def generate(folder: Path, *, seed: int = 7, scale: float = 1.0, today: date, progress: Progress = quiet) -> Truth:
    """
    Fill a folder with the exports of two CRMs and a few spreadsheets of a fictitious firm, faults included.

    At scale 1 they hold 20,000 people, 4,000 organisations, 6,000 deals, 60,000
    activities and 3,000 tickets; nothing in them happened on or after `today`. The
    same seed, scale and day give the same bytes. Files of the same name are replaced.

    Returns the truth about the files, which is also saved in `truth/` below the folder.

    Raises InvalidValue if the scale is not between 0.005 and 20.
    """
    if not 0.005 <= scale <= 20:
        raise InvalidValue(f"The scale must be between 0.005 and 20, not {scale}. Nothing was written.")
    progress("inventing a firm", 0, None)
    desk = Desk(set_scene(Chance(seed), Calendar(today), scale))
    hub = run_crm(desk.scene, "hubspot", "hub", ("hub companies", "hub contacts"), HUBSPOT)
    sales = run_crm(desk.scene, "salesforce", "sf", ("sf accounts", "sf contacts"), SALESFORCE)
    for write in BEFORE_ALL:
        write(desk)
    for write_part in FROM_HUBSPOT:
        write_part(desk, hub)
    for write_part in FROM_SALESFORCE:
        write_part(desk, sales)
    salesforce.write_leads(desk)
    for write in SPREADSHEETS:
        write(desk)
    private_list.write_lists(desk, sales)
    _store(folder, desk, progress)
    truth = Truth(seed, scale, today, desk.clusters(), desk.faults.frame(), DRIFTS, _files(desk))
    truth.save(folder)
    return truth


def _store(folder: Path, desk: Desk, progress: Progress) -> None:
    total = len(desk.drafts)
    workbooks: dict[str, list[int]] = {}
    for number, (form, draft) in enumerate(desk.drafts):
        if form.encoding is None:
            workbooks.setdefault(form.path, []).append(number)
        else:
            store_csv(folder, form, draft)
        progress("writing files", number + 1, total)
    for path, numbers in workbooks.items():
        store_workbook(folder / path, [desk.drafts[number] for number in numbers], desk.scene.calendar.today)


def _files(desk: Desk) -> pl.DataFrame:
    rows = [
        {
            "file": form.name, "path": form.path, "sheet": form.sheet, "system": form.system, "entity": draft.entity,
            "key": draft.key or None, "encoding": form.encoding, "separator": form.separator,
            "rows": draft.size, "broken": len(draft.broken),
        }
        for form, draft in desk.drafts
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=FILES)
