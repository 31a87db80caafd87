"""The pipeline report: what is open, won and lost, by stage, owner and month, each number with what it rests on."""

from datetime import date, datetime

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.reports.gallery.pipeline_data import (
    CURRENCY,
    Pipeline,
    by_month,
    by_owner,
    by_stage,
    read_pipeline,
)
from xrm_lake.reports.page import (
    FEWEST_FOR_A_SCORE,
    TOO_FEW,
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


def pipeline(lake: Lake, *, as_of: date, made_at: datetime, type: str = "deal") -> Page:
    """
    The page of any type that has stages; one record is counted once, under its stage, its owner and its month.

    Raises Misuse for a type without stages or without an amount.
    """
    entity_type = lake.catalog.type(type)
    amount = _amount_field(entity_type)
    data = read_pipeline(lake, entity_type, amount, as_of)
    return Page(
        name="pipeline",
        title=f"Pipeline: {entity_type.plural.lower()}",
        question="What is open, won and lost, by stage, owner and month?",
        subtitle=f"One row is one {entity_type.label.lower()}; each is counted once.",
        blocks=(*_blocks(entity_type, data, as_of),),
        as_of=as_of,
        made_at=made_at,
    )


def _amount_field(entity_type: EntityType) -> Field:
    money = [field for field in entity_type.active_fields if field.kind == "money"]
    if not entity_type.stage_field or not entity_type.stages or not money:
        raise Misuse(
            f"{entity_type.plural} have no pipeline: a type needs stages, a field that holds them, and a money field."
        )
    return money[0]


def _blocks(entity_type: EntityType, data: Pipeline, as_of: date) -> list[Section | Note | Table | Chart]:
    if data.records.is_empty():
        return [Note("info", f"There are no {entity_type.plural.lower()} yet. Bring some in with `xrm import`.")]
    note = _note(entity_type, data)
    stages = by_stage(data)
    return [
        Section("", tuple(_metrics(entity_type, data, note)), layout="row"),
        *_caveats(entity_type, data, as_of),
        _chart("Open value by stage", stages.filter(pl.col("outcome") == "open"), ("stage", "amount"), data, note),
        _table(f"By stage: {entity_type.plural.lower()}", stages, STAGE_COLUMNS, data, note),
        _table("By owner", by_owner(data), OWNER_COLUMNS, data, note),
        _chart("Won by month", by_month(data), ("month", "won_amount"), data, note),
        _table("By month of closing", by_month(data), MONTH_COLUMNS, data, note),
    ]  # fmt: skip


def _chart(title: str, rows: pl.DataFrame, axes: tuple[str, str], data: Pipeline, note: QualityNote) -> Chart:
    """Amounts along one axis; several currencies stand side by side, and are never put on top of each other."""
    several = data.only_currency is None
    if several:
        rows = rows.with_columns(pl.col(CURRENCY).replace({"": "no currency"}))
    return Chart(
        title, "line" if several and axes[0] == "month" else "bar", rows.select(*axes, *([CURRENCY] if several else [])), x=axes[0],
        y=axes[1], series=CURRENCY if several else "", measure="money", unit=data.only_currency or "", note=note,
    )  # fmt: skip


def _metrics(entity_type: EntityType, data: Pipeline, note: QualityNote) -> list[Metric]:
    found = []
    for outcome, label in (("open", "Open"), ("won", "Won"), ("lost", "Lost")):
        part = data.records.filter(pl.col("outcome") == outcome)
        found.append(Metric(f"{label} {entity_type.plural.lower()}", part.height, note=note))
        if outcome != "lost":
            found += _sums(f"{label} value", part, data, note)
    won = data.records.filter(pl.col("outcome") == "won").height
    closed = won + data.records.filter(pl.col("outcome") == "lost").height
    rate = won / closed if closed >= FEWEST_FOR_A_SCORE else None
    found.append(
        Metric(
            "Win rate", rate, kind="percent", num=won, den=closed, why="" if rate is not None else TOO_FEW, note=note
        )
    )
    return found


def _sums(label: str, part: pl.DataFrame, data: Pipeline, note: QualityNote) -> list[Metric]:
    """One sum a currency: sums over several would mean nothing."""
    if data.only_currency is not None:
        return [Metric(label, part["amount"].sum() or 0, kind="money", unit=data.only_currency, note=note)]
    sums = part.group_by(CURRENCY).agg(pl.col("amount").sum()).sort("amount", descending=True)
    return [
        Metric(label, amount, kind="money", unit=code or "no currency", note=note) for code, amount in sums.iter_rows()
    ]


def _note(entity_type: EntityType, data: Pipeline) -> QualityNote:
    without = data.records["amount"].null_count()
    newest = data.records["moved_on"].max()
    return QualityNote(
        used=data.records.height,
        noun=entity_type.plural.lower(),
        share_undefined=data.records["stage"].null_count() / data.records.height,
        freshness=f"newest {newest}" if isinstance(newest, date) else "",
        extra=f"{without:,} without an amount count as 0" if without else "",
    )


def _caveats(entity_type: EntityType, data: Pipeline, as_of: date) -> list[Note]:
    plural = entity_type.plural.lower()
    found = [
        Note(
            "caveat",
            f"{count:,} {plural} wait for their {words}: the file named one that is not known, or more than one.",
        )
        for words, count in data.pending
    ]
    found += [Note("caveat", f"{count:,} {plural} have no {words}.") for words, count in data.unlinked]
    overdue = data.records.filter((pl.col("outcome") == "open") & (pl.col("close_date") < as_of)).height
    if overdue:
        found.append(Note("caveat", f"{overdue:,} open {plural} should have closed before {as_of}."))
    unowned = data.records["owner"].null_count()
    if unowned:
        found.append(Note("caveat", f"{unowned:,} {plural} have no owner."))
    if data.only_currency is None:
        found.append(Note("caveat", "Amounts are in several currencies: sums are given for each, never over all."))
    return found


COUNT = Column("records", "Count", "number")
AMOUNT = Column("amount", "Amount", "money", bar=True)
STAGE_COLUMNS = (
    Column("stage", "Stage"), Column("outcome", "Outcome"), COUNT, AMOUNT, Column("share", "Share of count", "percent"),
    Column("mean_amount", "Mean amount", "money"), Column("weighted", "Weighted by stage", "money"),
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


def _table(title: str, rows: pl.DataFrame, columns: tuple[Column, ...], data: Pipeline, note: QualityNote) -> Table:
    """A table with its totals; several currencies get a column, and no total of amounts."""
    several = data.only_currency is None
    shown = (columns[0], Column(CURRENCY, "Currency"), *columns[1:]) if several else columns
    summed = [
        column.name
        for column in columns
        if column.kind == "number" or (column.kind == "money" and column.name != "mean_amount" and not several)
    ]
    total = {columns[0].name: "All"} | {name: rows[name].sum() for name in summed}
    return Table(title, rows, shown, total=total, note=note, cap=60)
