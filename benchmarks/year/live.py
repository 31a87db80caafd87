"""
A lake lived through week by week: what the law says happens, is brought in and done in it as people would, and then it is measured.

Each Friday people and firms come in from two sources, the reps open deals, meet customers, move deals on and close them, and what is new is
matched. Each Sunday a snapshot is taken.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.year.calendar import SUNDAY, Calendar, sunday
from benchmarks.year.law import BEGINS, DEALS, EVENTS, FIRMS, OPEN_STAGES, ORIGINS, PEOPLE, REPS, WEEKS, Drift, Law, law
from benchmarks.year.people import bared, copied, firm, someone
from xrm_lake.governance.sight import allow_viewer
from xrm_lake.hygiene.match_new import match_new
from xrm_lake.hygiene.snapshot import take_snapshot
from xrm_lake.ingest.load import import_file
from xrm_lake.store.bulk import insert_links, insert_records, set_field
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake
from xrm_lake.store.write import Batch

WON, LOST = "Won", "Lost"


@dataclass
class Deal:
    """A deal as it stands: whose, at which stage, worth what, and when it was closed."""

    id: int
    rep: str
    stage: str
    amount: float
    closed: date | None = None


@dataclass
class Year:
    """A lake and what its maker knows of it: the people as they are and their records, the firms and the deals in it."""

    lake: Lake
    calendar: Calendar
    rng: np.random.Generator
    reps: dict[str, int] = field(default_factory=dict)
    firms: list[int] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)

    def chance(self, share: float) -> bool:
        """Whether it happens this time."""
        return bool(self.rng.random() < share)


def live(
    path: Path, *, drifts: Collection[Drift] = (), begins: int = BEGINS, seed: int = 1, matched: bool = True
) -> Iterator[tuple[int, Lake]]:
    """
    Make a lake and live through its weeks; gives each week (from 0) and the lake as it is at its end, measured.

    The drifts begin in the week `begins`. The lake is closed after the last week, or when the iterator is closed. What is new is matched
    unless told not to: then nothing is known of duplicates.
    """
    calendar = Calendar(SUNDAY - timedelta(days=6))
    with init_lake(path, clock=calendar, user="ann") as lake:
        allow_viewer(lake, "ann")
        year = Year(lake, calendar, np.random.default_rng(seed))
        with lake.write("edit", by="ann") as batch:
            ids = _insert(
                batch, "user", [{"name": name, "email": f"{name[:3].lower()}@example.org"} for name in REPS], "manual"
            )
        year.reps = dict(zip(REPS, ids, strict=True))
        for week in range(WEEKS):
            calendar.go(sunday(week) - timedelta(days=2))
            live_week(year, frozenset(drifts if week >= begins else ()))
            if matched:
                match_new(lake, "person")
            calendar.go(sunday(week))
            take_snapshot(lake, as_of=sunday(week))
            yield week, lake


def live_week(year: Year, drifts: frozenset[Drift]) -> None:
    """What happens in a week, these drifts being on."""
    ruling = law("", drifts)
    _bring_people(year, ruling)
    _invite(year, ruling)
    for rep in REPS:
        _work(year, rep, law(rep, drifts))
    _edit_closed(year, ruling.edited)
    if ruling.sheet:
        _write_over(year, ruling.sheet)


def _bring_people(year: Year, ruling: Law) -> None:
    known = list(year.people)
    with year.lake.write("import", source="crm") as batch:
        year.firms += _insert(
            batch, "organisation", [firm(len(year.firms) + at, year.rng) for at in range(FIRMS)], "crm"
        )
    for source, count in PEOPLE.items():
        rows = []
        for _ in range(count):
            if known and year.chance(ruling.copied[source]):
                rows.append(copied(known[year.rng.integers(len(known))], year.rng))
                continue
            person = someone(len(year.people), year.rng)
            year.people.append(person)
            rows.append(bared(person) if year.chance(ruling.bare) else person)
        with year.lake.write("import", source=source) as batch:
            ids = _insert(batch, "person", rows, source)
            year.ids += ids
            _join(batch, "works_for", ids, [int(year.rng.choice(year.firms)) for _ in ids])


def _invite(year: Year, ruling: Law) -> None:
    """Events of the week, to which people come: so that nobody falls silent who is not neglected."""
    came = [id for id in year.ids if year.chance(ruling.invited)]
    with year.lake.write("edit", by="marketing") as batch:
        rows = [{"subject": "Event", "type": "Meeting", "happened_at": year.calendar.now} for _ in range(EVENTS)]
        events = _insert(batch, "activity", rows, "manual")
        _join(batch, "about", [events[place % EVENTS] for place in range(len(came))], came)


def _work(year: Year, rep: str, ruling: Law) -> None:
    """A rep's week: some open deals are met about, some move on, and new ones are opened."""
    today = year.calendar.now.date()
    mine = [deal for deal in year.deals if deal.rep == rep and deal.closed is None]
    met = [deal for deal in mine if year.chance(ruling.met)]
    moved = [deal for deal in mine if year.chance(ruling.moves)]
    for deal in moved:
        deal.stage = _next_stage(year, deal.stage, ruling)
        deal.closed = today if deal.stage in (WON, LOST) else None
    closed = [deal for deal in moved if deal.closed]
    with year.lake.write("edit", by=rep) as batch:
        _set(batch, "stage", {deal.id: deal.stage for deal in moved})
        _set(batch, "close_date", {deal.id: str(today) for deal in closed})
        _meet(batch, year.calendar.now, [deal.id for deal in met])
    with year.lake.write("edit", by=rep) as batch:
        _open_deals(year, batch, rep, ruling)


