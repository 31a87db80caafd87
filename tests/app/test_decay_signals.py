"""The Decay page tells the signals when asked, and names owners to nobody who may not see them."""

from datetime import date

from tests.app.test_pages import no_fault
from tests.hygiene.many import add_many
from xrm_lake.governance.sight import allow_viewer
from xrm_lake.store.links import link_records
from xrm_lake.store.records import add_record


def shown(at):
    no_fault(at)
    at.button(key="look_for_signals").click()
    (grid,) = [frame.value for frame in no_fault(at.run()).dataframe if "verdict" in frame.value]
    return grid


def test_signals_are_told_when_asked_for_and_owners_by_name_to_viewers_alone(small, visit):
    owners = [add_record(small, "user", {"name": name}) for name in ("Bob Baker", "Cleo Carter", "Dan Drew")]
    for n, owner in enumerate(owners):
        day = date(2026, 2, 28 if n == 2 else 17)
        for id in add_many(small, "deal", [{"name": "D", "stage": "Won", "close_date": day} for _ in range(35)]):
            link_records(small, id, "owned_by", owner)

    before = shown(visit(small, "decay"))
    allow_viewer(small, "ann")
    after = shown(visit(small, "decay"))

    assert "owner one of 3 owners" in set(before["whose"])
    assert not any("Dan" in whose for whose in before["whose"])
    assert "owner Dan Drew" in set(after["whose"])
