"""The waterfall report: how the open pipeline came from what it was to what it is, each deal once, to the cent."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.history.moment import state_of
from xrm_lake.model.entity_type import EntityType
from xrm_lake.reports.gallery.fault_words import address
from xrm_lake.reports.gallery.wording import records, verb
from xrm_lake.reports.page import Block, Chart, Column, Metric, Note, Page, QualityNote, Section, Table
from xrm_lake.reports.period import Period, day, period, quarter_of
from xrm_lake.reports.sales.standing import Standings, amount_of, read_standings
from xrm_lake.reports.sales.waterfall import BUCKETS, CHANGES, ENTRIES, Window, flows, passed_through, summed
from xrm_lake.reports.scope import Scope
from xrm_lake.store.lake import Lake

WORDS = {
    "created": "Created", "reopened": "Reopened", "pulled_in": "Pulled in", "increased": "Increased", "decreased": "Decreased",
    "pushed_out": "Pushed out", "won": "Won", "lost": "Lost", "deleted": "Deleted", "merged": "Merged into another",
}  # fmt: skip
NO_CURRENCY = "No currency given"


def waterfall(
    lake: Lake, *, as_of: date, made_at: datetime, type: str = "deal", since: str | date | None = None,
    period: str | None = None, scope: Scope = Scope(),  # noqa: B008 (frozen)
) -> Page:  # fmt: skip
    """
    The page of what was open at the end of `since` (the last quarter's last day unless told) and at the end of `as_of`, and all in between.

    With `period`, of what was to close in it alone. Raises Misuse for a type without stages or without an amount, and for days that are none;
    InvalidValue if `since` does not come before `as_of`.
    """
    item = lake.catalog.type(type)
    amount_of(item)
    start = day(since, option="since") if since is not None else quarter_of(as_of).first - timedelta(days=1)
    if start >= as_of:
        raise InvalidValue(f"A waterfall begins before it ends: {start} does not come before {as_of}.")
    due = _period(period)
    with state_of(lake, start) as state:
        before = read_standings(state, type, scope)
    with state_of(lake, as_of) as state:
        after = read_standings(state, type, scope)
    window = Window(due.first, due.last) if due else Window()
    flowed = flows(before, after, window)
    only = "; ".join(part for part in (f"due in {due}" if due else "", after.words) if part)
    narrowed = f" Only: {only}." if only else ""
    return Page(
        name="waterfall",
        title=f"Pipeline waterfall: {item.plural.lower()}",
        question=f"How did the open pipeline come from what it was on {start} to what it is?",
        subtitle=f"One row is one {item.label.lower()}; each is in one bucket, and its change of amount beside.{narrowed}",
        blocks=tuple(_blocks(_Told(item, flowed, before, after, start, as_of))),
        as_of=as_of,
        made_at=made_at,
    )


def _period(text: str | None) -> Period | None:
    return None if text is None else period(text)


@dataclass(frozen=True)
class _Told:
    """All that the page is made of: the flows, how both ends stood, and their days."""

    item: EntityType
    flowed: pl.DataFrame
    before: Standings
    after: Standings
    start: date
    end: date

    @property
    def words(self) -> dict[str, str]:
        """What each bucket is called."""
        return WORDS | {"start": f"Open on {self.start}", "end": f"Open on {self.end}"}


def _blocks(told: _Told) -> list[Block]:
    plural = told.item.plural.lower()
    if told.flowed.is_empty():
        return [Note("info", f"Neither on {told.start} nor on {told.end} was one of these {plural} open.")]
    totals = summed(told.flowed)
    by_size = totals.group_by("currency").agg(pl.col("amount").abs().sum()).sort("amount", descending=True)
    codes = by_size["currency"].to_list()
    caveats = [Note("caveat", text) for text in _caveats(told)]
    parts = [_part(told, totals.filter(currency=code), code) for code in codes]
    if len(codes) == 1:
        return [*parts[0], *caveats]
    sections = [Section(code or NO_CURRENCY, tuple(part)) for code, part in zip(codes, parts, strict=True)]
    return [*sections, *caveats, Note("caveat", "Amounts are in several currencies: each is a waterfall of its own.")]


def _part(told: _Told, totals: pl.DataFrame, code: str) -> list[Block]:
    note = _note(told, code)
    shown = totals.filter((pl.col("deals") > 0) | pl.col("bucket").is_in(["start", "end"])).with_columns(
        what=pl.col("bucket").replace_strict(told.words), part=pl.col("bucket").replace_strict(_PARTS)
    )
    bars = shown.select("what", "amount", "part")
    return [
        Section("", tuple(_metrics(told, totals, code, note)), layout="row"),
        Chart("From start to end", "waterfall", bars, "what", "amount", "part", measure="money", unit=code, note=note),
        Table("Buckets", shown.select("what", "deals", "amount"), _columns(BUCKET_COLUMNS, code), note=note),
        Table(f"What moved: {told.item.plural.lower()}", _moved(told, code), _columns(DEAL_COLUMNS, code), cap=30),
    ]


def _metrics(told: _Told, totals: pl.DataFrame, code: str, note: QualityNote) -> list[Metric]:
    amounts = dict(totals.select("bucket", "amount").iter_rows())
    days = f"{(told.end - told.start).days} days"
    change = amounts["end"] - amounts["start"]
    return [
        Metric(told.words["start"], amounts["start"], "money", code, note=note),
        Metric(told.words["end"], amounts["end"], "money", code, note=note, delta=change, since=days),
        Metric("Won", -amounts["won"], "money", code, note=note),
        Metric("Created", amounts["created"], "money", code, note=note),
    ]


_PARTS = {"start": "Open", "end": "Open"} | dict.fromkeys((*ENTRIES, "increased"), "More") | {
    name: "Less" for name in BUCKETS if name not in ("start", "end", "increased", *ENTRIES)
}  # fmt: skip
BUCKET_COLUMNS = (Column("what", "Bucket"), Column("deals", "Count", "number"), Column("amount", "Amount", "money"))
DEAL_COLUMNS = (
    Column("caption", "Name", "link", url="url"), Column("what", "Bucket"), Column("amount", "Amount", "money"),
    Column("due", "Close date", "date"),
)  # fmt: skip


def _columns(columns: tuple[Column, ...], code: str) -> tuple[Column, ...]:
    return tuple(replace(column, unit=code) if column.kind == "money" else column for column in columns)


def _moved(told: _Told, code: str) -> pl.DataFrame:
    """Each deal of each bucket, the largest first; columns id, bucket, what, amount, caption, due and url."""
    called = (
        pl.concat([told.after.records, told.before.records])
        .unique("id", keep="first", maintain_order=True)
        .select("id", "caption", "due")
    )
    return (
        told.flowed.filter(pl.col("currency") == code, ~pl.col("bucket").is_in(["start", "end"]))
        .join(called, on="id", how="left")
        .with_columns(
            what=pl.col("bucket").replace_strict(WORDS),
            caption=pl.when(pl.col("caption") == "")
            .then(pl.format("{} {}", pl.lit(told.item.label), "id"))
            .otherwise("caption"),
            url=pl.format("{}&id={}", pl.lit(address("/record", type=told.item.name)), "id"),
        )
        .sort(pl.col("amount").abs(), "id", "bucket", descending=[True, False, False])
    )


def _note(told: _Told, code: str) -> QualityNote:
    item, used = told.item, told.flowed.filter(currency=code)["id"].unique()
    without = told.after.records.filter(pl.col("id").is_in(used.implode()), pl.col("amount").is_null()).height
    noun = (item.label if used.len() == 1 else item.plural).lower()
    extra = f"{without:,} without an amount {verb(without, 'counts', 'count')} as 0" if without else ""
    return QualityNote(used.len(), noun, extra=extra)


def _caveats(told: _Told) -> list[str]:
    item, flowed, start, found = told.item, told.flowed, told.start, []
    late = (
        told.after.records.join(flowed.filter(bucket="created"), on="id", how="semi")
        .filter(pl.col("born") <= start)
        .height
    )
    if late:
        found.append(
            f"{records(late, item)} that began by {start} came into the lake only later, and {verb(late, 'counts', 'count')} as created."
        )
    through = passed_through(told.before, told.after, start)
    found += [
        f"{records(row['deals'], item)} came and {verb(row['deals'], 'was', 'were')} {row['outcome']} in between, so that neither end knows"
        f" {verb(row['deals'], 'it', 'them')}: {row['amount']:,.2f} {row['currency']}".rstrip()
        + "."
        for row in through.iter_rows(named=True)
    ]
    changed = (
        flowed.filter(pl.col("bucket").is_in(CHANGES))
        .group_by("id")
        .agg(pl.col("currency").n_unique())
        .filter(pl.col("currency") > 1)
    )
    if changed.height:
        found.append(
            f"The currency of {records(changed.height, item)} was changed: decreased in the one, increased in the other."
        )
    return found
