"""The pipeline report: what is open, won and lost, by stage, owner and month, each number with what it rests on."""

from dataclasses import replace
from datetime import date, datetime

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.governance.sight import sees_people
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.reports.gallery.pipeline_data import (
    NO_MONTH,
    OUTCOMES,
    Pipeline,
    by_month,
    by_owner,
    by_stage,
    read_pipeline,
)
from xrm_lake.reports.gallery.wording import records, verb
from xrm_lake.reports.page import (
    FEWEST_FOR_A_SCORE,
    TOO_FEW,
    Block,
    Cell,
    Chart,
    Column,
    Metric,
    Note,
    Page,
    QualityNote,
    Section,
    Table,
)
from xrm_lake.store.lake import Lake

NO_CURRENCY = "No currency given"


def pipeline(lake: Lake, *, as_of: date, made_at: datetime, type: str = "deal") -> Page:
    """
    The page of any type that has stages; one record is counted once, under its stage, its owner and its month.

    Amounts in several currencies are never added up: each currency has a section of its own.
    Raises Misuse for a type without stages or without an amount.
    """
    entity_type = lake.catalog.type(type)
    amount = _amount_field(entity_type)
    data = read_pipeline(lake, entity_type, amount, as_of)
    names_losses = sees_people(lake)
    return Page(
        name="pipeline",
        title=f"Pipeline: {entity_type.plural.lower()}",
        question="What is open, won and lost, by stage, owner and month?",
        subtitle=f"One row is one {entity_type.label.lower()}; each is counted once.",
        blocks=tuple(_blocks(entity_type, data, as_of, made_at.date(), names_losses=names_losses)),
        as_of=as_of,
        made_at=made_at,
    )


def _amount_field(entity_type: EntityType) -> Field:
    money = [field for field in entity_type.active_fields if field.kind == "money"]
    stages = [field for field in entity_type.active_fields if field.name == entity_type.stage_field]
    if entity_type.retired or not stages or not entity_type.stages or not money:
        raise Misuse(
            f"{entity_type.plural} have no pipeline: a type in use needs stages, a field that holds them, and a money field."
        )
    return money[0]


def _blocks(entity_type: EntityType, data: Pipeline, as_of: date, today: date, *, names_losses: bool) -> list[Block]:
    if data.records.is_empty():
        return [Note("info", f"There are no {entity_type.plural.lower()} yet. Bring some in with `xrm import`.")]
    currencies = data.currencies
    top: list[Block] = [
        Section("", tuple(_metrics(entity_type, data)), layout="row"),
        *(Note("caveat", text) for text in _caveats(entity_type, data, as_of, today)),
    ]
    if len(currencies) < 2:
        return [*top, *_tables(entity_type, data, currencies[0] if currencies else "", names_losses=names_losses)]
    parts = [
        Section(code or NO_CURRENCY, tuple(_tables(entity_type, data.of(code), code, names_losses=names_losses)))
        for code in currencies
    ]
    return [*top, *parts]


def _metrics(entity_type: EntityType, data: Pipeline) -> list[Metric]:
    found, counts = [], {}
    note = _note(entity_type, data.records)
    for outcome in OUTCOMES:
        part = data.records.filter(pl.col("outcome") == outcome)
        counts[outcome] = part.height
        found.append(Metric(f"{outcome.capitalize()} {entity_type.plural.lower()}", part.height, note=note))
        if outcome != "lost":
            found += _sums(entity_type, outcome, part, data.currencies)
    closed = counts["won"] + counts["lost"]
    rate = counts["won"] / closed if closed >= FEWEST_FOR_A_SCORE else None
    why = TOO_FEW if rate is None else ""
    open_left_out = ((counts["open"], "still open"),)
    note = QualityNote(closed, f"closed {entity_type.plural.lower()}", excluded=open_left_out)
    found.append(Metric("Win rate", rate, kind="percent", num=counts["won"], den=closed, why=why, note=note))
    return found


def _sums(entity_type: EntityType, outcome: str, part: pl.DataFrame, currencies: tuple[str, ...]) -> list[Metric]:
    """One sum a currency: sums over several would mean nothing."""
    found = []
    for code in currencies or ("",):
        here = part.filter(pl.col("currency") == code) if len(currencies) > 1 else part
        given = here["amount"].count()
        unsaid = ", no currency" if not code and len(currencies) > 1 else ""
        noun = f"{outcome} {(entity_type.label if given == 1 else entity_type.plural).lower()}"
        note = QualityNote(given, noun, excluded=((here.height - given, "without an amount"),))
        label = f"{outcome.capitalize()} value{unsaid}"
        found.append(Metric(label, here["amount"].sum() or 0, kind="money", unit=code, note=note))
    return found


