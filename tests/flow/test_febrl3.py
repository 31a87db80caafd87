"""
A type made at run time, 5,000 patients of a known file, matched, merged and taken back.

The file says who is who (Febrl, Christen 2008), so what matching finds can be held against the truth.
"""

import os
import random

import polars as pl
import pytest

from tests.hygiene.state import derived_state
from xrm_lake.hygiene.auto_merge import auto_merge
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.hygiene.judge import merge
from xrm_lake.hygiene.match import match
from xrm_lake.ingest.load import import_files
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.doctor import doctor
from xrm_lake.store.model import add_type
from xrm_lake.store.open import init_lake
from xrm_lake.store.search import search
from xrm_lake.store.undo import undo

CERTAIN = 0.95
# All of the 1,164 decisions are taken and taken back one by one if XRM_FEBRL_DECISIONS says so; it takes minutes.
DECISIONS = int(os.environ.get("XRM_FEBRL_DECISIONS", "60"))

KINDS = {
    "given_name": "given_name", "surname": "family_name", "street_number": "text", "address_1": "street", "address_2": "street",
    "suburb": "city", "postcode": "postal_code", "state": "choice", "date_of_birth": "date", "soc_sec_id": "identifier",
}  # fmt: skip


@pytest.fixture(scope="module")
def known(shared_data):
    """The file as a frame: its columns, `rid`, and `cluster`, the truth."""
    return pl.read_parquet(shared_data / "er" / "febrl3" / "data.parquet")


@pytest.fixture(scope="module")
def patients(known, tmp_path_factory):
    """A lake with the patients in it, imported from CSV and matched."""
    folder = tmp_path_factory.mktemp("febrl3")
    known.drop("cluster").write_csv(folder / "febrl3.csv")
    fields = tuple(Field(name, name.replace("_", " ").capitalize(), kind) for name, kind in KINDS.items())
    with init_lake(folder / "lake.xrm", user="ann") as lake:
        add_type(lake, EntityType("patient", "Patient", "Patients", caption=("given_name", "surname"), fields=fields))
        done = import_files(lake, [folder / "febrl3.csv"], type="patient", source="febrl3", key=["rid"])
        assert (done.files[0].new, done.files[0].rejected) == (5000, 0)
        match(lake, "patient")
        yield lake


def pairs_of(found):
    """All pairs of keys within the clusters."""
    keys = [sorted(part["source_key"]) for _, part in found.group_by("cluster_id")]
    return {(a, b) for each in keys for place, a in enumerate(each) for b in each[place + 1 :]}


def test_what_is_certain_is_right_and_nearly_all_of_it(known, patients):
    person_of = dict(zip(known["rid"].cast(pl.String), known["cluster"], strict=True))
    true_pairs = int(known.group_by("cluster").len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())

    found = pairs_of(clusters(patients, "patient", at_least=CERTAIN))

    right = sum(person_of[a] == person_of[b] for a, b in found)
    assert right / len(found) >= 0.995
    assert right / true_pairs >= 0.99


def test_one_decision_over_all_of_them_is_taken_back_bit_for_bit(patients):
    before = derived_state(patients)

    done = auto_merge(patients, "patient", at_least=CERTAIN, at_most=5000, force=True)
    merged = patients.query("select count(*) from entity where source = 'golden'").value()
    undo(patients, done.decision)

    assert merged == done.clusters > 500
    assert derived_state(patients) == before


def test_single_decisions_are_taken_back_in_any_order_bit_for_bit(patients):
    found = clusters(patients, "patient", at_least=CERTAIN)
    groups = [part["record_id"].to_list() for _, part in found.group_by("cluster_id", maintain_order=True)]
    before, asked = derived_state(patients), search(patients, "taylor").rows()

    decisions = [merge(patients, group) for group in groups[:DECISIONS]]
    assert search(patients, "taylor").height <= len(asked)
    random.Random(3).shuffle(decisions)
    for decision in decisions:
        undo(patients, decision)

    assert derived_state(patients) == before
    assert search(patients, "taylor").rows() == asked
    assert doctor(patients).healthy
