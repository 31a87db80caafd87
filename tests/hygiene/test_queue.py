"""The queue: what is asked first, what a filter leaves, and that an answer moves nothing but itself."""

from datetime import date

import pytest

from tests.hygiene.many import add_many, guess, someone
from xrm_lake.errors import InvalidValue, Refused, UnknownName
from xrm_lake.hygiene.count_matches import count_matches
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.owners import list_owners
from xrm_lake.hygiene.queue import ALL, count_open, draw_queue, last_change, open_of, queue_pairs
from xrm_lake.store.links import link_records
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.undo import undo

DAY = date(2026, 3, 2)


def pairs_of(frame):
    return frame.select("left_id", "right_id").rows()


@pytest.fixture
def three(lake):
    """Three pairs of people, the least likely of which has the most hanging on it."""
    ids = add_many(lake, "person", [someone(place // 2) for place in range(6)])
    pairs = list(zip(ids[::2], ids[1::2], strict=True))
    guess(lake, "person", dict(zip(pairs, (0.97, 0.9, 0.8), strict=True)))
    deal = add_record(lake, "deal", {"name": "Big", "stage": "Proposal", "amount": "9000"})
    link_records(lake, deal, "involves", pairs[2][1])
    return pairs


def test_what_hangs_on_a_pair_decides_when_it_is_asked(lake, three):
    assert pairs_of(queue_pairs(lake, "person")) == three
    assert pairs_of(queue_pairs(lake, "person", order="value"))[0] == three[2]
    assert pairs_of(queue_pairs(lake, "person", order="information")) == three[::-1]


def test_open_business_recent_activities_and_links_make_the_stake(lake, three):
    one = three[0][0]
    won = add_record(lake, "deal", {"name": "Won", "stage": "Won", "amount": "5000"})
    link_records(lake, won, "involves", one)
    for moment in ("2026-02-01 10:00", "2024-02-01 10:00"):
        link_records(lake, add_record(lake, "activity", {"subject": "Call", "happened_at": moment}), "about", one)

    row = queue_pairs(lake, "person", order="value", as_of=DAY).filter(left_id=one).row(0, named=True)

    assert (row["open_amount"], row["activities"], row["links"]) == (0, 1, 3)
    assert row["stake"] == 50 + 3 * 20


def test_a_deal_that_is_joined_twice_is_one_deal(lake, three):
    deal = lake.query("select id from deal").value()
    link_records(lake, deal, "related_to", three[2][1])

    row = queue_pairs(lake, "person", order="value").filter(left_id=three[2][0]).row(0, named=True)

    assert (row["open_amount"], row["links"]) == (9000, 2)


def test_money_of_another_currency_counts_by_what_is_usual_there(lake, three):
    lake_deal = lake.query("select id from deal").value()
    set_record(lake, lake_deal, {"currency": "EUR"})
    for amount in ("7000", "11000"):
        add_record(lake, "deal", {"name": "Usual", "stage": "Proposal", "amount": amount, "currency": "EUR"})
    yen = add_record(lake, "deal", {"name": "Yen", "stage": "Proposal", "amount": "1500000", "currency": "JPY"})
    link_records(lake, yen, "involves", three[0][0])

    row = queue_pairs(lake, "person", order="value").filter(left_id=three[0][0]).row(0, named=True)

    assert row["open_amount"] == 9000


def test_what_is_merged_hangs_on_its_golden_record(lake, three):
    other = add_many(lake, "person", [someone(9)])[0]
    guess(lake, "person", {three[0]: 0.97, (three[2][0], other): 0.8})
    merge(lake, three[2])

    assert queue_pairs(lake, "person", order="value")["open_amount"].to_list() == [9000, 0]


def test_filters_keep_what_is_in_them(lake, three):
    ids = add_many(lake, "person", [someone(7), someone(7)], source="hubspot")
    guess(lake, "person", dict(zip([*three, tuple(ids)], (0.97, 0.9, 0.8, 0.7), strict=True)))

    assert pairs_of(queue_pairs(lake, "person", source="hubspot")) == [tuple(ids)]
    assert pairs_of(queue_pairs(lake, "person", at_least=0.75, at_most=0.95)) == three[1:]
    with pytest.raises(UnknownName, match="Did you mean 'hubspot'"):
        queue_pairs(lake, "person", source="hubspt")


def test_an_owner_is_asked_about_their_records_and_those_of_their_deals(lake, three):
    ann, bob = (add_record(lake, "user", {"name": name}) for name in ("Ann Owner", "Bob Owner"))
    link_records(lake, three[0][1], "owned_by", ann)
    link_records(lake, lake.query("select id from deal").value(), "owned_by", bob)

    assert pairs_of(queue_pairs(lake, "person", owner=ann)) == [three[0]]
    assert pairs_of(queue_pairs(lake, "person", owner="bob owner", order="value")) == [three[2]]
    assert list_owners(lake).rows() == [(ann, "Ann Owner", 1), (bob, "Bob Owner", 1)]
    for nobody in ("Ann Owmer", 9999):
        with pytest.raises(InvalidValue, match="there are 2 owners"):
            queue_pairs(lake, "person", owner=nobody)


def test_an_order_a_band_and_an_audit_that_cannot_be_are_refused(lake):
    with pytest.raises(UnknownName, match="value"):
        queue_pairs(lake, "person", order="valu")
    with pytest.raises(InvalidValue):
        queue_pairs(lake, "person", at_least=0.9, at_most=0.8)
    with pytest.raises(InvalidValue, match="without source"):
        queue_pairs(lake, "person", order="audit", source="crm")
    with pytest.raises(UnknownName):
        queue_pairs(lake, "persn")
    with pytest.raises(Refused, match="never matched"):
        queue_pairs(lake, "person")


def test_as_many_pairs_are_counted_as_are_listed(lake, three):
    assert count_matches(lake, "person") == 3
    assert count_matches(lake, "person", at_least=0.75, at_most=0.95) == 2
    judge(lake, [three[0]], "different")
    assert count_matches(lake, "person", order="value") == queue_pairs(lake, "person", order="value").height == 2


def many(lake, count=150):
    ids = add_many(lake, "person", [someone(place // 2) for place in range(2 * count)])
    pairs = list(zip(ids[::2], ids[1::2], strict=True))
    guess(lake, "person", {pair: 0.99 + place / 20_000 for place, pair in enumerate(pairs)})
    return pairs


def test_a_random_sample_is_drawn_of_all_certain_pairs_or_none(lake):
    many(lake)

    assert "audit" in set(queue_pairs(lake, "person", order="value")["why"])
    assert set(queue_pairs(lake, "person", order="value", source="crm")["why"]) == {"value", "information"}
    assert set(queue_pairs(lake, "person", order="value", at_most=0.999)["why"]) == {"value", "information"}
    assert set(queue_pairs(lake, "person", order="audit")["why"]) == {"audit"}


def test_what_is_drawn_by_lot_comes_first_when_an_audit_is_asked_for(lake):
    many(lake)
    drawn = pairs_of(queue_pairs(lake, "person", order="value").filter(why="audit"))

    assert pairs_of(queue_pairs(lake, "person", order="audit", limit=len(drawn))) == drawn


def test_an_answer_leaves_the_queue_and_what_is_left_keeps_its_place(lake):
    many(lake)
    before = queue_pairs(lake, "person", order="value")
    answered = pairs_of(before)[0:40:3]

    decisions = [judge(lake, [pair], "different") for pair in answered[1:]]
    decisions.append(merge(lake, answered[0]))
    after = queue_pairs(lake, "person", order="value")
    for decision in decisions:
        undo(lake, decision)

    assert pairs_of(after) == [pair for pair in pairs_of(before) if pair not in answered]
    assert queue_pairs(lake, "person", order="value").equals(before)


def test_pages_of_the_queue_make_the_queue(lake):
    many(lake, 30)
    whole = queue_pairs(lake, "person", order="value")

    pages = [queue_pairs(lake, "person", order="value", limit=7, offset=start) for start in range(0, 35, 7)]

    assert [pair for page in pages for pair in pairs_of(page)] == pairs_of(whole)


def test_the_next_few_are_found_however_many_before_them_are_answered(lake, monkeypatch):
    pairs = many(lake, 40)
    monkeypatch.setattr("xrm_lake.hygiene.queue._HEADS", (3, 9))
    kept = draw_queue(lake, "person", order="score")
    judge(lake, pairs_of(kept)[:8], "different")

    assert pairs_of(open_of(lake, "person", kept, limit=2)) == pairs_of(kept)[8:10]
    assert len(pairs_of(open_of(lake, "person", kept, limit=len(pairs)))) == 32


def test_a_drawn_queue_may_be_kept_while_only_judging_goes_on(lake, three):
    kept, mark = draw_queue(lake, "person", order="value", within=ALL), last_change(lake)
    undo(lake, merge(lake, three[0]))
    merge(lake, three[0])
    judged = last_change(lake)
    add_many(lake, "person", [someone(9)])

    assert open_of(lake, "person", kept).equals(queue_pairs(lake, "person", order="value").drop("guards", "sentence"))
    assert count_open(lake, kept) == 2
    assert (judged, last_change(lake)) == (mark, lake.query("select max(batch_id) from batch").value())


def test_two_clusters_are_asked_about_once(lake):
    a, b, c = add_many(lake, "person", [someone(1)] * 3)
    guess(lake, "person", {(a, b): 0.99, (a, c): 0.7, (b, c): 0.9})
    merge(lake, [a, b])

    assert pairs_of(queue_pairs(lake, "person", order="score")) == [(b, c)]
