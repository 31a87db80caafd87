"""The six indicators of a shadow CRM, each sign a row with its evidence."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from xrm_lake.governance.sight import sees_people
from xrm_lake.history.moment import state_of
from xrm_lake.hygiene.shadow.dark_owners import logins, silent_owners
from xrm_lake.hygiene.shadow.gaps import quiet_weeks, uneven_logging, won_unlogged
from xrm_lake.hygiene.shadow.import_only import import_only
from xrm_lake.hygiene.shadow.notes import backfilled, pasted
from xrm_lake.hygiene.shadow.reimports import overwritten, reimported, reuploaded
from xrm_lake.hygiene.shadow.sign import Sign
from xrm_lake.hygiene.shadow.stuffing import stuffed
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of

INDICATORS = {
    "S1": "Spreadsheets come again", "S2": "Brought in and left", "S3": "Pasted notes", "S4": "Owners in the dark",
    "S5": "Gaps in what is logged", "S6": "Edits before the report",
}  # fmt: skip
SHADOW = pl.Schema(
    {
        "indicator": pl.String(), "measure": pl.String(), "type": pl.String(), "part": pl.String(), "value": pl.Float64(),
        "num": pl.Float64(), "den": pl.Float64(), "raised": pl.Boolean(), "verdict": pl.String(), "records": pl.List(pl.Int64()),
    }
)  # fmt: skip
WINDOW = 91
_MEASURES = (
    reimported, reuploaded, overwritten, import_only, pasted, backfilled, silent_owners, logins, quiet_weeks, won_unlogged,
    uneven_logging, stuffed,
)  # fmt: skip


def list_shadow(lake: Lake, *, as_of: date | None = None) -> pl.DataFrame:
    """
    What shows that the real work is done elsewhere, as of a day, today unless told (frame SHADOW).

    Returns indicator (S1 to S6), measure, type and part (month) that it is of, value, the num of den it was counted from, raised (null: it
    cannot be told, or of too few records), the verdict in words, and records: the ids of up to 100 that were counted. Records that point
    to persons at work are named to those alone who may see figures about persons. Raises InvalidValue for a day to come.
    """
    with state_of(lake, as_of) as state:
        since = state.day - timedelta(days=WINDOW)
        signs = [sign for measure in _MEASURES for sign in measure(state, since)]
    seen = sees_people(lake)
    return pl.DataFrame([_row(sign, named=seen or not sign.personal) for sign in signs], schema=SHADOW, orient="row")


def count_shadow(rows: pl.DataFrame) -> tuple[int, int]:
    """How many of the six indicators are raised by these rows, and of how many nothing can be told."""
    by_indicator = rows.group_by("indicator").agg(pl.col("raised").any(), known=pl.col("raised").is_not_null().any())
    return int(by_indicator["raised"].fill_null(value=False).sum()), len(INDICATORS) - int(by_indicator["known"].sum())


def evidence(lake: Lake, ids: Sequence[int]) -> pl.DataFrame:
    """The records of a sign that are still there: id, type and caption (what they are called), by id."""
    found = lake.query(
        "select id, type from entity where id in (select unnest($ids::bigint[])) and deleted_at is null order by id",
        ids=list(ids),
    ).frame()
    captions = captions_of(lake, found["id"], found["type"])
    return found.with_columns(caption=pl.Series([captions[id] or f"#{id}" for id in found["id"]], dtype=pl.String))


def _row(sign: Sign, *, named: bool) -> tuple[object, ...]:
    told = sign.figure
    numbers = [None if number is None else float(number) for number in (told.value, told.num, told.den)]
    evidence = list(sign.records) if named else []
    return (sign.indicator, told.measure, sign.type, told.part, *numbers, told.raised, told.verdict, evidence)
