"""Corrections by hand (D5): how many figures of reports were overridden, and by how much: sum |new - old| / sum |old|."""

from datetime import date

from xrm_lake.hygiene.decay.figure import Figure
from xrm_lake.store.settings import Reader

CORRECTED = 0.02


def corrected(reader: Reader, since: date, day: date) -> list[Figure]:
    """
    How much the corrections that stand, made after `since` and by `day`, changed what reports had told.

    How many figures were read and not corrected is not known, since reading leaves no trace; so there is no rate of figures.
    """
    row = reader.query(
        """
        select count(*) as n, count(distinct (o.report, o.as_of)) as reports, count(o.old_value) as told,
               coalesce(sum(abs(o.new_value - o.old_value)) filter (where o.old_value is not null), 0) as moved,
               coalesce(sum(abs(o.old_value)), 0) as old
        from figure_override o
        where o.takes_back is null and o.override_id not in (
            select takes_back from figure_override where takes_back is not null and made_at < $day::date + interval 1 day)
        and o.made_at >= $since::date + interval 1 day and o.made_at < $day::date + interval 1 day
        """,
        since=since,
        day=day,
    ).one()
    assert row is not None
    n, reports = row["n"], row["reports"]
    counted = Figure(
        "overrides",
        float(n),
        n,
        None,
        n > 0,
        f"corrected by hand: {_counted(n, 'figure')} of {_counted(reports, 'report')}",
    )
    if not row["old"]:
        return [counted]
    rate = row["moved"] / row["old"]
    words = f"by {100 * rate:.1f}% of what the reports had told"
    return [counted, Figure("overridden", rate, row["moved"], row["old"], rate > CORRECTED, words)]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
