"""The pipeline report: each record counted once, every sum as anyone else would work it out."""

import json
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hygiene.many import add_many
from tests.reports.gallery.lakes import MONDAY, link, new_lake
from xrm_lake.errors import Misuse, UnknownName
from xrm_lake.governance.sight import allow_viewer
from xrm_lake.hygiene.judge import merge
from xrm_lake.model.entity_type import EntityType, Field, Stage
from xrm_lake.reports.build import build_report
from xrm_lake.reports.page import Metric, Note, Section, Table
from xrm_lake.reports.render import render
from xrm_lake.store.model import add_type, retire_type
from xrm_lake.store.records import delete_record

OUTCOMES = {"Prospecting": "open", "Proposal": "open", "Won": "won", "Lost": "lost"}
DEALS = st.lists(
    st.fixed_dictionaries(
        {
            "stage": st.sampled_from([*OUTCOMES, "Daydream", None]),
            "amount": st.none() | st.decimals(-100, 10**7, places=2),
            "currency": st.sampled_from([None, "EUR", "USD"]),
            "close_date": st.none() | st.dates(date(2025, 11, 1), date(2026, 4, 30)),
            "owners_": st.sampled_from([(), (0,), (1,), (0, 1)]),
        }
    ),
    min_size=1,
    max_size=25,
)


def tables(page, title):
    """All tables of a title, with the section each stands in."""
    found = []
    for block in page.blocks:
        inner = block.blocks if isinstance(block, Section) else (block,)
        found += [(block, item) for item in inner if isinstance(item, Table) and item.title.startswith(title)]
    return found


def total(page, title, column):
    return sum(item.rows[column].sum() for _, item in tables(page, title))


def metrics(page):
    return [block for block in page.blocks[0].blocks if isinstance(block, Metric)]


def notes(page):
    return [block.text for block in page.blocks if isinstance(block, Note)]


def add_deals(lake, rows):
    """Deals of two owners; gives their ids. A deal with both owners has come to it by a merge of theirs."""
    owners = add_many(lake, "user", [{"name": "Ann"}, {"name": "Ben"}])
    schema = {"amount": pl.Decimal(18, 2), "close_date": pl.Date}
    plain = [{name: value for name, value in row.items() if name != "owners_"} | {"name": "D"} for row in rows]
    frame = pl.DataFrame(plain, schema_overrides=schema, infer_schema_length=None)
    ids = add_many(lake, "deal", frame.to_dicts())
    link(lake, "owned_by", [(id, owners[place]) for id, row in zip(ids, rows, strict=True) for place in row["owners_"]])
    return ids


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=DEALS)
def test_every_sum_is_what_anyone_else_would_work_out(tmp_path_factory, rows):
    with new_lake(tmp_path_factory.mktemp("lake") / "l.xrm") as lake:
        allow_viewer(lake, lake.user)
        add_deals(lake, rows)

        page = build_report(lake, "pipeline", as_of=MONDAY)

    for title, count in (("By stage", ["records"]), ("By owner", ["open_records", "won_records", "lost_records"])):
        assert sum(total(page, title, name) for name in count) == len(rows)
    for outcome in ("open", "won", "lost"):
        mine = [row for row in rows if OUTCOMES.get(row["stage"], "open") == outcome]
        worth = sum((row["amount"] for row in mine if row["amount"] is not None), Decimal(0))
        for title in ("By owner", "By month"):
            assert total(page, title, f"{outcome}_records") == len(mine)
            assert total(page, title, f"{outcome}_amount") == worth
        said = sum(item.rows.filter(outcome=outcome)["amount"].sum() for _, item in tables(page, "By stage"))
        assert said == worth
        assert next(item.value for item in metrics(page) if item.label == f"{outcome.capitalize()} deals") == len(mine)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=DEALS)
def test_amounts_of_two_currencies_are_never_added_up(tmp_path_factory, rows):
    with new_lake(tmp_path_factory.mktemp("lake") / "l.xrm") as lake:
        add_deals(lake, rows)

        page = build_report(lake, "pipeline", as_of=MONDAY)

    given_in = {row["currency"] or "" for row in rows if row["amount"] is not None}
    sections = {section.title: item for section, item in tables(page, "By stage") if isinstance(section, Section)}
    assert len(sections) == (len(given_in) if len(given_in) > 1 else 0)
    for code in given_in if len(given_in) > 1 else ():
        worth = sum(row["amount"] for row in rows if row["amount"] is not None and (row["currency"] or "") == code)
        assert sections[code or "No currency given"].total["amount"] == worth


