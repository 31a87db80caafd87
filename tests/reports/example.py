"""A weekly report such as a sales team would get, with every kind of block."""

from datetime import date, datetime
from decimal import Decimal

import polars as pl

from xrm_lake.reports.markup import literal
from xrm_lake.reports.page import (
    TOO_FEW,
    Chart,
    Column,
    Link,
    Metric,
    Note,
    Page,
    QualityNote,
    Section,
    Table,
    Text,
)

DEALS = QualityNote(8800, "deals", ((1425, "without organisation"),), 0.0, "newest 2017-12-31")
PEOPLE = QualityNote(20_214, "people", ((312, "erased or on hold"),), 0.034, "newest 2017-12-29")


def weekly() -> Page:
    return Page(
        name="weekly",
        title="Data hygiene, week 52",
        question="How far can we trust our records, and what should we fix first?",
        subtitle="25 to 31 December 2017, compared with the week before",
        blocks=(_scores(), _summary(), _actions(), _history(), _pipeline(), *_remarks()),
        as_of=date(2017, 12, 31),
        made_at=datetime(2018, 1, 1, 6, 0),  # noqa: DTZ001
        links=(Link("Open this week", "/"), Link("All issues", "/issues")),
        base_url="http://127.0.0.1:8501",
    )


def _score(label: str, num: int, den: int, delta: float, is_good: bool | None, past: list[float]) -> Metric:
    return Metric(
        label,
        num / den,
        "percent",
        num=num,
        den=den,
        note=PEOPLE,
        delta=delta,
        delta_is_good=is_good,
        since="7 days",
        spark=tuple(past),
        url=f"/issues?about={label.lower()}",
    )


def _scores() -> Section:
    return Section(
        "",
        (
            _score("Complete", 16_454, 20_214, -0.002, False, [0.79, 0.8, 0.806, 0.81, 0.818, 0.816, 0.814]),
            _score("Unique", 19_466, 20_214, -0.003, False, [0.975, 0.974, 0.973, 0.97, 0.968, 0.966, 0.963]),
            _score("Valid", 17_889, 20_214, 0.01, True, [0.87, 0.868, 0.872, 0.874, 0.875, 0.876, 0.885]),
            _score("Fresh", 18_152, 20_214, 0.0, None, [0.9, 0.899, 0.898, 0.898, 0.898, 0.898, 0.898]),
            _score("Linked", 7_375, 8_800, 0.003, True, [0.81, 0.82, 0.83, 0.834, 0.834, 0.835, 0.838]),
            Metric("Campaigns complete", None, "percent", num=9, den=12, why=TOO_FEW,
                   note=QualityNote(12, "campaigns", freshness="newest 2017-11-02")),
        ),
        layout="row",
    )  # fmt: skip


def _summary() -> Text:
    return Text(
        "**214 people** became incomplete this week and 173 were mended. Most came with one file,"
        f" **{literal('fair_leads*2017.csv')}** (*imported by K. Lindqvist*): 188 without a country.\n\n"
        "- **Duplicates** enter faster than they are merged, for the third week in a row.\n"
        "- **Close dates** in the past fell by 41 deals, after the north team went through its list."
    )


def _actions() -> Table:
    rows = pl.DataFrame(
        {
            "what": [
                "Merge likely duplicates of organisations",
                "Give 188 people of one import a country",
                "Set a new close date, or close the deal",
                "Link deals to their organisation",
                "Mend phone numbers that cannot be dialled",
            ],
            "url": ["/duplicates?type=organisation", "/issues?check=country_missing",
                    "/issues?check=close_date_past",
                    "/pending?type=deal", "/issues?check=phone_invalid"],
            "owner": ["K. Lindqvist", "K. Lindqvist", "R. Dunbar", "R. Dunbar", "M. Castañeda"],
            "records": [748, 188, 412, 1425, 327],
            "entered": [96, 188, 12, 0, 21],
            "at_risk": [Decimal("1284300.00"), Decimal("402118.00"), Decimal("377925.00"),
                        Decimal("261040.00"), None],
            "gain": [0.031, 0.009, 0.012, 0.024, 0.0004],
        }
    )  # fmt: skip
    columns = (
        Column("what", "What to do", "link", url="url"),
        Column("owner", "Whose"),
        Column("records", "Records", "number"),
        Column("entered", "New", "number"),
        Column("at_risk", "Open deals touched", "money", unit="USD", bar=True),
        Column("gain", "Score won", "percent"),
    )
    total = {"what": "Together", "records": 3100, "entered": 317, "at_risk": Decimal("2325383.00")}
    return Table("Fix first", rows, columns, total=total, note=DEALS)


