"""A small firm that is the same every time, and deals at random."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.hygiene.many import add_many, guess, someone
from xrm_lake.hygiene.judge import merge
from xrm_lake.hygiene.snapshot import take_snapshot
from xrm_lake.store.bulk import insert_links
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake
from xrm_lake.store.records import set_record

NOON = datetime(2026, 3, 2, 12, 0, 0)  # noqa: DTZ001 (naive UTC throughout)
MONDAY, WEEK_BEFORE = date(2026, 3, 2), date(2026, 2, 23)


def new_lake(path: Path) -> Lake:
    """An empty lake whose clock stands still."""
    return init_lake(path, clock=lambda: NOON, user="ann")


def link(lake: Lake, link_type: str, pairs: list[tuple[int, int]]) -> None:
    """Join records as an import would."""
    import polars as pl

    rows = [(link_type, one, other, None, None, None) for one, other in pairs]
    schema = {
        "type": pl.String,
        "from_id": pl.Int64,
        "to_id": pl.Int64,
        "fields": pl.String,
        "since": pl.Date,
        "until": pl.Date,
    }
    with lake.write("import", source="crm") as batch:
        insert_links(batch, pl.DataFrame(rows, schema=schema, orient="row"))


def small_firm(path: Path) -> Lake:
    """Forty people of two firms, a dozen deals in two currencies, and two weeks in which something moved."""
    lake = new_lake(path)
    firms = add_many(
        lake,
        "organisation",
        [{"name": name, "city": "Bonn", "created_on": date(2025, 6, 1)} for name in ("Acme", "Zenith")],
    )
    people = add_many(lake, "person", [someone(place) | _person(place) for place in range(40)])
    owners = add_many(
        lake,
        "user",
        [{"name": name, "email": f"{name.split()[0].lower()}@us.example"} for name in ("Ann Seller", "Ben Seller")],
    )
    deals = add_many(lake, "deal", [_deal(place) for place in range(12)])
    link(lake, "works_for", [(id, firms[place % 2]) for place, id in enumerate(people) if place % 10])
    link(lake, "for_organisation", [(id, firms[place % 2]) for place, id in enumerate(deals) if place != 3])
    link(lake, "involves", [(id, people[place]) for place, id in enumerate(deals)])
    link(lake, "owned_by", [(id, owners[place % 2]) for place, id in enumerate(deals) if place != 5])
    guess(lake, "person", {(people[0], people[1]): 0.97, (people[2], people[3]): 0.99})
    take_snapshot(lake, as_of=WEEK_BEFORE)
    merge(lake, people[2:4])
    set_record(lake, people[4], {"email": "mended@example.org", "phone": None})
    add_many(lake, "person", [{"full_name": "Neo <b>Nobody</b> | x", "created_on": MONDAY}])
    take_snapshot(lake, as_of=MONDAY)
    return lake


def _person(place: int) -> dict[str, Any]:
    long_ago = {"created_on": date(2025, 3, 1) if place % 4 == 0 else date(2026, 1, 15)}
    lacking: dict[str, Any] = {"email": "no address", "phone": None} if place in (4, 7, 11) else {}
    return {"country": "DE", "job_title": "Buyer"} | long_ago | lacking


def _deal(place: int) -> dict[str, Any]:
    stage = ("Prospecting", "Proposal", "Won", "Lost", "Negotiation", "Won")[place % 6]
    return {
        "name": f"Deal {place}", "stage": stage, "amount": None if place == 7 else 1000.5 * (place + 1),
        "currency": "USD" if place in (4, 8) else "EUR", "source": "Other" if place == 9 else "Web",
        "opened_on": date(2026, 1, 5 + place), "close_date": date(2026, 2 + place % 2, 10 + place),
    }  # fmt: skip
