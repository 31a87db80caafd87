"""What looks alike and is not one, and what looks different and is: on tables that are made on the spot."""

from random import Random

import polars as pl
import pytest

from benchmarks.generate import companies as firms
from benchmarks.generate import contacts as folk
from xrm_lake.hygiene.matching import cluster_pairs, find_pairs
from xrm_lake.hygiene.matching.compare import compare
from xrm_lake.hygiene.matching.encode import encode

FIRM = {"name": "company_name", "city": "city"}


def levels_of(*names: str) -> list[str]:
    """How like the first name each of the others is, in a table of firms."""
    records = pl.DataFrame({"id": range(len(names) + 2), "name": [*names, "Orion Paper", "Zett AB"], "city": "York"})
    table = encode(records.with_columns(city=pl.Series([f"c{i}" for i in range(len(names) + 2)])), FIRM)
    column = next(c for c in table.fields if c.name == "name")
    left = pl.zeros(len(names) - 1, dtype=pl.Int32, eager=True).to_numpy()
    right = pl.int_range(1, len(names), dtype=pl.Int32, eager=True).to_numpy()
    found = compare(table, {}, left, right)[list(table.fields).index(column)]
    return [(*column.meaning.labels, "missing")[level] for level in found]


def test_another_legal_form_is_another_firm_and_none_says_nothing():
    assert levels_of("Acme Inc", "Acme GmbH", "Acme, Inc.", "ACME Incorporated", "Acme") == [
        "far",
        "exact",
        "exact",
        "exact",
    ]


def test_a_firm_of_a_group_is_far_from_its_parent():
    assert levels_of("Acme AG", "Acme Holding AG", "Acme Services AG", "Acme AG") == ["far", "far", "exact"]


def test_of_people_the_legal_form_of_their_firm_says_nothing():
    records = pl.DataFrame(
        {
            "id": [1, 2],
            "first": ["Ann", "Bob"],
            "last": ["Lee", "Ray"],
            "firm": ["Acme Inc", "Acme GmbH"],
            "mail": ["a@x.y", "b@x.y"],
        }
    )
    table = encode(records, {"first": "person_name", "last": "person_name", "firm": "company_name", "mail": "email"})

    assert all(column.forms is None and column.parts is None for column in table.columns)


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize(("make", "most"), [(folk.contacts, 0.005), (firms.companies, 0.06)])
def test_a_table_without_duplicates_has_hardly_any_pair_and_none_that_is_sure(make, most, seed):
    meaning = folk.MEANING if make is folk.contacts else firms.MEANING
    table = make(2_000, seed=seed, duplicates=False)
    records = table.select(pl.col("rid").alias("id"), *meaning)

    found = find_pairs(records, meaning)

    assert found.frame.height <= most * 2_000
    assert not found.frame["sure"].any()


@pytest.mark.parametrize("seed", [11, 12])
@pytest.mark.parametrize("make", [folk.contacts, firms.companies])
def test_pairs_that_are_sure_are_right_99_times_in_100(make, seed):
    meaning = folk.MEANING if make is folk.contacts else firms.MEANING
    table = make(8_000, seed=seed)
    entity = dict(table.select("rid", "cluster").iter_rows())

    sure = find_pairs(table.select(pl.col("rid").alias("id"), *meaning), meaning).frame.filter("sure")

    right = sum(entity[left] == entity[right] for left, right in sure.select("left_id", "right_id").iter_rows())
    assert sure.height > 1_000
    assert right / sure.height >= 0.99


def family(count: int) -> pl.DataFrame:
    """Households of two, who share the family name, the address and the phone."""
    chance = Random(5)
    rows = []
    for home in range(count):
        shared = {
            "last": "".join(chance.choice(SYLLABLES) for _ in range(3)),
            "street": f"{chance.randint(1, 99)} {''.join(chance.choice(SYLLABLES) for _ in range(2))} street",
            "city": chance.choice(TOWNS),
            "phone": f"555{chance.randint(0, 10**7 - 1):07d}",
        }
        rows += [{"id": 2 * home + who, "first": first, **shared} for who, first in enumerate(chance.sample(FIRST, 2))]
    return pl.DataFrame(rows)


SYLLABLES = [
    "bran",
    "dor",
    "fel",
    "gost",
    "hul",
    "jev",
    "kam",
    "lor",
    "mip",
    "nud",
    "pre",
    "qua",
    "rik",
    "sol",
    "tav",
    "vin",
    "wex",
    "zup",
]
TOWNS = ["York", "Bath", "Leeds", "Truro", "Ripon", "Wells"]
FIRST = [
    "Ann", "Robert", "Chloe", "Dmitri", "Eleanor", "Farid", "Grace", "Hiroshi", "Ingrid", "Jorge", "Katya", "Lionel", "Miriam",
    "Nikhil", "Odette", "Piotr", "Quentin", "Rosalind", "Stefan", "Tabitha", "Ulrich", "Valeria", "Winston", "Xenia", "Yusuf",
]  # fmt: skip
HOME = {"first": "person_name", "last": "person_name", "street": "address", "city": "city", "phone": "phone"}


def test_people_of_one_household_are_not_one_person():
    found = find_pairs(family(150), HOME).frame

    assert found.filter(pl.col("score") > 0.9).is_empty()


def test_of_households_with_duplicates_the_duplicates_are_found():
    homes = family(150)
    twice = homes.filter(pl.col("id") % 5 == 0).with_columns(
        id=pl.col("id") + 1_000, city=pl.lit(None, dtype=pl.String)
    )

    clusters = cluster_pairs(find_pairs(pl.concat([homes, twice]), HOME).frame)

    found = {
        tuple(ids) for ids in clusters.group_by("cluster_id").agg(pl.col("record_id").sort())["record_id"].to_list()
    }
    true = {(id, id + 1_000) for id in homes["id"].to_list() if id % 5 == 0}
    assert len(found & true) >= 0.95 * len(true)
    assert len(found - true) <= 0.05 * len(true)


def test_a_shared_mailbox_and_switchboard_make_nobody_one():
    chance = Random(6)
    colleagues = pl.DataFrame(
        [
            {
                "id": id, "first": chance.choice(FIRST), "last": "".join(chance.choice(SYLLABLES) for _ in range(3)),
                "mail": f"info@firm{id // 8}.example", "phone": f"555000{1000 + id // 8}", "city": TOWNS[id // 8 % 6],
            }
            for id in range(300)
        ]
    )  # fmt: skip
    meaning = {"first": "person_name", "last": "person_name", "mail": "email", "phone": "phone", "city": "city"}

    assert find_pairs(colleagues, meaning).frame.filter(pl.col("score") > 0.9).is_empty()


def test_mailboxes_of_a_letter_or_two_are_not_close():
    records = pl.DataFrame({"id": [1, 2], "name": ["Ann Smith", "Bob Jones"], "mail": ["a@b.example", "b@b.example"]})

    assert find_pairs(records, {"name": "person_full_name", "mail": "email"}).frame.is_empty()


def test_a_short_word_at_the_front_of_a_name_is_part_of_it():
    assert "exact" not in levels_of("AB Foods", "Foods plc", "Foods")
    assert "exact" not in levels_of("SAS Institute", "Institute", "The Institute Ltd")


def test_the_same_part_of_a_group_is_the_same_in_any_order_and_number():
    assert levels_of("Acme Services UK", "Acme UK Service") == ["close"]
