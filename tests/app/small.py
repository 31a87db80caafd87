"""A small lake: people of two sources with twins among them, firms, deals, activities, and a hostile name."""

from datetime import date
from pathlib import Path

from xrm_lake.hygiene.match import match
from xrm_lake.hygiene.snapshot import take_snapshot
from xrm_lake.store.lake import Lake
from xrm_lake.store.links import link_records
from xrm_lake.store.open import init_lake
from xrm_lake.store.records import add_record

HOSTILE = "<b>Bob</b> **Tables** :material/home: :red[x] $x$ `a` [x](http://evil.example) 🦊"
GIVEN = ("Amara", "Chloe", "Elif", "Farid", "Greta", "Ines", "Jonas", "Karin", "Lea", "Olga", "Priya", "Sven")
FAMILY = (
    "Bauer",
    "Costa",
    "Dubois",
    "Evans",
    "Haas",
    "Jansen",
    "Kowalski",
    "Moreau",
    "Novak",
    "Olsen",
    "Rossi",
    "Silva",
)


def make_small_lake(path: Path) -> None:
    """Make it at `path`, checked, measured and matched, and close it."""
    with init_lake(path, user="ann") as lake:
        firms = [
            add_record(lake, "organisation", {"name": f"{name} GmbH", "city": "Wien"})
            for name in ("Aurora", "Cobalt", "Helios")
        ]
        people = [_person(lake, place, firms) for place in range(36)]
        add_record(lake, "person", {"full_name": HOSTILE, "job_title": "=1+1"})
        for place, stage in enumerate(("Prospecting", "Proposal", "Won", "Lost")):
            deal = add_record(
                lake,
                "deal",
                {
                    "name": f"Deal {place}",
                    "stage": stage,
                    "amount": "1000.50",
                    "currency": "EUR",
                    "close_date": date(2026, 2, 1),
                },
            )
            link_records(lake, deal, "for_organisation", firms[place % 3])
            link_records(lake, deal, "involves", people[place], fields={"role": "Buyer"})
        activity = add_record(
            lake, "activity", {"subject": "Intro call", "type": "Call", "happened_at": "2026-02-03 10:00"}
        )
        link_records(lake, activity, "about", people[0])
        take_snapshot(lake, as_of=date(2026, 2, 23))
        match(lake, "person")
        take_snapshot(lake, as_of=date(2026, 3, 2))


def _person(lake: Lake, place: int, firms: list[int]) -> int:
    given, family = GIVEN[place % 12], FAMILY[(place * 5 + place // 12) % 12]
    mail = f"{given}.{family}{place}@firm.example".lower()
    values = {
        "full_name": f"{given} {family}",
        "given_name": given,
        "family_name": family,
        "email": mail,
        "phone": f"+43 664 10020{place:02d}",
    }
    id = add_record(lake, "person", values, source="HubSpot", source_key=f"p{place}")
    if place % 5:
        link_records(lake, id, "works_for", firms[place % 3])
    if place % 3 == 0:
        twin = values | {"full_name": f"{given[0]}. {family}", "given_name": f"{given[0]}.", "job_title": "Buyer"}
        add_record(lake, "person", twin, source="Salesforce", source_key=f"003{place}")
    return id
