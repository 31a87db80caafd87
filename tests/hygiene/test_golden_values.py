"""What a golden record keeps of its members' values."""

from tests.hygiene.many import add_many
from xrm_lake.hygiene.judge import merge
from xrm_lake.store.provenance import provenance
from xrm_lake.store.read import show_record
from xrm_lake.store.trust import trust_source


def test_a_real_value_comes_before_one_that_says_nothing(lake):
    ids = add_many(
        lake,
        "person",
        [{"full_name": "Ann Lee", "job_title": "Buyer"}, {"full_name": "Ann Lee", "job_title": "unknown"}],
    )

    merge(lake, ids)

    golden = show_record(lake, show_record(lake, ids[0]).golden_id)
    assert golden.values["job_title"] == "Buyer"


FULL = {"street": "Hauptstr. 5", "postal_code": "53111", "city": "Bonn", "region": "NRW", "country": "DE"}


def address(lake, *rows, trust=()):
    """The address that survives when persons with these addresses, each of a source of its own, are merged."""
    ids = [
        add_many(lake, "person", [{"full_name": "Ann Lee"} | row], source=f"source{place}")[0]
        for place, row in enumerate(rows)
    ]
    for place, value in enumerate(trust):
        trust_source(lake, f"source{place}", value)
    merge(lake, ids)
    golden = show_record(lake, show_record(lake, ids[0]).golden_id)
    return {name: golden.values[name] for name in FULL if golden.values[name] is not None}


def test_a_whole_address_with_a_slip_in_it_comes_before_a_bare_city(lake):
    slip = FULL | {"country": "Germny"}

    assert address(lake, slip, {"city": "Köln"}) == slip


def test_a_whole_address_that_is_right_comes_before_one_with_a_slip_even_of_a_trusted_source(lake):
    slip = FULL | {"street": "Haupstr. 5", "country": "Germny"}

    assert address(lake, slip, FULL, trust=(2, 1)) == FULL


def test_the_trusted_address_comes_before_a_fuller_one(lake):
    own = {"street": "Ring 1", "city": "Ulm"}

    assert address(lake, FULL, own, trust=(0, 1)) == own


def test_a_trusted_address_with_a_slip_comes_before_a_poorer_one_that_has_none(lake):
    slip = FULL | {"country": "Germny"}

    assert address(lake, {"city": "Ulm", "country": "DE"}, slip, trust=(0, 1)) == slip


def test_an_address_of_which_nothing_is_right_comes_last(lake):
    assert address(lake, {"country": "Germny"}, {"country": "DE", "city": "Ulm"}, trust=(9, 0)) == {
        "country": "DE",
        "city": "Ulm",
    }


def test_provenance_says_that_the_most_complete_address_was_kept(lake):
    ids = add_many(lake, "person", [{"full_name": "Ann Lee", "city": "Ulm"}, {"full_name": "Ann Lee"} | FULL])
    merge(lake, ids)

    told = provenance(lake, show_record(lake, ids[0]).golden_id)

    assert set(told.filter(told["field"].is_in(list(FULL)))["rule"]) == {"most complete"}