def test_the_json_says_what_the_sql_says(tmp_path):
    rows = [
        {"stage": stage, "amount": Decimal(100 + place), "currency": "USD", "close_date": date(2026, 1 + place % 3, 5), "owners_": (place % 2,)}
        for place, stage in enumerate([*OUTCOMES] * 5)
    ]  # fmt: skip
    with new_lake(tmp_path / "l.xrm") as lake:
        add_deals(lake, rows)
        stages = lake.query("select stage, count(*), sum(amount)::double from deal group by stage").rows()
        months = lake.query(
            """
            select strftime(close_date, '%Y-%m'), count(*) filter (where stage = 'Won'), sum(amount) filter (where stage = 'Won')::double
            from deal group by 1
            """
        ).rows()

        told = json.loads(render(build_report(lake, "pipeline", as_of=MONDAY), "json"))

    by_title = {block.get("title"): block for block in told["blocks"]}
    said = [(row["stage"], row["records"], float(row["amount"])) for row in by_title["By stage: deals"]["rows"]]
    assert sorted(said) == sorted(stages)
    said = [
        (row["month"], row["won_records"], float(row["won_amount"])) for row in by_title["By month of closing"]["rows"]
    ]
    assert said == sorted((month, won, worth or 0.0) for month, won, worth in months)


def test_a_deal_with_two_owners_is_counted_under_the_first_of_them(tmp_path):
    with new_lake(tmp_path / "l.xrm") as lake:
        add_deals(lake, [{"stage": "Won", "amount": 5, "owners_": (1, 0)}])

        ((_, table),) = tables(build_report(lake, "pipeline", as_of=MONDAY), "By owner")

    assert table.rows.select("owner", "won_records").rows() == [("Ann", 1)]


def test_two_owners_of_one_name_stay_two_and_one_without_a_name_is_one(tmp_path):
    with new_lake(tmp_path / "l.xrm") as lake:
        owners = add_many(lake, "user", [{"name": "Ann"}, {"name": "Ann"}, {"name": None, "team": "X"}])
        deals = add_many(lake, "deal", [{"name": "D", "stage": "Won", "amount": 5} for _ in range(3)])
        link(lake, "owned_by", list(zip(deals, owners, strict=True)))

        ((_, table),) = tables(build_report(lake, "pipeline", as_of=MONDAY), "By owner")

    assert sorted(table.rows["owner"]) == ["Ann", "Ann", f"user {owners[2]}"]


def test_merged_deals_count_once_and_deleted_ones_not_at_all(tmp_path):
    with new_lake(tmp_path / "l.xrm") as lake:
        ids = add_deals(lake, [{"stage": "Won", "amount": 5, "owners_": (place % 2,)} for place in range(4)])
        merge(lake, ids[:2])
        delete_record(lake, ids[3])

        page = build_report(lake, "pipeline", as_of=MONDAY)

    assert total(page, "By stage", "records") == 2
    assert total(page, "By owner", "won_amount") == 10


def test_stages_stand_in_the_order_of_the_pipeline_and_closed_ones_last(tmp_path):
    with new_lake(tmp_path / "l.xrm") as lake:
        add_deals(
            lake,
            [
                {"stage": stage, "amount": 1, "owners_": ()}
                for stage in ("Won", "Lost", "Proposal", "Prospecting", "Dream", None)
            ],
        )

        ((_, table),) = tables(build_report(lake, "pipeline", as_of=MONDAY), "By stage")

    assert table.rows["stage"].to_list() == ["Prospecting", "Proposal", "(no stage)", "Dream", "Won", "Lost"]


def test_only_open_stages_that_state_a_chance_are_weighted(tmp_path):
    with new_lake(tmp_path / "l.xrm") as lake:
        add_deals(lake, [{"stage": stage, "amount": 100, "owners_": ()} for stage in ("Proposal", "Dream", "Won")])

        page = build_report(lake, "pipeline", as_of=MONDAY)

    ((_, table),) = tables(page, "By stage")
    assert dict(table.rows.select("stage", "weighted").rows()) == {"Proposal": 50.0, "Dream": None, "Won": None}
    assert "1 open deal is in stages that state no chance to win, and left out of what is weighted." in notes(page)
    assert "1 deal has no stage, or one that is not declared, and counts as open." in notes(page)


