"""Matching what is new: what a full run would find, at the cost of what is new; nothing else moves."""

import json
import threading

import pytest

from tests.hygiene.crowd import crowd, found, import_people
from tests.hygiene.many import add_many
from xrm_lake.errors import Misuse, Refused, UnknownName
from xrm_lake.hygiene import match_new as module
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.match import match
from xrm_lake.hygiene.match_new import match_new
from xrm_lake.model.entity_type import Field
from xrm_lake.store.doctor import doctor
from xrm_lake.store.links import link_records, unlink
from xrm_lake.store.model import add_field, rename_field, retire_field
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.undo import undo


@pytest.fixture
def matched(lake):
    """A lake of 500 people that was matched, 40 of them there twice; gives it with the ids of all."""
    rows = crowd(460, twins=80)
    ids = import_people(lake, rows[:500])
    match(lake, "person")
    lake.rest, lake.ids = rows[500:], ids
    return lake


def cluster_of(lake):
    return dict(clusters(lake, "person").select("record_id", "cluster_id").iter_rows())


def test_new_records_find_what_a_full_run_finds(matched):
    fresh = import_people(matched, matched.rest)

    told = match_new(matched, "person")
    incremental = found(matched, 0.9)
    match(matched, "person")
    full = found(matched, 0.9)

    wanted = {pair for pair in full if pair[1] in fresh}
    assert told.anew is None
    assert told.records == len(fresh)
    assert len(wanted) >= 38
    assert len(wanted & set(incremental)) >= 0.98 * len(wanted)
    assert len(set(incremental) - set(full)) <= 0.02 * len(full)


def test_what_it_gives_are_the_pairs_of_the_new_records_best_first_with_evidence(matched):
    fresh = import_people(matched, matched.rest)

    told = match_new(matched, "person", at_least=0.9)

    assert set(told.pairs["right_id"]) <= set(fresh)
    assert told.pairs["score"].is_sorted(descending=True)
    assert told.pairs["score"].min() >= 0.9
    evidence = json.loads(told.pairs["evidence"][0])
    assert {each["field"] for each in evidence} >= {"given_name", "family_name", "email"}


def test_the_pairs_in_which_no_changed_record_takes_part_stay_as_they_are(matched):
    before = found(matched)
    import_people(matched, matched.rest)

    match_new(matched, "person")

    after = found(matched)
    assert before.items() <= after.items()


def test_where_nothing_changed_nothing_is_written(matched):
    batches = matched.query("select count(*) from batch").value()

    told = match_new(matched, "person")

    assert (told.pairs.height, told.records, told.anew) == (0, 0, None)
    assert matched.query("select count(*) from batch").value() == batches


def test_a_second_run_gives_nothing_new(matched):
    import_people(matched, matched.rest)
    match_new(matched, "person")
    once = found(matched)

    told = match_new(matched, "person")

    assert (told.records, found(matched)) == (0, once)


def test_records_that_came_in_two_runs_find_one_another(matched):
    somebody = {"full_name": "Zdenka Wojciechowska", "email": "zdenka.w@firma.example", "phone": "+48221234567"}
    (one,) = add_many(matched, "person", [somebody])
    match_new(matched, "person")
    (other,) = add_many(matched, "person", [somebody])

    match_new(matched, "person")

    assert found(matched, 0.9).keys() >= {(one, other)}


def test_the_pairs_of_a_deleted_record_go_and_come_back_with_it(matched):
    left, right = max(found(matched), key=found(matched).__getitem__)
    batch = delete_record(matched, right)

    match_new(matched, "person")
    gone = found(matched)
    undo(matched, batch)
    match_new(matched, "person")

    assert not [pair for pair in gone if right in pair]
    assert (left, right) in found(matched)


def test_a_record_that_became_another_loses_its_pairs_and_finds_new_ones(matched):
    left, right = max(found(matched), key=found(matched).__getitem__)
    lone = next(id for id in matched.ids if not any(id in pair for pair in found(matched)))
    names = ("full_name", "given_name", "family_name", "email", "phone", "birth_date", "city")
    told = matched.query(f"select {', '.join(names)} from rec_person where id = $id", id=lone).one()

    set_record(matched, right, told)
    match_new(matched, "person")

    assert (left, right) not in found(matched)
    assert (min(lone, right), max(lone, right)) in found(matched, 0.9)


