import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.choose import choose
from xrm_lake.hygiene.matching.encode import encode
from xrm_lake.hygiene.matching.keys import atoms, menu
from xrm_lake.hygiene.matching.sample import Sample

from .people import MEANING, people


def table():
    return encode(people(50, twins=10), MEANING)


def test_a_key_joins_two_different_fields():
    for key in menu(table()):
        fields = [field for atom in key.atoms for field in atom.fields]
        assert len(fields) == len(set(fields))


def test_no_key_is_of_weak_atoms_alone():
    assert all(any(atom.strength != "weak" for atom in key.atoms) for key in menu(table()))


def test_rows_that_agree_on_the_parts_agree_on_the_key():
    for key in menu(table())[:40]:
        together = np.stack([atom.codes for atom in key.atoms])
        codes = key.codes()
        for row in range(10):
            same = (together == together[:, [row]]).all(axis=0) & (together[:, row] >= 0).all()
            assert ((codes == codes[row]) & (codes >= 0) == same).all()


def test_names_the_wrong_way_round_meet():
    records = pl.DataFrame({"id": [1, 2, 3], "a": ["Ann", "Lee", "Lee"], "b": ["Lee", "Ann", "Ray"]})
    names = next(
        atom for atom in atoms(encode(records, {"a": "person_name", "b": "person_name"})) if atom.name == "names"
    )

    assert names.codes[0] == names.codes[1] != names.codes[2]


def test_the_key_that_finds_most_for_least_is_chosen_first_and_a_useless_one_never():
    keys = menu(table())[:3]
    covers = np.array([[1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1]], dtype=bool)
    levels = np.zeros((1, 6), dtype=np.uint8)
    rows = np.arange(6, dtype=np.int32)
    sample = Sample(rows, rows, levels, np.ones(6), covers, covers.sum(axis=1).astype(float))

    chosen = choose(keys, sample, np.array([1, 1, 1, 0, 0, 0.0]), 50, lambda key: 3)

    assert chosen == [keys[0]]


def test_a_key_whose_blocks_the_sample_missed_is_not_taken_once_they_are_counted():
    keys = menu(table())[:2]
    covers = np.array([[1, 1, 0], [0, 0, 1]], dtype=bool)
    rows = np.arange(3, dtype=np.int32)
    sample = Sample(rows, rows, np.zeros((1, 3), dtype=np.uint8), np.ones(3), covers, np.array([2.0, 1.0]))

    chosen = choose(keys, sample, np.ones(3), 50, lambda key: 1_000_000 if key is keys[1] else 2)

    assert chosen == [keys[0]]
