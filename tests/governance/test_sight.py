"""Figures about named persons are seen by those whom the lake names, and by nobody else."""

import pytest

from xrm_lake.errors import Refused, UnknownName
from xrm_lake.governance.sight import allow_viewer, disallow_viewer, list_viewers, sees_people
from xrm_lake.store.open import open_lake
from xrm_lake.store.records import add_record


def as_user(lake, user):
    """The same lake, opened by somebody else."""
    path = lake.path
    lake.close()
    return open_lake(path, user=user)


def test_nobody_sees_people_until_somebody_is_allowed(lake):
    assert not sees_people(lake)
    assert list_viewers(lake).is_empty()


def test_the_maker_allows_himself_and_takes_it_back(lake):
    allow_viewer(lake, "ann")
    seen = sees_people(lake)
    told = list_viewers(lake).select("user", "allowed_by").rows()
    disallow_viewer(lake, "ann")

    assert (seen, told, sees_people(lake)) == (True, [("ann", "ann")], False)


def test_another_user_can_allow_nobody_until_he_is_allowed(lake):
    add_record(lake, "person", {"full_name": "Eve Adams"})
    with as_user(lake, "bob") as seen_by_bob, pytest.raises(Refused, match="Only the maker"):
        allow_viewer(seen_by_bob, "bob", by="ann")

    with open_lake(lake.path, user="ann") as again:
        allow_viewer(again, "bob")
    with open_lake(lake.path, user="bob") as seen_by_bob:
        allow_viewer(seen_by_bob, "cleo")
        assert sees_people(seen_by_bob)
        assert list_viewers(seen_by_bob)["allowed_by"].to_list() == ["ann", "bob"]


def test_who_may_not_see_people_cannot_be_disallowed(lake):
    with pytest.raises(UnknownName):
        disallow_viewer(lake, "ann")


def test_every_change_of_it_stands_in_the_ledger(lake):
    allow_viewer(lake, "ann")
    disallow_viewer(lake, "ann")

    rows = lake.query("select old is null, new is null from change where op = 'setting' order by seq").rows()
    assert rows == [(True, False), (False, True)]