def test_a_person_whose_organisation_changed_is_looked_at_again(matched):
    firm = add_record(matched, "organisation", {"name": "Acme"})
    link_records(matched, matched.ids[0], "works_for", firm)
    assert match_new(matched, "person").records == 1

    set_record(matched, firm, {"name": "Acme Holding"})

    assert match_new(matched, "person").records == 1


def test_untouched_clusters_keep_their_ids_and_joined_ones_the_older(matched):
    before = cluster_of(matched)
    import_people(matched, matched.rest)

    match_new(matched, "person")

    after = cluster_of(matched)
    assert len(before) >= 30
    assert before.items() <= after.items()
    assert len(after) > len(before)
    assert all(cluster <= record for record, cluster in after.items())


def test_a_record_that_joins_two_clusters_gives_them_the_older_id(lake):
    rows = crowd(300, twins=30)
    import_people(lake, rows)
    whole = {"full_name": "Ada Quist", "given_name": "Ada", "family_name": "Quist"}
    half = {"email": "ada.quist@firma.example", "phone": "+4722123456", "birth_date": None, "city": "Bergen"}
    one = add_many(lake, "person", [whole | {"email": "ada.quist@firma.example"}])[0]
    other = add_many(lake, "person", [whole | {"phone": "+4722123456", "city": "Bergen"}])[0]
    match(lake, "person")

    (bridge,) = add_many(lake, "person", [whole | half])
    match_new(lake, "person")

    of = cluster_of(lake)
    assert {of.get(one), of.get(other), of.get(bridge)} == {one}


def test_what_was_judged_different_stays_apart_whatever_is_new(matched):
    (left, right), _ = max(found(matched).items(), key=lambda item: item[1])
    judge(matched, [(left, right)], "different")
    values = matched.query(
        "select full_name, given_name, family_name, email, city from rec_person where id = $id", id=left
    )
    (third,) = add_many(matched, "person", [values.one()])

    told = match_new(matched, "person")

    of = cluster_of(matched)
    assert of.get(left, left) != of.get(right, right)
    assert (left, right) not in set(told.pairs.select("left_id", "right_id").iter_rows())
    assert any(third in pair for pair in found(matched, 0.5))


def test_what_is_merged_is_matched_by_its_members(matched):
    left, right = max(found(matched), key=found(matched).__getitem__)
    merge(matched, [left, right])
    set_record(matched, left + 1, {"city": "Oslo"})

    match_new(matched, "person")

    assert (left, right) in found(matched)
    assert not [pair for pair in found(matched) if pair[0] % 2 == 0 or pair[1] % 2 == 0]


def test_many_new_records_are_matched_anew_and_that_is_said(matched):
    import_people(matched, crowd(150, twins=0, seed=2))

    told = match_new(matched, "person")

    assert "more than a fifth" in told.anew
    assert told.records == 650
    assert match_new(matched, "person").records == 0


def test_growth_is_counted_over_all_runs_since_the_full_one(matched):
    for seed in (2, 3):
        import_people(matched, crowd(60, twins=0, seed=seed))
        told = match_new(matched, "person")

    assert told.anew is not None


def test_a_type_that_was_never_matched_is_matched_whole(lake):
    import_people(lake, crowd(150, twins=20))

    told = match_new(lake, "person")

    assert told.anew == "no match run has been made yet"
    assert told.pairs.height >= 18


@pytest.mark.parametrize(
    "change",
    [
        lambda lake: retire_field(lake, "person", "phone"),
        lambda lake: add_field(lake, "person", Field("passport", "Passport", "identifier")),
    ],
    ids=["a field retired", "a field added"],
)
def test_other_fields_mean_a_full_run(matched, change):
    change(matched)

    assert match_new(matched, "person").anew == "the fields have changed since the last match run"


def test_another_label_means_nothing(matched):
    rename_field(matched, "person", "phone", label="Telephone")

    assert match_new(matched, "person").anew is None


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("delete from match_key_person_ where hash % 7 = 0", "not complete"),
        ("drop table match_key_person_", "not complete"),
        ("update matcher set model = 'nonsense'", "cannot be read"),
        ('update matcher set model = \'{"fields": {}, "kept": "[]"}\'', "cannot be read"),
        ("delete from matcher", "no match run"),
    ],
)
def test_what_was_meddled_with_is_made_anew(matched, damage, said):
    with matched.write("edit") as batch:
        batch.execute(damage)
    import_people(matched, matched.rest)

    told = match_new(matched, "person")

    assert said in told.anew
    assert match_new(matched, "person").anew is None
    assert doctor(matched).healthy


