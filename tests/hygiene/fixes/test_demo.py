"""Fixes of the demonstration's exports: of what was planted and can be mended, how much is found."""

from datetime import date

import polars as pl
import pytest

from xrm_lake.demo.generate import generate
from xrm_lake.hygiene.fixes.propose import fixes, propose_fixes
from xrm_lake.hygiene.fixes.value_clusters import value_clusters
from xrm_lake.ingest.load import import_files

# Addresses that lost what would tell them: no sign, or no domain, is left.
LOST = r"^[^@(]*$|@[^.]*$"


@pytest.fixture
def planted(lake, tmp_path):
    """The HubSpot export of a small demonstration, taken in, with the faults that were planted in it."""
    truth = generate(tmp_path / "demo", seed=7, scale=0.05, today=date(2026, 3, 16))
    paths = truth.files.filter(pl.col("system") == "hubspot")["path"].unique(maintain_order=True)
    import_files(lake, [tmp_path / "demo" / path for path in paths], source="hubspot")
    return truth.faults.filter(pl.col("file").str.starts_with("hubspot"))


def test_planted_slips_are_found_and_misspelt_products_told(lake, planted):
    propose_fixes(lake)
    mended = set(fixes(lake, limit=None)["old"].drop_nulls())

    cells = planted.filter(pl.col("fault") == "bad_email", ~pl.col("value").str.contains(LOST))["value"].unique()
    assert len(cells)
    assert cells.is_in(list(mended)).mean() >= 0.9

    products = planted.filter(pl.col("fault") == "product_misspelled")["value"].unique().to_list()
    found = value_clusters(lake, "deal", "sells")
    told = set(found.filter(pl.col("value") != pl.col("proposed"))["value"])
    assert len(told & set(products)) >= 0.9 * len(products)


def test_firms_of_deals_that_lack_theirs_are_found_by_name(lake, planted):
    without = planted.filter(pl.col("fault") == "deal_without_organisation").height

    propose_fixes(lake)

    assert without
    assert fixes(lake, "deal", rule="link_by_name").height >= 0.5 * without
