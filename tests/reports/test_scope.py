"""The scope of a report: the records that meet all that narrows it, as of its day."""

from datetime import timedelta

import pytest

from tests.hygiene.many import add_many
from tests.reports.gallery.lakes import NOON, link, new_lake
from xrm_lake.errors import InvalidQuery, InvalidValue, UnknownName
from xrm_lake.history.moment import state_of
from xrm_lake.reports.scope import Scope, scope_of
from xrm_lake.store.open import init_lake
from xrm_lake.store.records import add_record, set_record


@pytest.fixture
def lake(tmp_path):
    with new_lake(tmp_path) as lake:
        yield lake


def within(lake, as_of=None, **scope):
    with state_of(lake, as_of) as state:
        scoped = scope_of(state, state.catalog.type("deal"), Scope(**scope))
        return state.query(f"select id from ({scoped.sql}) order by id", **scoped.values).column(), scoped.words


def test_a_scope_that_says_nothing_holds_all_records(lake):
    ids = add_many(lake, "deal", [{"name": "A", "stage": "Won"}, {"name": "B", "stage": "Lost"}])

    assert within(lake) == (sorted(ids), "")


def test_all_that_narrows_must_be_met(lake):
    ids = add_many(
        lake,
        "deal",
        [{"name": name, "stage": "Won", "amount": amount} for name, amount in zip("ABC", (5, 50, 500), strict=True)],
    )
    ann = add_record(lake, "user", {"name": "Ann Smith"})
    link(lake, "owned_by", [(id, ann) for id in ids[:2]])

    assert within(lake, owner="ann smith", where="amount > 10") == ([ids[1]], "owner Ann Smith; where amount > 10")
    assert within(lake, owner=str(ann))[0] == sorted(ids[:2])


def test_a_condition_that_cannot_be_told_of_a_record_leaves_it_out(lake):
    add_many(lake, "deal", [{"name": "A", "stage": "Won"}])

    assert within(lake, where="amount > 10")[0] == []


def test_the_scope_is_that_of_the_day_asked_for(tmp_path):
    now = [NOON - timedelta(days=7)]
    with init_lake(tmp_path, clock=lambda: now[0]) as lake:
        (id,) = add_many(lake, "deal", [{"name": "A", "stage": "Won", "amount": 5}])
        before, now[0] = now[0].date(), NOON
        set_record(lake, id, {"amount": 50})

        assert within(lake, where="amount > 10")[0] == [id]
        assert within(lake, before, where="amount > 10")[0] == []
        assert within(lake, before, where="opened_on is null and date_diff('day', $as_of, date '2026-03-02') = 7")[
            0
        ] == [id]


@pytest.mark.parametrize("hostile", ["true) or (true", "id in (select 1)", "1; drop table entity", "amount >"])
def test_a_condition_is_one_expression_over_the_fields_of_the_type(lake, hostile):
    with pytest.raises(InvalidQuery):
        within(lake, where=hostile)


def test_an_owner_or_a_source_that_is_not_there_is_said(lake):
    add_many(lake, "deal", [{"name": "A", "stage": "Won"}])

    with pytest.raises(InvalidValue, match="No owner"):
        within(lake, owner="Nobody")
    with pytest.raises(UnknownName, match="source"):
        within(lake, source="nowhere")