def _open_deals(year: Year, batch: Batch, rep: str, ruling: Law) -> None:
    today, count = year.calendar.now.date(), DEALS // len(REPS)
    amounts = [float(round(1000 * year.rng.lognormal(2, 0.5))) for _ in range(count)]
    rows = [
        {
            "name": f"Deal {len(year.deals) + at}", "stage": OPEN_STAGES[0], "amount": amount, "currency": "EUR", "opened_on": today,
            "close_date": today + timedelta(days=int(year.rng.integers(70, 130))),
            "source": "Other" if year.chance(ruling.other) else str(year.rng.choice(ORIGINS)),
            "deal_type": str(year.rng.choice(("New", "Renewal"))),
        }
        for at, amount in enumerate(amounts)
    ]  # fmt: skip
    ids = _insert(batch, "deal", rows, "manual")
    _join(batch, "owned_by", ids, [year.reps[rep]] * count)
    _join(batch, "for_organisation", ids, [int(year.rng.choice(year.firms)) for _ in ids])
    year.deals += [Deal(id, rep, OPEN_STAGES[0], amount) for id, amount in zip(ids, amounts, strict=True)]


def _next_stage(year: Year, stage: str, ruling: Law) -> str:
    place = OPEN_STAGES.index(stage)
    if place and year.chance(ruling.returns):
        return OPEN_STAGES[place - 1]
    if place < len(OPEN_STAGES) - 1:
        return (
            LOST if year.chance(0.1) else OPEN_STAGES[min(place + 1 + year.chance(ruling.skips), len(OPEN_STAGES) - 1)]
        )
    return WON if year.chance(ruling.wins) else LOST


def _edit_closed(year: Year, share: float) -> None:
    """Amounts of deals that were won four to twelve weeks ago, edited after all."""
    today = year.calendar.now.date()
    won = [deal for deal in year.deals if deal.stage == WON and deal.closed and 28 <= (today - deal.closed).days < 84]
    edited = [deal for deal in won if share and year.chance(share)]
    for deal in edited:
        deal.amount = round(1.3 * deal.amount, 2)
    if edited:
        with year.lake.write("edit", by="controlling") as batch:
            _set(batch, "amount", {deal.id: f"{deal.amount:.2f}" for deal in edited})


def _write_over(year: Year, count: int) -> None:
    """The spreadsheet that somebody keeps: the same people, their jobs as they stand there this week, imported again."""
    sheet = pl.DataFrame(
        {
            "Email": [person["email"] for person in year.people[:count]],
            "Job title": [f"Buyer, list {year.rng.integers(1000)}" for _ in range(count)],
        }
    )
    path = year.lake.path.parent / "my_customers.xlsx"
    sheet.write_excel(path)
    import_file(year.lake, path, type="person", source="my list", key=["email"], by="Dan Dale")


def _insert(batch: Batch, type: str, rows: list[dict[str, Any]], source: str) -> list[int]:
    first = batch.new_entities(len(rows))
    ids = [first + 2 * place for place in range(len(rows))]
    keys = pl.Series("source_key", [f"{type[0]}{id}" for id in ids])
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        keys, pl.Series("id", ids), extra=pl.lit(None, dtype=pl.String)
    )
    insert_records(batch, batch.catalog.type(type), frame, source=source)
    return ids


def _join(batch: Batch, link: str, ids: list[int], others: list[int]) -> None:
    none = pl.lit(None)
    insert_links(
        batch,
        pl.DataFrame({"from_id": ids, "to_id": others}, schema={"from_id": pl.Int64, "to_id": pl.Int64}).with_columns(
            type=pl.lit(link), fields=none.cast(pl.String), since=none.cast(pl.Date), until=none.cast(pl.Date)
        ),
    )


def _set(batch: Batch, name: str, values: dict[int, str]) -> None:
    if values:
        cells = pl.DataFrame({"entity_id": list(values), "value": list(values.values())})
        set_field(batch, batch.catalog.type("deal"), name, cells)


def _meet(batch: Batch, moment: datetime, deals: list[int]) -> None:
    if deals:
        rows = [{"subject": "Call", "type": "Call", "happened_at": moment} for _ in deals]
        _join(batch, "about", _insert(batch, "activity", rows, "manual"), deals)
