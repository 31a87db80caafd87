"""What was judged is not asked again, until a value that counted has changed."""

import pytest

from tests.hygiene.many import add_many, add_twins, guess, someone
from tests.hygiene.two_types import CANDIDATE
from xrm_lake.errors import ConflictingVerdict
from xrm_lake.hygiene.auto_merge import auto_merge
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.hygiene.guards import guards_of
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.match import list_matches, match
from xrm_lake.hygiene.open_pairs import CHANGED_SINCE
from xrm_lake.hygiene.review import is_open
from xrm_lake.hygiene.seen import _telling, organisation_links
from xrm_lake.hygiene.watched import WATCHED
from xrm_lake.ingest.load import import_files
from xrm_lake.store.links import link_records, unlink
from xrm_lake.store.model import add_type
from xrm_lake.store.read import show_record
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.undo import undo


@pytest.fixture
def twins(lake):
    """Two pairs of twins among others, matched."""
    pairs, _ = add_twins(lake, twins=2)
    match(lake, "person")
    return pairs


def asked(lake):
    return list_matches(lake, "person").select("left_id", "right_id").rows()


@pytest.mark.parametrize("verdict", ["different", "unsure"])
def test_a_pair_that_was_answered_is_not_asked_again(lake, twins, verdict):
    judge(lake, [twins[0]], verdict)
    match(lake, "person")

    assert asked(lake) == [twins[1]]


@pytest.mark.parametrize("verdict", ["different", "unsure"])
@pytest.mark.parametrize("side", [0, 1])
def test_it_is_asked_again_once_a_value_that_matching_looks_at_has_changed(lake, twins, verdict, side):
    decision = judge(lake, [twins[0]], verdict)

    set_record(lake, twins[0][side], {"phone": "+49 30 1234567"})

    assert set(asked(lake)) == set(twins)
    assert lake.query(CHANGED_SINCE).dicts() == [
        {
            "one": twins[0][0], "other": twins[0][1], "left_id": twins[0][0], "right_id": twins[0][1], "verdict": verdict,
            "decision_id": decision,
        }
    ]  # fmt: skip


def test_a_value_that_matching_does_not_look_at_changes_nothing(lake, twins):
    judge(lake, [twins[0]], "different")

    set_record(lake, twins[0][0], {"job_title": "Head of Sales"})

    assert asked(lake) == [twins[1]]


def test_what_was_changed_before_the_answer_was_known_to_it(lake, twins):
    set_record(lake, twins[0][0], {"phone": "+49 30 1234567"})

    judge(lake, [twins[0]], "different")

    assert asked(lake) == [twins[1]]


def test_a_change_that_was_taken_back_changes_nothing(lake, twins):
    judge(lake, [twins[0]], "different")
    before = show_record(lake, twins[0][0]).values["phone"]

    set_record(lake, twins[0][0], {"phone": "+49 30 1234567"})
    undo(lake, lake.counters.batch_id)
    undone = asked(lake)
    set_record(lake, twins[0][0], {"phone": "+49 30 1234567"})
    set_record(lake, twins[0][0], {"phone": before})

    assert undone == [twins[1]]
    assert asked(lake) == [twins[1]]


