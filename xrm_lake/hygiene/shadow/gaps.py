"""Logging gaps (S5): weeks in which somebody logs far less than he used to, deals won without a word, and work that few people log."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from scipy import stats

from xrm_lake.history.lifetime import HAPPENED, moments
from xrm_lake.hygiene.decay.figure import Figure, share
from xrm_lake.hygiene.shadow.dark_owners import activities
from xrm_lake.hygiene.shadow.sign import Sign, of_share, unknown
from xrm_lake.hygiene.stakes import pipelines
from xrm_lake.model.metrics import FEWEST
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

WEEKS, BASELINE, RARE = 8, 26, 0.001
QUIET, UNLOGGED, UNEVEN, FEWEST_OWNERS = 0.05, 0.20, 0.75, 5


def quiet_weeks(state: State, _since: date) -> list[Sign]:
    """
    Weeks of owners with far fewer activities than in their own 26 weeks before / their weeks, of the last 8.

    Far fewer: P(X <= x) < .001 (`unusually_few`). Source: quality.md §2.3, S5. Raised above 5 %. Cannot be told of owners whose work is
    known for less than 34 weeks.
    """
    worked = activities(state)
    weeks = quiet = who = 0
    for _, rows in worked.group_by("owner"):
        before = rows["days"].to_numpy() // 7
        if before.max() < WEEKS + BASELINE - 1:
            continue
        counts = np.bincount(before, minlength=WEEKS + BASELINE)
        few = [unusually_few(counts[WEEKS : WEEKS + BASELINE], int(x)) for x in counts[:WEEKS]]
        weeks, quiet, who = weeks + WEEKS, quiet + sum(few), who + any(few)
    if not weeks:
        return [unknown("S5", "quiet_weeks", f"of no owner activities are known for {WEEKS + BASELINE} weeks")]
    words = f"of the weeks of owners have far fewer activities than usual; owners with such a week: {who}"
    return [Sign("S5", "", share("quiet_weeks", quiet, weeks, QUIET, words), personal=True)]


def won_unlogged(state: State, _since: date) -> list[Sign]:
    """Won deals without any linked activity / won deals. Source: quality.md §2.3, S5. Raised above 20 %."""
    signs = []
    if activities(state).is_empty():
        return [unknown("S5", "won_unlogged", "no activity has an owner or a deal")]
    happenings = ", ".join(f"'{each.name}'" for each in state.catalog.active_types if moments(each, [HAPPENED])) or "''"
    for item, _ in pipelines(state.catalog):
        won = [stage.name for stage in item.stages if stage.outcome == "won"]
        ids, logged = state.query(
            f"""
            with won as (
                select id from {state.records(item.name)} where live and {quoted(item.stage_field)} in (select unnest($won::varchar[]))
            ), activity as (select id from {state.entity} where type in ({happenings}) and deleted_at is null),
            met as (
                select l.to_golden as id from {state.link} l join activity a on a.id = l.from_golden where l.ended_at is null
                union select l.from_golden from {state.link} l join activity a on a.id = l.to_golden where l.ended_at is null
            )
            select list(w.id order by w.id) filter (where m.id is null), count(m.id) from won w left join met m on m.id = w.id
            """,
            won=won,
        ).rows()[0]  # fmt: skip
        without = ids or []
        if without or logged:
            words = "of the won records have no activity"
            figure = share("won_unlogged", len(without), len(without) + logged, UNLOGGED, words)
            signs.append(of_share("S5", figure, without, type=item.name))
    return signs or [unknown("S5", "won_unlogged", "nothing was won")]


def uneven_logging(state: State, _since: date) -> list[Sign]:
    """
    Gini's coefficient of the activities of 90 days over all who own any activity or deal: 0 all alike, near 1 one does all.

    Source: quality.md §2.3, S5. Raised above .75; told of five owners and 30 activities or more.
    """
    worked = activities(state)
    recent = worked.filter(worked["days"] < 90)
    owners = worked["owner"].n_unique()
    if owners < FEWEST_OWNERS or recent.height < FEWEST:
        return [
            unknown("S5", "uneven_logging", f"{owners} owners with {recent.height} activities in 90 days are too few")
        ]
    per_owner = recent["owner"].value_counts()["count"].to_list()
    value = gini([*per_owner, *[0] * (owners - len(per_owner))])
    words = f"Gini {value:.2f} of {recent.height} activities over {owners} owners"
    return [Sign("S5", "", Figure("uneven_logging", value, None, owners, value > UNEVEN, words), personal=True)]


def unusually_few(before: Sequence[int] | np.ndarray, x: int) -> bool:
    """
    Whether a count is so low that chance brings it less than once in a thousand, by the counts before it.

    Poisson with their mean; where they vary by more than their mean, negative binomial with their mean and variance (by moments).

    >>> unusually_few([10, 12, 9, 11] * 6, 1), unusually_few([10, 12, 9, 11] * 6, 5), unusually_few([1, 0] * 13, 0)
    (True, False, False)
    """
    counts = np.asarray(before, dtype=float)
    mean, variance = float(counts.mean()), float(counts.var(ddof=1))
    wavers = variance > mean > 0
    usual = stats.nbinom(mean**2 / (variance - mean), mean / variance) if wavers else stats.poisson(mean)
    return bool(usual.cdf(x) < RARE)


def gini(counts: Sequence[int]) -> float:
    """
    Gini's coefficient: sum((2 i - n - 1) x_i) / (n sum(x)) of the counts in ascending order; 0 of nothing.

    >>> gini([5, 5, 5, 5]), gini([0, 0, 0, 8])
    (0.0, 0.75)
    """
    ordered = np.sort(np.asarray(counts, dtype=float))
    n, total = len(ordered), float(ordered.sum())
    return float(((2 * np.arange(1, n + 1) - n - 1) * ordered).sum() / (n * total)) if total else 0.0
