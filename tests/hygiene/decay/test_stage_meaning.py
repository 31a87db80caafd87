"""Whether stages mean what they did: moves, stays, chances, sorting and close dates, worked by hand and on a drift that was planted."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hygiene.decay.through_stages import at, deal, figure, state
from tests.hygiene.many import add_many
from xrm_lake.history.course import read_course
from xrm_lake.history.stage_order import placed_stages
from xrm_lake.history.values import values_over_time
from xrm_lake.hygiene.decay.figure import Figure
from xrm_lake.hygiene.decay.moves import move_rates
from xrm_lake.hygiene.decay.promise import chances_true, win_rises
from xrm_lake.hygiene.decay.pushes import pushed, read_dues, slippage
from xrm_lake.hygiene.decay.sorting import homogeneity_of, outcomes
from xrm_lake.hygiene.decay.stage_meaning import stage_meaning
from xrm_lake.hygiene.decay.standing_out import standing_out
from xrm_lake.hygiene.decay.stays import stays_apart, time_in_stage
from xrm_lake.ingest.load import import_files
from xrm_lake.model.entity_type import EntityType, Field, LinkType, Stage
from xrm_lake.store.bulk import insert_records
from xrm_lake.store.links import link_records
from xrm_lake.store.model import add_link_type, add_stages, add_type
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.undo import undo

STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Won", "Lost")
PLACES = st.integers(0, 5)


def moved(*pairs):
    """Moves between stages, given by their places as (from, to) or (from, to, seconds)."""
    rows = [
        (was, now, "open" if was < 4 else "won", "open" if now < 4 else "won", rest[0] if rest else None)
        for was, now, *rest in pairs
    ]
    schema = {
        "from_place": pl.Int64,
        "place": pl.Int64,
        "from_outcome": pl.String,
        "outcome": pl.String,
        "seconds": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def stages_of(lake, id):
    history = values_over_time(state(lake), lake.catalog.type("deal"), "stage").filter(id=id)
    return [(row["value"], row["since"].date(), row["known"]) for row in history.iter_rows(named=True)]


def test_the_rates_of_moves_by_hand():
    # Forward by one 30 times, over one 10 times, back 5 times, out of won 5 times; 40 are timed, 8 of them in a minute.
    moves = moved(*[(0, 1, 60)] * 8, *[(0, 1, 600)] * 22, *[(0, 2, 600)] * 10, *[(2, 1)] * 5, *[(4, 3)] * 5)

    rates = {each.measure: (each.num, each.den, each.raised) for each in move_rates(moves)}

    assert rates == {
        "regression": (5, 45, True), "skip": (10, 40, False), "reopen": (5, 50, True), "burst": (8, 40, False),
    }  # fmt: skip


@given(
    st.lists(st.tuples(PLACES, PLACES, st.none() | st.integers(0, 9999)).filter(lambda m: m[0] != m[1]), max_size=80)
)
def test_rates_of_moves_are_shares(moves):
    for each in move_rates(moved(*moves)):
        assert 0 <= each.num <= each.den
        assert (each.value is None) == (each.den < 30)


def test_the_ledger_tells_which_stages_a_deal_went_through(lake, clock):
    id = deal(lake, clock, [((3, 2), "Prospecting"), ((3, 9), "Proposal"), ((3, 20), "Won")])

    assert stages_of(lake, id) == [
        ("Prospecting", date(2026, 3, 2), True), ("Proposal", date(2026, 3, 9), True), ("Won", date(2026, 3, 20), True),
    ]  # fmt: skip


def test_a_move_that_was_undone_is_none(lake, clock):
    id = deal(lake, clock, [((3, 2), "Prospecting")])
    at(clock, (3, 9))
    set_record(lake, id, {"stage": "Won"})
    undo(lake, lake.query("select max(batch_id) from batch").value())

    assert stages_of(lake, id) == [("Prospecting", date(2026, 3, 2), True)]


def test_a_close_date_that_was_cleared_is_none_until_it_is_set_again(lake, clock):
    at(clock, (3, 2))
    id = add_record(lake, "deal", {"name": "D", "stage": "Prospecting"})
    for day, close in (((3, 9), "2026-04-30"), ((3, 16), None), ((3, 23), "2026-04-30")):
        at(clock, day)
        set_record(lake, id, {"close_date": close})

    history = values_over_time(state(lake), lake.catalog.type("deal"), "close_date").filter(id=id)

    assert history.select("value", pl.col("since").dt.date()).rows() == [
        (None, date(2026, 3, 2)), ("2026-04-30", date(2026, 3, 9)), (None, date(2026, 3, 16)), ("2026-04-30", date(2026, 3, 23)),
    ]  # fmt: skip


def test_since_when_an_imported_deal_is_in_its_stage_nobody_knows(lake):
    (id,) = add_many(lake, "deal", [{"name": "D", "stage": "Won", "opened_on": date(2026, 1, 7)}])

    assert stages_of(lake, id) == [("Won", date(2026, 1, 7), False)]
    assert read_course(state(lake), lake.catalog.type("deal")).moves.is_empty()


def test_an_imported_history_of_stages_counts_like_the_ledger(lake, clock):
    add_type(lake, EntityType("stage_change", "Stage change", "Stage changes", fields=(
        Field("stage", "Stage", "choice"), Field("changed_at", "Changed at", "datetime"))))  # fmt: skip
    add_link_type(lake, LinkType("change_of", "is a change of", "changed by", ("stage_change",), ("deal",)))
    (id,) = add_many(lake, "deal", [{"name": "D", "stage": "Proposal", "opened_on": date(2026, 1, 7)}])
    for day, stage in ((date(2026, 1, 7), "Prospecting"), (date(2026, 2, 1), "Proposal")):
        change = add_record(lake, "stage_change", {"stage": stage, "changed_at": f"{day} 09:30:00"})
        link_records(lake, change, "change_of", id)
    at(clock, (3, 20))
    set_record(lake, id, {"stage": "Won"})

    assert stages_of(lake, id) == [
        ("Prospecting", date(2026, 1, 7), True), ("Proposal", date(2026, 2, 1), True), ("Won", date(2026, 3, 20), True),
    ]  # fmt: skip


def spells(part, stage, days, ended, owner="1"):
    rows = [(stage, part, owner, "", float(day), end) for day, end in zip(days, ended, strict=True)]
    return pl.DataFrame(rows, schema=["stage", "pipeline", "owner", "quarter", "days", "ended"], orient="row")


def test_who_keeps_deals_in_a_stage_for_longer_is_told(lake):
    quick = [spells("", "Proposal", range(1, 41), [True] * 40, owner) for owner in "123"]
    slow = spells("", "Proposal", [5 * day for day in range(1, 41)], [True] * 30 + [False] * 10, "4")

    told = {each.part: each for each in stays_apart(pl.concat([*quick, slow]), "owner")}

    assert [told[owner].raised for owner in "1234"] == [False, False, False, True]
    # The median of 5, 10, ..., 200 is 100, that of 1, ..., 40 is 20.
    assert told["4"].value == 5.0
    assert figure(time_in_stage(quick[0]), "time_in_stage", "stage", "Proposal").value == 20.0


def cohort(*stages):
    """Closed deals by stage reached: (probability, reached, won)."""
    rows = [
        (place * 10_000 + n, STAGES[place], place, chance, n < won)
        for place, (chance, reached, won) in enumerate(stages)
        for n in range(reached)
    ]
    return pl.DataFrame(rows, schema=["id", "stage", "place", "probability", "won"], orient="row")


def test_a_stage_that_is_won_less_than_the_one_before_is_told():
    told = win_rises(cohort((0.1, 300, 120), (0.3, 200, 40), (0.6, 150, 90)))

    assert told.raised
    assert told.value == pytest.approx(0.2)
    assert told.verdict.startswith("Qualification is won less often than Prospecting, by 20 points")


def test_of_few_closed_deals_it_is_inconclusive():
    told = win_rises(cohort((0.1, 99, 50), (0.3, 99, 10)))

    assert (told.value, told.raised, told.verdict.split(":")[0]) == (None, None, "inconclusive")
    assert all(each.raised is None for each in chances_true(cohort((0.1, 60, 5))))


def test_stated_chances_are_held_against_what_came():
    # Stated 0.2 and 0.8, came 0.5 both times: Brier (0.5 (0.04 + 0.64)) = 0.34, slope 0, nothing told apart.
    told = {each.measure: each for each in chances_true(cohort((0.2, 100, 50), (0.8, 100, 50)))}

    assert told["chance_brier"].value == pytest.approx(0.34)
    assert told["chance_slope"].value == pytest.approx(0.0)
    assert all(each.raised for each in told.values())


def test_pushed_close_dates_by_hand(lake, clock):
    ids = add_many(
        lake, "deal",
        [{"name": "D", "stage": "Proposal", "amount": 100.0, "close_date": date(2026, 3, 15 if n else 31)} for n in range(30)],
    )  # fmt: skip
    for day in (10, 20):
        at(clock, (3, day))
        for id in ids[:15]:
            set_record(lake, id, {"close_date": date(2026, 3, day + 20 - 9 * (day == 20))})
    course = read_course(state(lake), lake.catalog.type("deal"))
    dues = read_dues(state(lake), course)

    told = {each.measure: each for each in pushed(course.records, dues, course.end)}

    # 14 deals moved from the 15th to the 30th and to the 31st, one from the 31st back to the 30th and on to the 31st: 29 pushes.
    assert (told["pushes"].num, told["pushes"].den) == (29, 30)
    assert told["slip_days"].raised is None
    assert (told["pushed_twice"].num, told["pushed_twice"].den) == (1400.0, 3000.0)
    assert (told["past_due"].num, told["past_due"].den) == (15, 30)
    assert (told["month_end"].num, told["month_end"].raised) == (15, True)


def test_slippage_is_what_was_due_and_stayed_open(lake, clock):
    at(clock, (1, 10))
    ids = [
        add_record(lake, "deal", {"name": "D", "stage": "Proposal", "amount": 10, "close_date": "2026-02-15"})
        for _ in range(40)
    ]
    at(clock, (2, 14))
    for id in ids[:10]:
        set_record(lake, id, {"stage": "Won"})
    at(clock, (3, 2))
    for id in ids[10:20]:
        set_record(lake, id, {"stage": "Won"})
    course = read_course(state(lake), lake.catalog.type("deal"))

    told = slippage(course, read_dues(state(lake), course))

    assert (told.num, told.den, told.raised) == (300.0, 400.0, True)


def test_one_owner_whose_stages_mean_otherwise_is_the_one_that_is_told(lake, clock):
    owners = [add_record(lake, "user", {"name": f"User {n}"}) for n in range(4)]
    for n, owner in enumerate(owners):
        first = "Negotiation" if n == 3 else "Prospecting"
        at(clock, (3, 2))
        with lake.write("edit") as batch:
            ids = [batch.new_entities(1) for _ in range(40)]
            rows = [{"id": id, "source_key": None, "extra": None, "name": "D", "stage": first} for id in ids]
            frame = pl.DataFrame(rows, schema_overrides={"source_key": pl.String, "extra": pl.String})
            insert_records(batch, lake.catalog.type("deal"), frame, source="crm")
        for id in ids:
            link_records(lake, id, "owned_by", owner)

    told = stage_meaning(state(lake), lake.catalog.type("deal"))

    firsts = {each.part: each.raised for each in told if each.measure == "first_stage" and each.split == "owner"}
    assert firsts == {str(owner): owner == owners[3] for owner in owners}


def test_a_type_without_stages_has_no_stage_meaning(lake):
    assert stage_meaning(state(lake), lake.catalog.type("person")) == []


def test_any_type_with_stages_has_one(lake, clock):
    ticket = lake.catalog.type("ticket")
    told = stage_meaning(state(lake), ticket)

    assert bool(told) == bool(ticket.stages)


def test_who_wins_how_often_in_maven_is_chance(lake, shared_data):
    folder = shared_data / "crm" / "maven"
    import_files(
        lake, [folder / name for name in ("accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv")]
    )
    course = read_course(state(lake), lake.catalog.type("deal"))

    found = homogeneity_of(outcomes(course), "owner")

    assert (round(found.g, 1), found.df, round(found.p, 2), round(found.bits, 4)) == (33.3, 29, 0.26, 0.0036)
    without = lake.query(
        "select avg((id not in (select from_golden from link where type = 'for_organisation' and ended_at is null))::int) from deal"
    ).value()
    assert round(100 * without, 1) == 16.2
    told = [
        each
        for each in stage_meaning(state(lake), lake.catalog.type("deal"))
        if each.measure == "outcome" and each.split == "owner"
    ]
    assert len(told) == 30
    assert not any(each.raised for each in told)


def test_a_spell_ends_where_the_next_begins(lake, clock):
    deal(lake, clock, [((3, 2), "Prospecting"), ((3, 9), "Proposal")])
    course = read_course(state(lake), lake.catalog.type("deal"))

    assert course.spells["until"].to_list()[1] is None
    assert (course.spells["until"][0] - course.spells["since"][0]) // timedelta(days=1) == 7
    assert course.moves["seconds"].to_list() == [pytest.approx(7 * 86_400, abs=5)]
    assert course.end == datetime(2026, 3, 10)  # noqa: DTZ001 (naive UTC throughout)


def shares(*pairs):
    return [
        Figure("skip", num / den, num, den, num / den > 0.25, "", "owner", str(n)) for n, (num, den) in enumerate(pairs)
    ]


def test_where_all_owners_do_alike_none_is_blamed():
    told = standing_out(Figure("skip", 0.4, 120, 300, True, ""), shares((40, 100), (38, 100), (42, 100)))

    assert not any(each.raised for each in told)


def test_the_one_owner_who_does_otherwise_is_told_though_the_whole_is_fine():
    told = standing_out(Figure("skip", 0.2, 80, 400, False, ""), shares((5, 100), (10, 100), (5, 100), (60, 100)))

    assert [each.raised for each in told] == [False, False, False, True]


def test_a_stage_that_an_import_has_met_has_a_place_only_by_its_chance(lake):
    add_many(lake, "deal", [{"name": "D", "stage": "Prospecting"}])
    with lake.write("import") as batch:
        add_stages(batch, "deal", [Stage("Demo", 7), Stage("Unclear", 8)])
    add_many(lake, "deal", [{"name": "D", "stage": "Demo", "probability": 35}])

    told = placed_stages(state(lake), lake.catalog.type("deal")).filter(outcome="open").select("stage", "place").rows()

    assert dict(told) == {
        "Prospecting": 0,
        "Qualification": 1,
        "Demo": 2,
        "Proposal": 3,
        "Negotiation": 4,
        "Unclear": None,
    }
