"""A lake that was measured every week, with a drift that is known: from one week on, one source brings people without their e-mail."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.year.calendar import SUNDAY, Calendar, sunday
from tests.hygiene.many import add_many, someone
from xrm_lake.hygiene.snapshot import take_snapshot
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake

NEW = {"crm": 50, "webform": 30}
BARE = ("email", "phone", "given_name", "family_name", "city")


def make_year(path: Path, *, weeks: int, drifts_in: int | None, seed: int = 3) -> Lake:
    """
    A lake with a snapshot for each week, still open.

    Each week brings people of two sources, one in seven of them bare. From the week of the drift on, two in three people of the
    web form are.
    """
    rng, calendar = np.random.default_rng(seed), Calendar(SUNDAY)
    lake = init_lake(path, clock=calendar, user="ann")
    place = 0
    for week in range(weeks):
        calendar.go(sunday(week) - timedelta(days=2))
        for source, count in NEW.items():
            drifts = source == "webform" and drifts_in is not None and week >= drifts_in
            bare = rng.random(count) < (0.67 if drifts else 0.14)
            add_many(
                lake, "person", [_person(place + at, is_bare=bool(bare[at])) for at in range(count)], source=source
            )
            place += count
        calendar.go(sunday(week))
        take_snapshot(lake, as_of=sunday(week))
    return lake


def _person(place: int, *, is_bare: bool) -> dict[str, Any]:
    whole = someone(place) | {"country": "DE", "key_": f"p{place}"}
    return whole | (dict.fromkeys(BARE) if is_bare else {})
