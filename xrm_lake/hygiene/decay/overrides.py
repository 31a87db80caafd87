"""
Overrides: figures of reports that somebody corrected by hand, with the reason.

Whoever corrects a report does not believe it. Where it is written down, others see the correction beside the figure, and how often it happens is
a signal. The ledger only grows: to take one back is one more row.
"""

from datetime import date
from math import isfinite

import polars as pl

from xrm_lake.errors import InvalidValue, Refused, UnknownRecord
from xrm_lake.governance.sight import sees_people
from xrm_lake.store.lake import Lake

OVERRIDES = pl.Schema(
    {
        "override_id": pl.Int64(), "report": pl.String(), "figure": pl.String(), "as_of": pl.Date(), "old_value": pl.Float64(),
        "new_value": pl.Float64(), "reason": pl.String(), "made_by": pl.String(), "made_at": pl.Datetime("us"), "taken_back": pl.Boolean(),
    }
)  # fmt: skip


def override_figure(
    lake: Lake, report: str, figure: str, new: float, *, reason: str, old: float | None = None,
    as_of: date | None = None, by: str | None = None,
) -> int:  # fmt: skip
    """
    Write down that a figure of a report, as of a day (today, unless told), is told as `new` instead of `old`, and why; gives its number.

    Nothing in the records changes. The report shows the correction beside its figures. Raises InvalidValue without a report, a figure
    or a reason, or for what is no number.
    """
    if not (report.strip() and figure.strip() and reason.strip()):
        raise InvalidValue("A correction needs the report, the figure and the reason. Nothing was changed.")
    if not isfinite(new) or (old is not None and not isfinite(old)):
        raise InvalidValue("A figure is corrected from a number to a number. Nothing was changed.")
    with lake.write("override", by=by) as batch:
        batch.totals["note"] = f"a figure of the report {report.strip()} was corrected"
        batch.execute(
            """
            insert into figure_override values
            ($id, $report, $figure, coalesce($as_of::date, $made_at::date), $old, $new, $reason, $made_by, $made_at, null)
            """,
            id=batch.id, report=report.strip(), figure=figure.strip(), as_of=as_of, old=old, new=float(new), reason=reason.strip(),
            made_by=batch.by, made_at=batch.at,
        )  # fmt: skip
        return batch.id


def take_back_override(lake: Lake, override_id: int, *, reason: str = "", by: str | None = None) -> int:
    """
    Take back a correction; gives the number of the row that does. Raises UnknownRecord, or Refused if it was taken back already.
    """
    with lake.write("override", by=by) as batch:
        row = batch.query(
            "select * from figure_override where override_id = $id and takes_back is null", id=override_id
        ).one()
        if row is None:
            raise UnknownRecord("override", override_id)
        if batch.query("select 1 from figure_override where takes_back = $id", id=override_id).one():
            raise Refused(
                f"The correction {override_id} was taken back already. Nothing was changed. See: xrm overrides --all"
            )
        batch.totals["note"] = f"the correction {override_id} was taken back"
        batch.execute(
            """
            insert into figure_override
            select $id, report, figure, as_of, new_value, old_value, $reason, $made_by, $made_at, override_id
            from figure_override where override_id = $taken
            """,
            id=batch.id,
            taken=override_id,
            reason=reason.strip() or "taken back",
            made_by=batch.by,
            made_at=batch.at,
        )
        return batch.id


def list_overrides(
    lake: Lake, report: str | None = None, *, since: date | None = None, standing: bool = True
) -> pl.DataFrame:
    """
    Figures corrected by hand, newest first (frame OVERRIDES), of one report or all.

    Returns override_id, report, figure, as_of, old_value (null if not told), new_value, reason, made_by, made_at (UTC) and taken_back;
    those that were taken back only if `standing` is false. `made_by` is null where the user may not see figures about persons and it is
    not his own.
    """
    found = lake.query(
        """
        select o.override_id, o.report, o.figure, o.as_of, o.old_value, o.new_value, o.reason,
               case when $named or o.made_by = $user then o.made_by end as made_by, o.made_at, t.takes_back is not null as taken_back
        from figure_override o left join figure_override t on t.takes_back = o.override_id
        where o.takes_back is null and ($report::varchar is null or o.report = $report) and ($since::date is null or o.made_at >= $since)
        and (not $standing or t.takes_back is null)
        order by o.override_id desc
        """,
        report=report, since=since, standing=standing, named=sees_people(lake), user=lake.user,
    ).frame()  # fmt: skip
    return found.cast(OVERRIDES)
