"""Four files of a sales team, as they come: no mapping by hand, no preset, all links found."""

from pathlib import Path

import pytest

from tests.ingest.mapping.delivered import becomes, read
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.ingest.recognise import plan_files
from xrm_lake.model.template import load_template

FILES = ("sales_pipeline", "accounts", "products", "sales_teams")


@pytest.fixture(scope="module")
def plans(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, FilePlan]:
    folder = tmp_path_factory.mktemp("landing")
    deliveries = read(folder, *(shared_data / "crm" / "maven" / f"{name}.csv" for name in FILES))
    return {plan.delivery.name: plan for plan in plan_files(deliveries, load_template("crm"), source="maven")}


def test_deals_name_their_organisation_product_and_owner(plans):
    plan = plans["sales_pipeline.csv"]

    assert plan.type == "deal"
    assert plan.key == (0,)
    assert becomes(plan) == {
        "opportunity_id": "key",
        "sales_agent": "owned_by user by name",
        "product": "sells product by name",
        "account": "for_organisation organisation by name",
        "deal_stage": "stage",
        "engage_date": "opened_on",
        "close_date": "close_date",
        "close_value": "amount",
    }


def test_accounts_are_organisations_with_a_country_told_by_content(plans):
    plan = plans["accounts.csv"]

    assert plan.type == "organisation"
    assert plan.key == (0,)
    assert becomes(plan) == {
        "account": "name",
        "sector": "industry",
        "year_established": "founded",
        "revenue": "annual_revenue",
        "employees": "employees",
        "office_location": "country",
        "subsidiary_of": "part_of organisation by name",
    }


def test_products_and_sales_agents_are_named_by_their_own_noun(plans):
    assert becomes(plans["products.csv"]) == {"product": "name", "series": "family", "sales_price": "price"}
    assert becomes(plans["sales_teams.csv"]) == {
        "sales_agent": "name",
        "manager": "manager",
        "regional_office": "office",
    }
    assert (plans["products.csv"].type, plans["sales_teams.csv"].type) == ("product", "user")


def test_what_deals_link_to_is_loaded_first(plans):
    assert list(plans)[-1] == "sales_pipeline.csv"


def test_deals_alone_are_mapped_the_same(shared_data, tmp_path, plans):
    [alone] = plan_files(read(tmp_path, shared_data / "crm/maven/sales_pipeline.csv"), load_template("crm"))

    assert becomes(alone) == becomes(plans["sales_pipeline.csv"])
    assert alone.source == "sales_pipeline"