def test_what_another_engine_learned_is_not_believed(matched, monkeypatch):
    monkeypatch.setattr("xrm_lake.hygiene.known.engine", lambda: "another")

    assert "another version" in match_new(matched, "person").anew


def test_a_run_that_is_stopped_leaves_the_lake_as_it_was(matched):
    import_people(matched, matched.rest)
    before, kept = found(matched), matched.query("select * from matcher").rows()

    def stop(what, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        match_new(matched, "person", progress=stop)

    assert (found(matched), matched.query("select * from matcher").rows()) == (before, kept)
    assert match_new(matched, "person").records == 40


def test_two_runs_at_once_do_not_mix(matched, monkeypatch):
    import_people(matched, matched.rest)
    real = module.find_news

    def slow(*given, **named):
        news = real(*given, **named)
        other = threading.Thread(target=match, args=(matched, "person"))
        other.start()
        other.join()
        return news

    monkeypatch.setattr(module, "find_news", slow)

    with pytest.raises(Refused, match=r"Another match run of person ended meanwhile\. Nothing was changed"):
        match_new(matched, "person")


def test_hostile_values_are_matched_as_any_other(matched):
    hostile = [
        "'; drop table entity; --",
        "\u0000\u202e\U0001f600" * 40,
        "%_" * 500,
        "a" * 1_000_000,
        "NaN",
        "inf",
        '"[]{}',
    ]
    rows = [
        {"full_name": text, "given_name": text, "family_name": text, "city": text} for text in hostile for _ in range(2)
    ]
    ids = add_many(matched, "person", rows)

    told = match_new(matched, "person")

    assert told.anew is None
    assert told.records == len(ids)
    assert matched.query("select count(*) from entity").value() == 500 + len(ids)


SAME = {"full_name": "Test Case", "given_name": "Test", "family_name": "Case", "email": "test@case.example"}


def test_of_many_identical_records_each_pairs_with_the_first_only(matched):
    ids = add_many(matched, "person", [SAME] * 90)

    told = match_new(matched, "person")

    assert (told.records, told.anew) == (90, None)
    incremental = pairs_of(matched, ids)
    match(matched, "person")
    assert incremental == pairs_of(matched, ids) == {(ids[0], id) for id in ids[1:]}


def test_more_copies_of_what_is_there_a_thousand_times_bring_one_pair_each(lake):
    import_people(lake, crowd(150, twins=0))
    first, *_ = add_many(lake, "person", [SAME] * 1_000)
    match(lake, "person")
    before = found(lake)

    fresh = add_many(lake, "person", [SAME] * 200)
    told = match_new(lake, "person")

    assert told.anew is None
    assert found(lake).keys() - before.keys() == {(first, id) for id in fresh}


def test_a_few_copies_of_what_is_there_many_times_bring_one_pair_each_too(matched):
    first, *_ = add_many(matched, "person", [SAME] * 60)
    match(matched, "person")
    before = found(matched)

    fresh = add_many(matched, "person", [SAME] * 3)
    match_new(matched, "person")

    assert found(matched).keys() - before.keys() == {(first, id) for id in fresh}


@pytest.mark.parametrize("copies", [5, 40])
def test_copies_stay_together_when_the_one_they_hang_on_goes(matched, copies):
    first, second, *rest = add_many(matched, "person", [SAME] * copies)
    match(matched, "person")
    delete_record(matched, first)

    match_new(matched, "person")

    incremental = found(matched)
    assert {(second, id) for id in rest} <= incremental.keys()
    assert not [pair for pair in incremental if first in pair]
    (fresh,) = add_many(matched, "person", [SAME])
    match_new(matched, "person")
    assert (second, fresh) in found(matched)


def test_where_more_hang_on_a_changed_record_than_pays_all_are_matched_anew_and_that_is_said(lake):
    import_people(lake, crowd(150, twins=0))
    first, second, *rest = add_many(lake, "person", [SAME] * 100)
    match(lake, "person")
    delete_record(lake, first)

    told = match_new(lake, "person")

    assert "many identical ones" in told.anew
    assert {(second, id) for id in rest} <= found(lake).keys()


def test_a_new_record_meets_all_copies_of_many_variants(lake):
    import_people(lake, crowd(260, twins=20))
    variants = [
        SAME | {"city": f"{word}stadt"} for word in ("Neu", "Alt", "Ober", "Unter", "Frei", "Wald", "See", "Burg")
    ]
    variants += [each | {"phone": f"+4922812345{place}"} for each in variants for place in (10, 77)]
    ids = add_many(lake, "person", [each for each in variants[:20] for _ in range(30)])
    match(lake, "person")

    (fresh,) = add_many(lake, "person", [SAME | {"city": "Halberstadt"}])
    match_new(lake, "person")

    incremental = pairs_of(lake, [fresh])
    match(lake, "person")
    assert incremental == pairs_of(lake, [fresh]) == {(id, fresh) for id in ids}


def pairs_of(lake, ids):
    return {pair for pair in found(lake) if not set(ids).isdisjoint(pair)}


def test_people_whose_organisation_was_merged_or_parted_are_looked_at_again(matched):
    one, other = (add_record(matched, "organisation", {"name": name}) for name in ("Acme", "Acme Holding and Sons"))
    link_records(matched, matched.ids[0], "works_for", one)
    link_records(matched, matched.ids[1], "works_for", other)
    match_new(matched, "person")

    decision = merge(matched, [one, other])
    merged = match_new(matched, "person").records
    again = match_new(matched, "person").records
    undo(matched, decision)
    parted = match_new(matched, "person").records

    assert (merged, again, parted) == (2, 0, 2)


def test_people_whose_merged_organisation_is_pinned_or_no_more_are_looked_at_again(matched):
    one, other = (add_record(matched, "organisation", {"name": name}) for name in ("Acme", "Zenith"))
    link_records(matched, matched.ids[0], "works_for", one)
    merge(matched, [one, other])
    match_new(matched, "person")

    set_record(matched, matched.query("select golden_id from entity where id = $id", id=one).value(), {"name": "Nadir"})
    pinned = match_new(matched, "person").records
    undo(matched, matched.query("select max(batch_id) from batch where kind = 'edit'").value())
    free = match_new(matched, "person").records

    assert (pinned, free) == (1, 1)


def test_people_whose_link_to_an_organisation_ended_or_whose_organisation_went_are_looked_at_again(matched):
    one, other = (add_record(matched, "organisation", {"name": name}) for name in ("Acme", "Zenith"))
    link = link_records(matched, matched.ids[0], "works_for", one)
    link_records(matched, matched.ids[1], "works_for", other)
    match_new(matched, "person")

    unlink(matched, link)
    ended = match_new(matched, "person").records
    batch = delete_record(matched, other)
    gone = match_new(matched, "person").records
    undo(matched, batch)
    back = match_new(matched, "person").records

    assert (ended, gone, back) == (1, 1, 1)


def test_a_tiny_table_is_compared_with_all(lake):
    import_people(lake, crowd(60, twins=10))
    match(lake, "person")
    (fresh,) = import_people(lake, crowd(1, twins=0))

    told = match_new(lake, "person")

    assert told.anew is None
    assert fresh in set(told.pairs["right_id"])


def test_firms_meet_by_their_rare_words(lake):
    words = [
        f"{a}{b}"
        for a in ("Nord", "Sued", "Ost", "West", "Hoch", "Tief")
        for b in ("werk", "bau", "handel", "licht", "tech")
    ]
    rows = [{"name": f"{one} {other}", "city": "Bonn"} for one in words for other in words[:8]]
    add_many(lake, "organisation", rows)
    (old,) = add_many(lake, "organisation", [{"name": "Krzyzanowski Optik und Akustik", "city": "Bonn"}])
    match(lake, "organisation")

    (new,) = add_many(lake, "organisation", [{"name": "Optik Krzyzanowski", "city": "Bonn"}])
    match_new(lake, "organisation", at_least=0.0)

    brought = lake.query(
        "select brought_by from match where type = 'organisation' and left_id = $old and right_id = $new",
        old=old,
        new=new,
    ).column()
    assert len(brought) == 1
    assert "rare word" in brought[0]


def test_a_role_and_an_unknown_type_are_refused_as_by_match(lake):
    with pytest.raises(Misuse, match="match person instead"):
        match_new(lake, "lead")
    with pytest.raises(UnknownName, match="person"):
        match_new(lake, "persn")
