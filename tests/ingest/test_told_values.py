"""Values that a source writes in its own words: suggested, told once, remembered for the source."""

import pytest

from xrm_lake.errors import Misuse, UnknownName
from xrm_lake.ingest.unknown_values import UNKNOWN
from xrm_lake.model.entity_type import Field
from xrm_lake.store.model import add_field
from xrm_lake.store.undo import undo
from xrm_lake.store.value_maps import list_value_maps, map_values

from .files import load, values

FIRMS = "id,Company name,Segment,Country\no1,Acme,Retial,Germny\no2,Bolt,retail,DE\no3,Cord,Retial,DE\no4,Dune,Zz,\n"
TOLD = {"segment": {"Retial": "Retail"}, "Country": {"germny": "Germany"}}


@pytest.fixture
def firms(lake, tmp_path):
    add_field(lake, "organisation", Field("segment", "Segment", "choice", allowed=("Retail", "Wholesale")))

    def bring(text=FIRMS, **options):
        return load(lake, tmp_path, text, name="firms.csv", type="organisation", **options)

    return bring


def test_a_value_that_is_not_known_comes_with_the_nearest_that_is(firms):
    found = firms(dry_run=True).unknown

    assert found.schema == UNKNOWN
    assert found.select("header", "field", "value", "count", "suggestion").rows() == [
        ("Segment", "segment", "Retial", 2, "Retail"),
        ("Segment", "segment", "Zz", 1, None),
        ("Country", "country", "Germny", 1, "DE"),
    ]
    assert found["score"].drop_nulls().is_between(0.8, 1).all()


def test_what_is_told_of_values_is_read_whatever_their_case(lake, firms):
    result = firms(values=TOLD)

    assert values(lake, "organisation", "segment", "country") == [
        ("Retail", "DE"), ("Retail", "DE"), ("Retail", "DE"), ("Zz", None),
    ]  # fmt: skip
    assert result.unknown["value"].to_list() == ["Zz"]


def test_it_is_remembered_for_the_source_and_what_is_said_now_counts_more(lake, firms):
    firms(values=TOLD)
    assert list_value_maps(lake, source="crm").select("field", "old", "new").rows() == [
        ("country", "germny", "Germany"),
        ("segment", "Retial", "Retail"),
    ]

    firms(FIRMS.replace("o1,Acme", "o9,Eden"), values={"segment": {"RETIAL": "Wholesale"}})
    assert values(lake, "organisation", "name", "segment", "country")[-1] == ("Eden", "Wholesale", "DE")
    assert firms(source="elsewhere", dry_run=True).unknown["value"].to_list() == ["Retial", "Zz", "Germny"]


def test_a_dry_run_remembers_nothing_and_undo_of_the_import_leaves_what_was_said_of_the_source(lake, firms):
    firms(values=TOLD, dry_run=True)
    assert list_value_maps(lake).is_empty()

    done = firms(values=TOLD)
    told, before = list_value_maps(lake), values(lake, "organisation", "name", "segment", "country")
    undo(lake, done.batch_id)
    assert list_value_maps(lake).equals(told)
    firms()
    assert values(lake, "organisation", "name", "segment", "country") == before


def test_maps_can_be_told_and_forgotten_beforehand(lake, firms):
    map_values(lake, "crm", "organisation", "segment", {"Zz": "Wholesale"})
    firms()
    assert values(lake, "organisation", "segment")[-1] == ("Wholesale",)

    map_values(lake, "crm", "organisation", "segment", {"zz": None})
    assert list_value_maps(lake).is_empty()
    with pytest.raises(UnknownName):
        map_values(lake, "crm", "organisation", "colour", {"a": "b"})
    with pytest.raises(Misuse):
        map_values(lake, "crm", "organisation", "segment", {})


def test_each_item_of_a_list_is_told_of_by_itself(lake, tmp_path):
    text = "id,First name,Last name,Tags\np1,Ann,Lee,vip;old\n"
    load(lake, tmp_path, text, type="person", values={"tags": {"VIP": "Important"}})

    assert values(lake, "person", "tags") == [(["Important", "old"],)]


def test_the_name_of_an_owner_is_read_as_another(lake, tmp_path):
    load(lake, tmp_path, "id,Name,Email\nu1,Ann Lee,ann@firm.example\n", name="users.csv", type="user")
    deals = "id,Deal name,Owner\nd1,Roof,A. L.\n"
    options = {"name": "deals.csv", "type": "deal", "mapping": {"Owner": "link:owned_by:user:name"}}

    result = load(lake, tmp_path, deals, values={"Owner": {"a. l.": "Ann Lee"}}, **options)
    assert (result.links, result.pending) == (1, 0)
    again = load(lake, tmp_path, "id,Deal name,Owner\nd2,Wall,A. L.\n", **options)
    assert (again.links, again.pending) == (1, 0)


def test_a_field_that_no_file_has_cannot_be_told_of(firms):
    with pytest.raises(UnknownName):
        firms(values={"colour": {"a": "b"}})


DEALS = "id,Deal name,Stage,Amount\nd1,One,Q,10\nd2,Two,Q,20\n"


def stages(lake):
    return {name for (name,) in lake.query("select name from stage where type = 'deal'").rows()}


def test_a_stage_or_option_that_is_not_there_is_refused_with_those_near_unless_it_is_to_be_made(lake, tmp_path, firms):
    before = stages(lake)
    for told in ({"stage": {"Q": "Qualifeid"}}, {"stage": {"Q": "Nonsense"}}):
        with pytest.raises(Misuse, match=r"stage of deal.*make it a new stage"):
            load(lake, tmp_path, DEALS, name="deals.csv", type="deal", values=told)
    with pytest.raises(Misuse, match=r"value of segment.*Did you mean 'Retail'"):
        firms(values={"segment": {"Zz": "Retal"}})
    with pytest.raises(Misuse, match="stage of deal"):
        map_values(lake, "crm", "deal", "stage", {"Q": "Nonsense"})
    assert stages(lake) == before
    assert list_value_maps(lake).is_empty()

    load(lake, tmp_path, DEALS, name="deals.csv", type="deal", values={"stage": {"Q": "+Trial"}})

    assert stages(lake) == before | {"Trial"}
    assert values(lake, "deal", "stage") == [("Trial",), ("Trial",)]
    assert list_value_maps(lake)["new"].to_list() == ["Trial"]


@pytest.mark.parametrize(("old", "cell"), [("Straße", "STRASSE"), ("İzmir", "i\u0307zmir"), ("Öl", "öL")])
def test_capitals_are_compared_by_one_rule_in_files_and_in_what_is_remembered(lake, firms, old, cell):
    text = f"id,Company name,Segment\no1,Acme,{cell}\n"
    firms(text, values={"segment": {old: "Retail"}})
    assert values(lake, "organisation", "segment") == [("Retail",)]

    map_values(lake, "crm", "organisation", "segment", {cell: "Wholesale"})

    assert list_value_maps(lake).select("old", "new").rows() == [(cell, "Wholesale")]
    firms(text)
    assert values(lake, "organisation", "segment") == [("Wholesale",)]
