"""The waterfall: whatever happened between two days, each deal is in one bucket and the sums meet to the cent."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, product

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.hygiene.many import add_many
from tests.reports.gallery.lakes import NOON
from xrm_lake.errors import InvalidValue, Misuse, XrmError
from xrm_lake.history.moment import state_of
from xrm_lake.hygiene.judge import merge, unmerge
from xrm_lake.reports.build import build_report
from xrm_lake.reports.page import Section, Table
from xrm_lake.reports.render import FORMATS, render
from xrm_lake.reports.sales.standing import read_standings
from xrm_lake.reports.sales.waterfall import BUCKETS, Window, flows, summed
from xrm_lake.reports.scope import Scope
from xrm_lake.store.as_of import state_now
from xrm_lake.store.open import init_lake
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.undo import undo

DAY = timedelta(days=1)
QUARTER = Window(date(2026, 1, 1), date(2026, 3, 31))
WINDOWS = (Window(), QUARTER)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "import", "stage", "amount", "currency", "due", "merge", "unmerge", "delete", "undo", "night"]),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    min_size=4,
    max_size=14,
)  # fmt: skip


def values(one, other):
    return {
        "name": f"Deal {one}", "stage": ("Prospecting", "Proposal", "Won", "Lost", "Prospecting", "Proposal")[other],
        "amount": (None, Decimal("0.01"), Decimal("99.99"), 1000, 33, 7)[one], "currency": ("EUR", "EUR", "USD")[other % 3],
        "close_date": (None, date(2026, 2, 1), date(2026, 3, 31), date(2026, 4, 1), date(2025, 12, 31), date(2026, 1, 1))[other],
    }  # fmt: skip


def do(lake, step, one, other):
    deals = lake.query("select id from entity where type = 'deal' and source <> 'golden' order by id").column()
    pick = lambda place: deals[place % len(deals)]  # noqa: E731
    wanted = values(one, other)
    match step:
        case "add":
            add_record(lake, "deal", wanted)
        case "import":
            add_many(lake, "deal", [wanted, values(other, one)])
        case "stage" | "amount" | "currency":
            set_record(lake, pick(one), {step: wanted[step] or "Proposal"})
        case "due":
            set_record(lake, pick(one), {"close_date": wanted["close_date"]})
        case "merge":
            merge(lake, [pick(one), pick(other)])
        case "unmerge":
            unmerge(lake, pick(one))
        case "delete":
            delete_record(lake, pick(one))
        case "undo":
            batches = "select batch_id from batch where kind in ('edit', 'judge', 'undo', 'import') and undone_by is null order by 1 desc"
            undo(lake, lake.query(batches).column()[one])


def evening(lake, day):
    """How the deals stood at the end of a day, and what was open by currency and window, worked out from the records alone."""
    with state_of(lake, day) as state:
        if not state.catalog.has_type("deal"):
            return read_standings(state, "deal", Scope()), {window: {} for window in WINDOWS}
        sums = {}
        for window in WINDOWS:
            rows = state.query(
                f"""
                select coalesce(currency, ''), sum(coalesce(amount, 0)) from {state.records("deal")}
                where live and stage not in ('Won', 'Lost') and ($first::date is null or close_date between $first and $last) group by 1
                """,
                first=window.first,
                last=window.last,
            ).rows()
            sums[window] = {code: amount for code, amount in rows if amount}
        return read_standings(state, "deal", Scope()), sums


def flowed(lake, since, until, window=Window()):  # noqa: B008
    return flows(evening(lake, since)[0], evening(lake, until)[0], window)


def added(flowed):
    """Sums by currency, without those that are nothing."""
    return {code: amount for code, amount in flowed.group_by("currency").agg(pl.col("amount").sum()).rows() if amount}


@settings(max_examples=20, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
@given(steps=STEPS)
def test_it_balances_to_the_cent_for_any_history_and_a_deal_is_in_one_bucket(tmp_path_factory, clock, steps):
    clock.now = NOON
    before, told = NOON.date() - DAY, {}
    with init_lake(tmp_path_factory.mktemp("lake") / "l.xrm", clock=clock, user="ann") as lake:
        add_many(lake, "deal", [values(place, place) for place in range(3)])
        for step, one, other in [*steps, ("night", 0, 0)]:
            if step == "night":
                told[lake.clock().date()] = read_standings(state_now(lake, lake.clock().date()), "deal", Scope())
                clock.now += DAY
            else:
                with suppress(XrmError, IndexError):
                    do(lake, step, one, other)
        days = {day: evening(lake, day) for day in (before, *told)}
    # Asked later, each day tells what it told then.
    for day, then in told.items():
        assert_frame_equal(days[day][0].records, then.records)
    for window, (since, until) in product(WINDOWS, combinations(days, 2)):
        found = flows(days[since][0], days[until][0], window)
        end = pl.col("bucket") == "end"
        assert added(found.filter(~end)) == added(found.filter(end)) == days[until][1][window]
        assert added(found.filter(bucket="start")) == days[since][1][window]
        moves = found.filter(~pl.col("bucket").is_in(["start", "end", "increased", "decreased"]))
        assert moves["id"].is_unique().all()


@pytest.fixture
def quarter(tmp_path, clock):
    """A lake with a deal for each bucket, as of 2026-03-02; it began on 2026-02-02."""
    clock.now = NOON - 28 * DAY
    with init_lake(tmp_path / "l.xrm", clock=clock, user="ann") as lake:
        due = date(2026, 3, 15)
        rows = [
            {
                "name": name,
                "stage": "Lost" if name == "reopened" else "Proposal",
                "amount": 100 + place,
                "currency": "EUR",
                "close_date": due,
            }
            for place, name in enumerate(
                ("stays", "more", "less", "won", "lost", "pushed", "deleted", "kept", "merged", "reopened", "pulled")
            )
        ]
        rows[-1]["close_date"] = date(2026, 5, 1)
        ids = dict(zip([row["name"] for row in rows], add_many(lake, "deal", rows), strict=True))
        clock.now = NOON
        set_record(lake, ids["more"], {"amount": 151})
        set_record(lake, ids["less"], {"amount": 52})
        set_record(lake, ids["won"], {"stage": "Won", "amount": 203})
        set_record(lake, ids["lost"], {"stage": "Lost"})
        set_record(lake, ids["pushed"], {"close_date": date(2026, 4, 1)})
        set_record(lake, ids["pulled"], {"close_date": date(2026, 3, 31)})
        set_record(lake, ids["reopened"], {"stage": "Proposal"})
        delete_record(lake, ids["deleted"])
        merge(lake, [ids["kept"], ids["merged"]])
        add_record(
            lake, "deal", {"name": "new", "stage": "Proposal", "amount": 1000, "currency": "EUR", "close_date": due}
        )
        add_record(
            lake, "deal", {"name": "quick", "stage": "Won", "amount": 5, "currency": "EUR", "close_date": NOON.date()}
        )
        yield lake


def test_each_deal_stands_where_a_manager_would_look_for_it(quarter):
    found = summed(flowed(quarter, NOON.date() - 28 * DAY, NOON.date(), QUARTER))

    assert dict(found.select("bucket", "amount").rows()) == {
        "start": 100 + 101 + 102 + 103 + 104 + 105 + 106 + 107 + 108, "created": 1000, "reopened": 109, "pulled_in": 110,
        "increased": 50 + 100, "decreased": -50, "pushed_out": -105, "won": -203, "lost": -104, "deleted": -106, "merged": -108,
        "end": 100 + 151 + 52 + 107 + 1000 + 109 + 110,
    }  # fmt: skip
    assert found["bucket"].to_list() == list(BUCKETS)


def test_the_page_names_each_deal_that_moved_and_what_no_end_knows(quarter):
    page = build_report(quarter, "waterfall", since="2026-02-02", period="2026-Q1")

    (moved,) = [block for block in page.blocks if isinstance(block, Table) and block.title.startswith("What moved")]
    assert dict(moved.rows.filter(bucket="won").select("caption", "amount").rows()) == {"won": Decimal("-203.00")}
    text = render(page, "text")
    assert "Open on 2026-02-02" in text
    assert "1 deal came and was won in between" in text
    for form in FORMATS:
        assert render(page, form.name)


def test_an_owner_is_asked_for_alone(quarter):
    with pytest.raises(InvalidValue, match="No owner"):
        build_report(quarter, "waterfall", since="2026-02-02", owner="Nobody")
    page = build_report(quarter, "waterfall", since="2026-02-02", where="amount > 150")
    assert "where amount > 150" in page.subtitle


@pytest.mark.parametrize(
    "options", [{"since": "2026-03-02"}, {"since": "soon"}, {"period": "2026-Q5"}, {"type": "person"}]
)
def test_what_cannot_be_asked_is_refused(quarter, options):
    with pytest.raises((Misuse, InvalidValue)):
        build_report(quarter, "waterfall", **options)


def test_deals_in_two_currencies_are_two_waterfalls(quarter):
    add_record(quarter, "deal", {"name": "dollars", "stage": "Proposal", "amount": 7, "currency": "USD"})

    page = build_report(quarter, "waterfall", since="2026-02-02")

    assert [block.title for block in page.blocks if isinstance(block, Section)] == ["EUR", "USD"]
