from pathlib import Path

import polars as pl
import pytest

from tests.ingest.mapping.delivered import delivered
from xrm_lake.ingest.mapping.known import Known, folded_names
from xrm_lake.ingest.mapping.link_score import link_options, read_link
from xrm_lake.ingest.mapping.sample import look
from xrm_lake.ingest.mapping.vocabulary import vocabulary
from xrm_lake.model.template import load_template

WORDS = vocabulary(load_template("crm"))
FIRMS = ["Acme Ltd", "Beta GmbH", "Gamma SA"]
KNOWN = Known(
    ids={"organisation": (pl.Series(["001A", "001B", "001C"]),)},
    names={"organisation": (folded_names(pl.Series(FIRMS)),)},
)


def best(folder: Path, type_name: str, header: str, values: list[str], known: Known):
    [column] = look(delivered(folder, "file.csv", {header: values})).columns
    options = link_options(column, WORDS.catalog.type(type_name), known, WORDS)
    return options[0] if options else None


@pytest.mark.parametrize(
    ("header", "base", "by"),
    [
        ("account id", "account", "id"),
        ("account external id", "account", "id"),
        ("owner email", "owner", "email"),
        ("account", "account", ""),
        ("id", "id", ""),
    ],
)
def test_a_header_is_parted_into_whom_and_by_what(header, base, by):
    reading = read_link(header, WORDS)

    assert (reading.base, reading.by) == (base, by)


def test_ids_that_are_known_make_a_link_of_any_column(tmp_path):
    option = best(tmp_path, "person", "xyz", ["001A", "001B", "001C", "001A"], KNOWN)

    assert (option.target.link_type, option.target.to_types, option.target.match_by) == (
        "works_for",
        ("organisation",),
        "id",
    )


def test_names_that_are_known_make_it_a_link_by_name(tmp_path):
    option = best(tmp_path, "deal", "account", ["ACME ltd", "beta gmbh", "Gamma SA", "New Ltd"], KNOWN)

    assert (option.target.link_type, option.target.match_by) == ("for_organisation", "name")
    assert option.reason == "75% of its values are names known here"


def test_known_values_make_a_link_surer(tmp_path):
    known = best(tmp_path, "deal", "account", FIRMS, KNOWN)
    unknown = best(tmp_path, "deal", "account", FIRMS, Known())

    assert known.score > unknown.score > 0.8


def test_small_numbers_and_flags_are_never_taken_for_ids_without_a_header(tmp_path):
    known = Known(ids={"organisation": (pl.Series([str(n) for n in range(1, 100)]),)})

    assert best(tmp_path, "person", "children", ["1", "2", "3", "2"], known) is None


def test_dates_name_nobody(tmp_path):
    assert best(tmp_path, "deal", "account", ["2024-01-01", "2024-01-02"], Known()).score < 0.5


def test_the_names_of_the_lake_are_asked_for_once(tmp_path):
    asked = []

    def names(type_name: str) -> set[str]:
        asked.append(type_name)
        return set(FIRMS) if type_name == "organisation" else set()

    known = Known(lake_names=names)
    best(tmp_path, "deal", "account", FIRMS, known)
    best(tmp_path, "deal", "company", FIRMS, known)

    assert len(asked) == len(set(asked))
    assert "organisation" in asked


def test_an_organisation_that_names_its_people_is_joined_from_their_side(tmp_path):
    option = best(tmp_path, "organisation", "Contact ID", ["C1", "C2"], Known())

    assert (option.target.link_type, option.target.direction, option.target.to_types) == (
        "works_for",
        "in",
        ("person",),
    )


def test_lists_of_ids_are_parted(tmp_path):
    option = best(tmp_path, "deal", "Contact IDs", ["C1;C2", "C3", "C1;C3"], Known())

    assert option.target.separator == ";"
