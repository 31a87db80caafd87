"""Odd weeks: holidays and the like, which trends leave out. Kept among the settings of the lake."""

from datetime import date

import polars as pl

from xrm_lake.errors import UnknownName
from xrm_lake.store.lake import Lake
from xrm_lake.store.settings import Reader, set_setting, settings_of

ODD = "odd_week."
ODD_WEEKS = pl.Schema({"day": pl.Date(), "reason": pl.String()})


def list_odd_weeks(reader: Reader) -> pl.DataFrame:
    """The days whose weeks trends leave out, oldest first (frame ODD_WEEKS): day and reason."""
    rows = [(date.fromisoformat(day), reason) for day, reason in sorted(settings_of(reader, ODD).items())]
    return pl.DataFrame(rows, schema=ODD_WEEKS, orient="row")


def flag_week(lake: Lake, day: date, *, reason: str = "", odd: bool = True, by: str | None = None) -> int:
    """
    Have trends leave out the week that holds this day, such as one of holidays; gives the batch.

    Its flow is not tested; how the records stand in it counts all the same. `odd` false takes it back. Raises UnknownName if
    the day to take back was not flagged.
    """
    known = settings_of(lake, ODD)
    if not odd and day.isoformat() not in known:
        raise UnknownName("odd week", day.isoformat(), known)
    with lake.write("model", by=by) as batch:
        batch.totals["note"] = f"trends {'leave out' if odd else 'count again'} the week of {day}"
        set_setting(batch, ODD + day.isoformat(), (reason.strip() or "left out") if odd else None)
        return batch.id