def test_an_import_that_changes_a_value_has_the_pair_asked_again(lake, tmp_path):
    rows = [someone(place // 2) | {"key_": f"k{place}"} for place in range(4)]
    ids = add_many(lake, "person", rows + [someone(2 + place) for place in range(120)])
    match(lake, "person")
    judge(lake, [(ids[0], ids[1]), (ids[2], ids[3])], "different")

    file = tmp_path / "people.csv"
    file.write_text("id,email\nk1,other@example.org\n", encoding="utf-8")
    import_files(lake, [file], type="person", source="crm", mapping={"id": "key", "email": "email"})

    assert asked(lake) == [(ids[0], ids[1])]


def test_the_answer_stands_until_there_is_another(lake, twins):
    judge(lake, [twins[0]], "different")
    set_record(lake, twins[0][1], {"phone": "+49 30 1234567"})

    believed = clusters(lake, "person", at_least=0.5)
    tried = auto_merge(lake, "person", at_least=0.5, dry_run=True)

    together = believed.filter(record_id=twins[0][0])
    assert together.is_empty()
    assert not set(twins[0]) & set(tried.merged["record_id"])


def test_a_new_answer_settles_it(lake, twins):
    judge(lake, [twins[0]], "different")
    set_record(lake, twins[0][1], {"phone": "+49 30 1234567"})

    judge(lake, [twins[0]], "different")
    again = asked(lake)
    set_record(lake, twins[0][1], {"phone": "+49 30 7654321"})
    merge(lake, twins[0])

    assert again == [twins[1]]
    assert asked(lake) == [twins[1]]
    assert show_record(lake, twins[0][0] + 1).members == twins[0]


def test_being_asked_again_of_one_pair_does_not_override_what_was_said_of_another(lake):
    ids = add_many(lake, "person", [someone(0) for _ in range(3)] + [someone(1 + place) for place in range(120)])
    match(lake, "person")
    judge(lake, [(ids[0], ids[1]), (ids[1], ids[2])], "different")
    merge(lake, [ids[0], ids[2]])
    set_record(lake, ids[1], {"phone": "+49 30 1234567"})

    with pytest.raises(ConflictingVerdict, match="Nothing was changed"):
        judge(lake, [(ids[0], ids[1])], "same")


def test_a_pair_that_is_asked_again_can_be_answered_in_the_review(lake, twins):
    judge(lake, [twins[0]], "different")
    answered = is_open(lake, *twins[0])

    set_record(lake, twins[0][1], {"phone": "+49 30 1234567"})

    assert (answered, is_open(lake, *twins[0]), is_open(lake, *twins[1])) == (False, True, True)
    assert not is_open(lake, 999, 1001)


def test_a_pair_that_is_asked_again_is_marked_as_changed_since(lake, twins):
    judge(lake, [twins[0]], "different")
    set_record(lake, twins[0][1], {"phone": "+49 30 1234567"})
    pairs = list_matches(lake, "person").select("left_id", "right_id")

    marked = guards_of(lake, "person", pairs).filter(guard="changed")

    assert marked.select("left_id", "right_id").rows() == [twins[0]]
    assert "Judged different before" in marked["reason"][0]


def test_what_is_watched_is_what_matching_reads(lake):
    add_type(lake, CANDIDATE)
    watched = {
        (type, field, linked)
        for type, other, field, linked in lake.query(WATCHED).rows()
        if type == other and not lake.catalog.type(type).role_of
    }

    read = set()
    for entity_type in lake.catalog.types:
        if entity_type.role_of is None:
            read |= {(entity_type.name, field, False) for field in _telling(entity_type)}
            read |= {(entity_type.name, link, True) for link in organisation_links(lake, entity_type)}
    assert watched == read
    assert {("person", "full_name", False), ("person", "works_for", True)} <= watched


@pytest.fixture
def whole(lake):
    """Twins of whom only the whole name is known, matched."""
    rows = [someone(place // 2) for place in range(2)] + [someone(1 + place) for place in range(120)]
    ids = add_many(lake, "person", [row | {"given_name": None, "family_name": None} for row in rows])
    match(lake, "person")
    return ids[0], ids[1]


def test_a_whole_name_counts_though_its_parts_are_compared(lake, whole):
    judge(lake, [whole], "different")
    answered = asked(lake)

    set_record(lake, whole[1], {"full_name": "Zoe Quist"})

    assert (answered, asked(lake)) == ([], [whole])


def test_a_new_organisation_counts_and_one_that_goes_and_comes_back_does_not(lake, twins):
    first, second = (add_record(lake, "organisation", {"name": name}) for name in ("Acme Ltd", "Zenith plc"))
    link = link_records(lake, twins[0][0], "works_for", first)
    match(lake, "person")
    judge(lake, [twins[0]], "different")

    unlink(lake, link)
    gone = asked(lake)
    link_records(lake, twins[0][0], "works_for", first)
    back = asked(lake)
    link_records(lake, twins[0][1], "works_for", second)
    batch = lake.counters.batch_id
    other = asked(lake)
    undo(lake, batch)

    assert (set(gone), back, set(other), asked(lake)) == (set(twins), [twins[1]], set(twins), [twins[1]])


def test_people_are_asked_about_again_once_their_organisation_is_called_otherwise(lake, twins):
    firm = add_record(lake, "organisation", {"name": "Acme Ltd", "city": "Bonn"})
    link_records(lake, twins[0][0], "works_for", firm)
    match(lake, "person")
    judge(lake, [twins[0]], "different")
    judge(lake, [twins[1]], "unsure")

    set_record(lake, firm, {"city": "Ulm"})
    moved = asked(lake)
    set_record(lake, firm, {"name": "Zenith plc"})
    batch = lake.counters.batch_id
    renamed = asked(lake)
    undo(lake, batch)
    undone = asked(lake)
    set_record(lake, firm, {"name": "Zenith plc"})
    again = asked(lake)
    set_record(lake, firm, {"name": "Acme Ltd"})

    assert (moved, renamed, undone, again, asked(lake)) == ([], [twins[0]], [], [twins[0]], [])


def test_a_pin_on_a_merged_organisation_renames_it_for_its_people(lake, twins):
    firms = [add_record(lake, "organisation", {"name": name}) for name in ("Acme Ltd", "Acme Limited")]
    link_records(lake, twins[0][0], "works_for", firms[0])
    merge(lake, firms)
    match(lake, "person")
    judge(lake, [twins[0], twins[1]], "different")

    set_record(lake, show_record(lake, firms[0]).golden_id, {"name": "Zenith plc"})

    assert asked(lake) == [twins[0]]


def test_a_run_that_found_no_pair_forgets_nothing_that_counts(lake, twins):
    judge(lake, [twins[0]], "different")
    guess(lake, "person", {})

    set_record(lake, twins[0][0], {"email": "other@example.org"})

    assert len(lake.query(CHANGED_SINCE).rows()) == 1