def _history() -> Section:
    weeks = [date(2017, 10, 2 + 7 * i) if i < 5 else date(2017, 11, 6 + 7 * (i - 5)) for i in range(9)]
    shares = {"Complete": [0.79, 0.8, 0.806, 0.81, 0.812, 0.818, 0.817, 0.816, 0.814],
              "Unique": [0.975, 0.974, 0.973, 0.97, 0.97, 0.969, 0.968, 0.966, 0.963],
              "Valid": [0.87, 0.868, 0.872, 0.874, 0.874, 0.875, 0.876, 0.875, 0.885]}  # fmt: skip
    data = pl.DataFrame(
        [(week, name, share) for name, past in shares.items() for week, share in zip(weeks, past, strict=True)],
        schema=["week", "score", "share"],
        orient="row",
    )
    flow = pl.DataFrame(
        [
            (name, side, count)
            for name, entered, left in [
                ("Incomplete", 214, 173),
                ("Duplicate", 96, 38),
                ("Badly formatted", 61, 263),
                ("Stale", 118, 120),
                ("Unlinked", 4, 30),
            ]
            for side, count in (("Entered", entered), ("Left", left))
        ],
        schema=["problem", "side", "records"],
        orient="row",
    )
    return Section(
        "What moved",
        (
            Chart("Scores by week", "line", data, "week", "share", "score", "percent", note=PEOPLE),
            Chart(
                "Records that entered and left each problem this week",
                "bar",
                flow,
                "problem",
                "records",
                "side",
            ),
        ),
        layout="row",
    )


def _pipeline() -> Section:
    stages = pl.DataFrame({"stage": ["Prospecting", "Engaging", "Won"], "deals": [8800, 8300, 4238]})
    months = [date(2017, m, 1) for m in range(3, 13)]
    sums = [1134672, 721932, 1025713, 1338466, 696932, 1050059, 1235264, 731980, 938943, 1131573]
    won = pl.DataFrame({"month": months, "won": sums})
    parts = [(m, s * 33 // 100, s * 31 // 100, s) for m, s in zip(months, sums, strict=True)]
    regions = pl.DataFrame(
        [row for m, central, east, s in parts
         for row in ((m, "Central", central), (m, "East", east), (m, "West", s - central - east))],
        schema=["month", "region", "won"], orient="row",
    )  # fmt: skip
    return Section(
        "What the pipeline rests on",
        (
            Section("", (
                Metric("Won", Decimal("10005534"), "money", "USD",
                       note=QualityNote(4238, "deals", freshness="newest 2017-12-31"),
                       delta=Decimal("248110"), delta_is_good=True, since="7 days",
                       url="/records?type=deal&stage=Won"),
                Metric("Open deals", 2089, num=2089, den=8800, note=DEALS, delta=-57, since="7 days"),
                Metric("Days to win, median", 57, unit="days", note=QualityNote(4238, "won deals")),
            ), layout="row"),
            Chart("From first contact to won", "funnel", stages, "stage", "deals", note=DEALS),
            Chart("Won by month", "bar", won, "month", "won", measure="money", unit="USD", note=DEALS),
            Chart("Won by month and region", "stacked", regions, "month", "won", "region", "money", "USD"),
        ),
    )  # fmt: skip


def _remarks() -> tuple[Note | Table, ...]:
    nothing = pl.DataFrame({"field": [], "corrections": []}, schema={"field": pl.String, "corrections": pl.Int64})
    return (
        Table("Reports corrected by hand", nothing,
              (Column("field", "Field"), Column("corrections", "Corrections", "number")),
              empty="No report was corrected by hand this week."),
        Note("alert", "Duplicates become common: 96 entered against 60 expected (p = 0.004)."),
        Note("caveat", "1,480 deals name the product GTXPro, which the product list does not know."),
        Note("info", "Scores of fewer than 30 records are not shown."),
    )  # fmt: skip