def _note(entity_type: EntityType, rows: pl.DataFrame) -> QualityNote:
    without, newest = rows["amount"].null_count(), rows["moved_on"].max()
    return QualityNote(
        used=rows.height,
        noun=(entity_type.label if rows.height == 1 else entity_type.plural).lower(),
        share_undefined=rows["stage"].null_count() / rows.height if rows.height else None,
        freshness=f"newest {newest}" if isinstance(newest, date) else "",
        extra=f"{without:,} without an amount {verb(without, 'counts', 'count')} as 0" if without else "",
    )


def _caveats(entity_type: EntityType, data: Pipeline, as_of: date, today: date) -> list[str]:
    found = []
    if as_of < today:
        found.append(f"Stages and amounts are those of today: what they were on {as_of} is not told.")
    found += [
        f"{records(count, entity_type)} {verb(count, 'waits for its', 'wait for their')} {words}:"
        " the file named one that is not known, or more than one."
        for words, count in data.pending
    ]
    rows, is_open = data.records, pl.col("outcome") == "open"
    missing = [*data.unlinked, ("owner", rows["owner_id"].null_count())]
    found += [
        f"{records(count, entity_type)} {verb(count, 'has', 'have')} no {words}." for words, count in missing if count
    ]
    strange = rows.filter(~pl.col("known")).height
    if strange:
        found.append(
            f"{records(strange, entity_type)} {verb(strange, 'has', 'have')} no stage, or one that is not declared, and"
            f" {verb(strange, 'counts', 'count')} as open."
        )
    overdue = rows.filter(is_open & (pl.col("close_date") < as_of)).height
    if overdue:
        found.append(f"{records(overdue, entity_type, 'open')} should have closed before {as_of}.")
    unweighted = rows.filter(is_open & pl.col("probability").is_null()).height
    if unweighted:
        found.append(
            f"{records(unweighted, entity_type, 'open')} {verb(unweighted, 'is', 'are')} in stages that state no chance to win,"
            " and left out of what is weighted."
        )
    if len(data.currencies) > 1:
        found.append("Amounts are in several currencies: each has its own section, and no sum is over all.")
    return found


COUNT = Column("records", "Count", "number")
AMOUNT = Column("amount", "Amount", "money", bar=True)
STAGE_COLUMNS = (
    Column("stage", "Stage"), Column("outcome", "Outcome"), COUNT, AMOUNT, Column("share", "Share of count", "percent"),
    Column("mean_amount", "Mean amount", "money", digits=0), Column("weighted", "Weighted by stage", "money", digits=0),
)  # fmt: skip
OWNER_COLUMNS = (
    Column("owner", "Owner"), Column("open_records", "Open", "number"), Column("open_amount", "Open amount", "money", bar=True),
    Column("won_records", "Won", "number"), Column("won_amount", "Won amount", "money"),
    Column("lost_records", "Lost", "number"), Column("win_rate", "Win rate", "percent"),
)  # fmt: skip
MONTH_COLUMNS = (
    Column("month", "Month"), Column("won_records", "Won", "number"), Column("won_amount", "Won amount", "money", bar=True),
    Column("lost_records", "Lost", "number"), Column("open_records", "Open", "number"), Column("open_amount", "Open amount", "money"),
)  # fmt: skip
NOT_SUMMED = ("mean_amount",)
LOSSES = ("lost_records", "lost_amount", "win_rate")


def _tables(entity_type: EntityType, data: Pipeline, currency: str, *, names_losses: bool) -> list[Block]:
    """The tables and charts of the records of one currency; what owners lost is for those who may see figures about persons."""
    note = _note(entity_type, data.records)
    stages, months, owners = by_stage(data), by_month(data), by_owner(data)
    hidden = () if names_losses else LOSSES
    owner_columns = tuple(column for column in OWNER_COLUMNS if column.name not in hidden)
    is_open, is_dated = pl.col("outcome") == "open", (pl.col("won_records") > 0) & (pl.col("month") != NO_MONTH)
    return [
        _chart("Open value by stage", stages.filter(is_open).select("stage", "amount"), currency, note),
        _table(f"By stage: {entity_type.plural.lower()}", stages, STAGE_COLUMNS, currency, note),
        _table("By owner", owners.drop(hidden), owner_columns, currency, note),
        _chart("Won by month", months.filter(is_dated).select("month", "won_amount"), currency, note),
        _table("By month of closing", months, MONTH_COLUMNS, currency, note),
    ]


def _chart(title: str, rows: pl.DataFrame, currency: str, note: QualityNote) -> Chart:
    x, y = rows.columns
    return Chart(title, "bar", rows, x=x, y=y, measure="money", unit=currency, note=note)


def _table(title: str, rows: pl.DataFrame, columns: tuple[Column, ...], currency: str, note: QualityNote) -> Table:
    """A table with its totals; its leading amount is headed by the currency of all."""
    headed = tuple(replace(column, unit=currency) if column.bar else column for column in columns)
    summed = [column.name for column in columns if column.kind in ("number", "money") and column.name not in NOT_SUMMED]
    total: dict[str, Cell] = {name: rows[name].sum() if rows[name].count() else None for name in summed}
    return Table(title, rows, headed, total={columns[0].name: "All", **total}, note=note, cap=40)
