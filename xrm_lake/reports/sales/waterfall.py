"""
The waterfall: from what was open on one day to what is open on another, each deal in one bucket, to the cent.

start + created + reopened + pulled in + increased - decreased - pushed out - won - lost - deleted - merged = end

What was open at the start and is no more leaves by the first of: merged into another, deleted, won, lost, pushed out. What is open at the
end and was not comes in by the first of: split off again, created, reopened, pulled in. An amount that changed in between is an increase
or a decrease, of what stayed as well as of what left: so `won` is what was won, not what was once hoped for.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from xrm_lake.reports.sales.standing import MONEY, Standings

ENTRIES = ("created", "reopened", "pulled_in")
CHANGES = ("increased", "decreased")
EXITS = ("pushed_out", "won", "lost", "deleted", "merged")
BUCKETS = ("start", *ENTRIES, *CHANGES, *EXITS, "end")
FLOWS = pl.Schema({"id": pl.Int64(), "bucket": pl.String(), "currency": pl.String(), "amount": MONEY})


@dataclass(frozen=True)
class Window:
    """The close dates that a pipeline is asked of: from `first` up to and with `last`; None has no bound on that side."""

    first: date | None = None
    last: date | None = None

    def holds(self, due: str) -> pl.Expr:
        """Whether a column of close dates lies in it; what has no close date lies in none that is bound."""
        inside = pl.lit(value=True)
        if self.first is not None:
            inside &= pl.col(due) >= self.first
        if self.last is not None:
            inside &= pl.col(due) <= self.last
        return inside.fill_null(value=False)


def flows(before: Standings, after: Standings, window: Window) -> pl.DataFrame:
    """
    What makes up the waterfall (frame FLOWS): for each deal its amount at the `start`, at the `end`, and what lies between.

    `amount` is signed, so that for each currency all that is not `end` adds up to `end` exactly. A deal stands in one bucket besides start, end,
    increased and decreased, and only in the last two if its amount changed; `id` is that of the record it is now, or was last. An amount that is
    not given counts as 0. Where its currency changed, it has decreased in the one and increased in the other.
    """
    pairs = (
        _paired(before, after)
        .filter(pl.coalesce("in_scope_after", "in_scope_before"))
        .with_columns(
            pl.col("amount_before", "amount_after").fill_null(0),
            id=pl.coalesce("id_after", "id_before"),
            was_open=((pl.col("outcome_before") == "open") & window.holds("due_before")).fill_null(value=False),
            is_open=((pl.col("outcome_after") == "open") & window.holds("due_after")).fill_null(value=False),
        )
    )
    pairs = pairs.with_columns(bucket=pl.when("was_open").then(_exit()).otherwise(_entry()))
    left = pairs.filter(pl.col("was_open"))
    stays_or_sold = left.filter(pl.col("is_open") | pl.col("bucket").is_in(["won", "lost", "pushed_out"]))
    gone = left.filter(pl.col("bucket").is_in(["deleted", "merged"]))
    came = pairs.filter(pl.col("is_open") & ~pl.col("was_open"))
    return pl.concat(
        [
            _flow(left, "start", "before"),
            _flow(came, pl.col("bucket"), "after"),
            *_changes(stays_or_sold),
            _flow(stays_or_sold.filter(~pl.col("is_open")), pl.col("bucket"), "after", sign=-1),
            _flow(gone, pl.col("bucket"), "before", sign=-1),
            _flow(pairs.filter(pl.col("is_open")), "end", "after"),
        ]
    )


def summed(flowed: pl.DataFrame) -> pl.DataFrame:
    """The buckets of each currency in their order: currency, bucket, deals and amount (signed); buckets without a deal are there with 0."""
    every = flowed.select("currency").unique().join(pl.DataFrame({"bucket": BUCKETS}), how="cross")
    found = flowed.group_by("currency", "bucket").agg(deals=pl.col("id").n_unique(), amount=pl.col("amount").sum())
    order = pl.col("bucket").replace_strict(BUCKETS, range(len(BUCKETS)))
    return (
        every.join(found, on=["currency", "bucket"], how="left")
        .with_columns(pl.col("deals").fill_null(0), pl.col("amount").fill_null(0))
        .sort("currency", order)
    )


def passed_through(before: Standings, after: Standings, since: date) -> pl.DataFrame:
    """What came and was closed in between, so that neither end knows it: outcome, currency, deals and amount."""
    pairs = _paired(before, after).filter(
        "in_scope_after", pl.col("id_before").is_null(), pl.col("outcome_after") != "open"
    )
    return (
        pairs.filter(pl.col("due_after").is_null() | (pl.col("due_after") > since))
        .group_by(outcome="outcome_after", currency="currency_after")
        .agg(deals=pl.len(), amount=pl.col("amount_after").sum())
        .sort("outcome", "currency", descending=[True, False])
    )


def _exit() -> pl.Expr:
    """By which bucket a deal left that was open; what is open still leaves by none."""
    is_gone = pl.col("id_after").is_null()
    return (
        pl.when(is_gone & pl.col("is_merged")).then(pl.lit("merged"))
        .when(is_gone).then(pl.lit("deleted"))
        .when(pl.col("outcome_after") != "open").then("outcome_after")
        .otherwise(pl.lit("pushed_out"))
    )  # fmt: skip


def _entry() -> pl.Expr:
    """By which bucket a deal came in that was not open."""
    is_new = pl.col("id_before").is_null()
    return (
        pl.when(is_new & pl.col("was_part")).then(pl.lit("merged"))
        .when(is_new & ~pl.col("was_deleted")).then(pl.lit("created"))
        .when(is_new | (pl.col("outcome_before") != "open")).then(pl.lit("reopened"))
        .otherwise(pl.lit("pulled_in"))
    )  # fmt: skip


def _flow(rows: pl.DataFrame, bucket: str | pl.Expr, when: str, *, sign: int = 1) -> pl.DataFrame:
    named = pl.lit(bucket) if isinstance(bucket, str) else bucket
    return rows.select("id", bucket=named, currency=f"currency_{when}", amount=pl.col(f"amount_{when}") * sign).cast(
        FLOWS
    )


def _changes(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """What amounts rose and fell by."""
    is_same = pl.col("currency_before") == pl.col("currency_after")
    moved = rows.filter(is_same).with_columns(amount_after=pl.col("amount_after") - pl.col("amount_before"))
    rose = pl.when(pl.col("amount_after") > 0).then(pl.lit("increased")).otherwise(pl.lit("decreased"))
    other = rows.filter(~is_same)
    flowed = [
        _flow(moved, rose, "after"),
        _flow(other, "decreased", "before", sign=-1),
        _flow(other, "increased", "after"),
    ]
    return [each.filter(pl.col("amount") != 0) for each in flowed]


def _paired(before: Standings, after: Standings) -> pl.DataFrame:
    """
    One row for each deal that was there on either day, with the columns of both days as `_before` and `_after`.

    Of several that are one now, the deal that goes on is the one that was open first of all, then the oldest; the others were merged into it
    (`is_merged`). Of one that is several now, it goes on as its oldest member; the others were part of it (`was_part`) and have no before.
    """
    then = before.records.join(after.merged.rename({"golden_id": "now"}), left_on="oldest", right_on="id", how="left")
    is_alive = pl.col("id").is_in(after.records["id"].implode())
    then = then.with_columns(now=pl.when(is_alive).then("id").otherwise(pl.coalesce("now", "oldest")))
    then = then.with_columns(
        goes_on=pl.col("id").sort_by(pl.col("outcome") != "open", "id").first().over("now") == pl.col("id")
    )
    goes_on, others = (
        _suffixed(then.filter(found).drop("goes_on"), "before") for found in ("goes_on", ~pl.col("goes_on"))
    )
    paired = goes_on.join(_suffixed(after.records.with_columns(now="id"), "after"), on="now", how="full", coalesce=True)
    return pl.concat([paired, others], how="diagonal").with_columns(
        is_merged=pl.col("now").is_in(after.records["id"].implode()),
        was_part=pl.col("id_after").is_in(before.merged["id"].implode()).fill_null(value=False),
        was_deleted=pl.col("id_after").is_in(before.deleted.implode()).fill_null(value=False),
    )


def _suffixed(frame: pl.DataFrame, when: str) -> pl.DataFrame:
    return frame.rename({name: f"{name}_{when}" for name in frame.columns if name != "now"})