def test_one_and_many_are_told_apart(tmp_path):
    with new_lake(tmp_path / "l.xrm") as lake:
        late = date(2026, 2, 1)
        add_deals(lake, [{"stage": "Proposal", "amount": 1, "close_date": late, "owners_": (0,)}])
        one = notes(build_report(lake, "pipeline", as_of=MONDAY))
        add_deals(lake, [{"stage": "Proposal", "amount": 1, "close_date": late, "owners_": (0,)}])
        two = notes(build_report(lake, "pipeline", as_of=MONDAY))

    assert one == ["1 deal has no organisation.", "1 open deal should have closed before 2026-03-02."]
    assert two == ["2 deals have no organisation.", "2 open deals should have closed before 2026-03-02."]


def test_a_past_day_says_that_its_stages_are_those_of_today(tmp_path):
    with new_lake(tmp_path / "l.xrm") as lake:
        add_deals(lake, [{"stage": "Won", "amount": 1, "owners_": ()}])

        told = notes(build_report(lake, "pipeline", as_of=date(2026, 2, 1)))

    assert told[0] == "Stages and amounts are those of today: what they were on 2026-02-01 is not told."


def test_a_win_rate_needs_thirty_closed_deals(tmp_path):
    with new_lake(tmp_path / "l.xrm") as lake:
        add_deals(lake, [{"stage": "Won", "amount": 1, "owners_": ()}] * 29)
        few = metrics(build_report(lake, "pipeline", as_of=MONDAY))[-1]
        add_deals(lake, [{"stage": "Lost", "amount": 1, "owners_": ()}])
        enough = metrics(build_report(lake, "pipeline", as_of=MONDAY))[-1]

    assert (few.value, few.why) == (None, "too few records to tell")
    assert (enough.value, enough.num, enough.den) == (29 / 30, 29, 30)


def owners_of(lake):
    ((_, table),) = tables(build_report(lake, "pipeline", as_of=MONDAY), "By owner")
    return table.rows


def test_what_an_owner_lost_is_for_viewers_alone_and_nobody_gets_a_win_rate_of_few(tmp_path):
    lost, won = ({"stage": stage, "amount": 1, "owners_": (0,)} for stage in ("Lost", "Won"))
    with new_lake(tmp_path / "few.xrm") as lake:
        add_deals(lake, [lost] * 29)
        hidden = owners_of(lake)
        allow_viewer(lake, lake.user)
        few = owners_of(lake)
    with new_lake(tmp_path / "enough.xrm") as lake:
        allow_viewer(lake, lake.user)
        add_deals(lake, [lost] * 29 + [won])
        enough = owners_of(lake)

    assert not {"lost_records", "lost_amount", "win_rate"} & set(hidden.columns)
    assert few.select("lost_records", "win_rate").rows() == [(29, None)]
    assert enough.select("lost_records", "win_rate").rows() == [(29, 1 / 30)]


def test_an_empty_lake_says_what_to_do(tmp_path):
    with new_lake(tmp_path / "l.xrm") as lake:
        page = build_report(lake, "pipeline", as_of=MONDAY)

    assert notes(page) == ["There are no deals yet. Bring some in with `xrm import`."]


def test_a_type_made_at_run_time_has_a_pipeline_too(tmp_path):
    fields = (Field("name", "Name", "text"), Field("step", "Step", "choice"), Field("rent", "Rent", "money"))
    stages = (Stage("Offered", 1), Stage("Let", 2, "won", 1.0))
    with new_lake(tmp_path / "l.xrm") as lake:
        add_type(
            lake,
            EntityType("flat", "Flat", "Flats", caption=("name",), fields=fields, stages=stages, stage_field="step"),
        )
        add_many(
            lake, "flat", [{"name": "A", "step": "Let", "rent": 900.5}, {"name": "B", "step": "Offered", "rent": None}]
        )

        page = build_report(lake, "pipeline", as_of=MONDAY, type="flat")

    assert page.title == "Pipeline: flats"
    assert total(page, "By stage", "records") == 2
    assert total(page, "By month", "won_amount") == Decimal("900.50")
    assert "2 flats have no owner." in notes(page)


def test_what_has_no_pipeline_is_refused(tmp_path):
    with new_lake(tmp_path / "l.xrm") as lake:
        with pytest.raises(Misuse, match="People have no pipeline"):
            build_report(lake, "pipeline", type="person")
        with pytest.raises(UnknownName, match="deal"):
            build_report(lake, "pipeline", type="dael")
        with pytest.raises(Misuse, match="It takes: type"):
            build_report(lake, "pipeline", colour="red")
        with pytest.raises(UnknownName, match="pipeline"):
            build_report(lake, "pipelin")
        retire_type(lake, "deal")
        with pytest.raises(Misuse, match="in use"):
            build_report(lake, "pipeline")
