"""The model, changed while the lake is in use: what may be declared, and that records follow."""

import pytest

from xrm_lake.errors import InvalidDeclaration, InvalidValue, UnknownName
from xrm_lake.model.entity_type import EntityType, Field, LinkType, Stage
from xrm_lake.model.names import RESERVED_WORDS, SYSTEM_COLUMNS, SYSTEM_TABLES
from xrm_lake.store.doctor import doctor
from xrm_lake.store.links import link_records
from xrm_lake.store.model import (
    add_field,
    add_link_type,
    add_type,
    add_types,
    change_field,
    change_link_type,
    change_type,
    list_types,
    rename_field,
    rename_link_type,
    rename_type,
    retire_field,
    retire_link_type,
    retire_type,
)
from xrm_lake.store.open import init_lake, open_lake
from xrm_lake.store.read import list_records, show_record
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.search import search


def boat(**settings):
    fields = (Field("name", "Name", "text", level="required"), Field("length", "Length", "number"))
    given = {"name": "boat", "label": "Boat", "plural": "Boats", "caption": ("name",), "fields": fields}
    return EntityType(**(given | settings))


def test_a_new_type_holds_records_at_once(lake):
    add_type(lake, boat())

    add_record(lake, "boat", {"name": "Ida", "length": "12.5"})

    assert list_records(lake, "boat").select("name", "length").rows() == [("Ida", 12.5)]
    assert search(lake, "ida")["type"].to_list() == ["boat"]


def test_fields_keep_the_order_in_which_they_are_declared(lake):
    names = ("name", "zone", "berth", "age")
    add_type(lake, boat(fields=tuple(Field(name, name, "text") for name in names)))
    add_field(lake, "boat", Field("colour", "Colour", "text"))

    assert [field.name for field in lake.catalog.type("boat").fields] == [*names, "colour"]
    assert list_records(lake, "boat").columns == ["id", *names, "colour", "updated_at"]


def test_a_new_type_is_there_when_the_lake_is_opened_again(tmp_path, clock):
    with init_lake(tmp_path / "l.xrm", template="none", clock=clock) as lake:
        add_type(lake, boat(stages=(Stage("afloat", 1), Stage("sold", 2, "won", 1.0)), stage_field="state"))
        before = lake.catalog

    with open_lake(tmp_path / "l.xrm", clock=clock) as lake:
        assert lake.catalog == before


@pytest.mark.parametrize(
    "name", ["Boat", "", "1boat", "boat name", "boat_", 'b"; drop table entity; --', "a" * 61, "böt"]
)
def test_a_name_that_is_no_slug_is_refused_with_one_that_would_do(lake, name):
    with pytest.raises(InvalidDeclaration, match="Try"):
        add_type(lake, boat(name=name))
    with pytest.raises(InvalidDeclaration, match="Try"):
        add_field(lake, "person", Field(name, "X", "text"))

    assert not lake.catalog.has_type(name)


@pytest.mark.parametrize("name", [*SYSTEM_TABLES, "rec_boat", "at", "select", "by"])
def test_a_type_cannot_take_a_name_of_the_lake_or_of_sql(lake, name):
    with pytest.raises(InvalidDeclaration, match=name):
        add_type(lake, boat(name=name))


@pytest.mark.parametrize("name", [*SYSTEM_COLUMNS, "at", "order", "user_"])
def test_a_field_cannot_take_a_name_of_the_lake_or_of_sql(lake, name):
    with pytest.raises(InvalidDeclaration):
        add_field(lake, "person", Field(name, "X", "text"))


def test_the_reserved_words_are_those_of_the_newest_engine(lake):
    told = lake.query(
        "select keyword_name from duckdb_keywords() where keyword_category in ('reserved', 'type_function')"
    ).column()

    # An older engine reserves fewer.
    newest = not lake.query("select version()").value().startswith("v1.")
    assert set(told) <= RESERVED_WORDS
    assert set(told) == RESERVED_WORDS or not newest


def test_the_tables_of_the_lake_are_those_that_no_type_may_be_named_like(lake):
    told = lake.query(
        "select table_name from duckdb_tables() where database_name = 'lake' and not starts_with(table_name, 'rec_')"
    ).column()

    assert sorted(told) == sorted(SYSTEM_TABLES)


def test_a_name_that_is_taken_is_refused_and_nothing_is_changed(lake):
    before = lake.catalog

    with pytest.raises(InvalidDeclaration, match="person"):
        add_type(lake, boat(name="person"))
    with pytest.raises(InvalidDeclaration, match="email"):
        add_field(lake, "person", Field("email", "E-mail", "email"))
    with pytest.raises(InvalidDeclaration, match="works_for"):
        add_link_type(lake, LinkType("works_for", "works for", "employs"))
    with pytest.raises(InvalidDeclaration, match="length"):
        add_type(lake, boat(fields=(Field("length", "A", "text"), Field("length", "B", "text")), caption=()))

    assert lake.catalog == before


def test_of_types_that_are_added_together_none_is_added_if_one_cannot_be(lake):
    with pytest.raises(InvalidDeclaration):
        add_types(lake, [boat(), boat(name="batch")])

    assert not lake.catalog.has_type("boat")
    add_type(lake, boat())


@pytest.mark.parametrize(
    "wrong",
    [
        Field("x", "X", "no_such_kind"),
        Field("x", "X", "text", level="perhaps"),
        Field("x", "X", "text", keep="whatever"),
    ],
)
def test_a_field_that_cannot_be_is_refused(lake, wrong):
    with pytest.raises((InvalidDeclaration, UnknownName)):
        add_field(lake, "person", wrong)


def test_a_caption_names_fields_that_are_there(lake):
    with pytest.raises(InvalidDeclaration, match="nome"):
        add_type(lake, boat(caption=("nome",)))
    with pytest.raises(InvalidDeclaration, match="nome"):
        change_type(lake, "person", caption=("nome",))


def test_a_role_without_its_party_is_refused(tmp_path, clock):
    with init_lake(tmp_path / "l.xrm", template="none", clock=clock) as lake:
        with pytest.raises(InvalidDeclaration, match="person"):
            add_type(lake, boat(name="skipper", role_of="person"))

        assert not lake.catalog.has_type("skipper")


def test_a_role_shows_the_fields_of_its_party(lake):
    add_type(lake, boat(name="skipper", role_of="person", caption=(), fields=(Field("licence", "Licence", "text"),)))

    add_record(lake, "skipper", {"licence": "A1", "full_name": "Ann Example"})

    listed = list_records(lake, "skipper")
    assert listed.select("licence", "full_name", "party").rows() == [("A1", "Ann Example", "Ann Example")]


def test_a_new_field_of_a_party_shows_in_its_roles(lake):
    add_record(lake, "lead", {"full_name": "Ann Example", "status": "New"})

    add_field(lake, "person", Field("shoe_size", "Shoe size", "integer"))
    add_record(lake, "lead", {"full_name": "Ben Example", "status": "New", "shoe_size": "43"})

    assert list_records(lake, "lead")["shoe_size"].to_list() == [None, 43]


def test_a_label_changes_and_the_name_stays(lake):
    add_type(lake, boat())
    rename_type(lake, "boat", label="Ship", plural="Ships")
    rename_field(lake, "boat", "length", label="Length in m")
    rename_link_type(lake, "works_for", label="is employed by", inverse="employs")

    assert (lake.catalog.type("boat").label, lake.catalog.type("boat").plural) == ("Ship", "Ships")
    assert lake.catalog.field("boat", "length").label == "Length in m"
    assert lake.catalog.link_type("works_for").label == "is employed by"


def test_a_retired_field_is_hidden_with_its_values_and_comes_back_with_them(lake):
    id = add_record(lake, "person", {"full_name": "Ann Example", "city": "Bonn"})

    retire_field(lake, "person", "city")
    hidden = list_records(lake, "person").columns
    with pytest.raises(UnknownName):
        set_record(lake, id, {"city": "Berlin"})
    retire_field(lake, "person", "city", retired=False)

    assert "city" not in hidden
    assert show_record(lake, id).values["city"] == "Bonn"


def test_a_retired_type_takes_no_records_and_comes_back_with_those_it_has(lake):
    add_type(lake, boat())
    add_record(lake, "boat", {"name": "Ida"})

    retire_type(lake, "boat")
    with pytest.raises(InvalidValue, match="retired"):
        list_records(lake, "boat")
    with pytest.raises(InvalidValue, match="retired"):
        add_record(lake, "boat", {"name": "Emma"})
    retire_type(lake, "boat", retired=False)

    assert list_records(lake, "boat")["name"].to_list() == ["Ida"]
    assert doctor(lake).healthy


def test_a_retired_link_type_joins_nothing_more(lake):
    person, firm = (
        add_record(lake, "person", {"full_name": "Ann"}),
        add_record(lake, "organisation", {"name": "Example"}),
    )

    retire_link_type(lake, "works_for")

    with pytest.raises(InvalidValue, match="retired"):
        link_records(lake, person, "works_for", firm)


def test_what_makes_a_field_what_it_is_cannot_be_changed_beside(lake):
    with pytest.raises(InvalidDeclaration, match="retype_field"):
        change_field(lake, "person", "city", kind="date")
    with pytest.raises(InvalidDeclaration, match="cannot be set"):
        change_type(lake, "person", fields=())
    with pytest.raises(InvalidDeclaration, match="cannot be set"):
        change_type(lake, "person", colour="red")
    with pytest.raises(InvalidDeclaration, match="cannot be set"):
        change_link_type(lake, "works_for", colour="red")


def test_the_ends_of_a_link_type_are_types(lake):
    with pytest.raises(UnknownName, match="persn"):
        add_link_type(lake, LinkType("sails", "sails", "is sailed by", ("persn",), ()))


def test_types_are_listed_with_their_counts(lake):
    add_type(lake, boat())
    add_record(lake, "boat", {"name": "Ida"})

    listed = list_types(lake).filter(type="boat")

    assert listed.rows() == [("boat", "Boat", "Boats", "", 2, 0, 1)]


def test_five_hundred_types_of_twenty_fields_are_made_opened_and_used(tmp_path, clock):
    fields = tuple(Field(f"f{n}", f"Field {n}", "text" if n % 2 else "integer") for n in range(20))
    types = [EntityType(f"thing{n}", f"Thing {n}", f"Things {n}", caption=("f1",), fields=fields) for n in range(500)]

    with init_lake(tmp_path / "l.xrm", template="none", clock=clock) as lake:
        add_types(lake, types)
    with open_lake(tmp_path / "l.xrm", clock=clock) as lake:
        add_record(lake, "thing321", {"f1": "Ida", "f2": "7"})
        add_field(lake, "thing321", Field("more", "More", "date"))

        assert list_types(lake).height == 500
        assert list_records(lake, "thing321").select("f1", "f2", "more").rows() == [("Ida", 7, None)]


@pytest.mark.parametrize(
    "settings",
    [
        {"role_of": "zzz"},
        {"retired": "yes"},
        {"icon": 5},
        {"caption": "full_name"},
        {"staleness_days": "9"},
        {"label": None},
    ],
)
def test_a_type_takes_no_setting_that_cannot_be(lake, settings):
    before = lake.catalog.type("person")

    with pytest.raises(InvalidDeclaration):
        change_type(lake, "person", **settings)

    assert lake.catalog.type("person") == before
    assert list_records(lake, "person").height == 0


@pytest.mark.parametrize("settings", [{"cardinality": "zzz"}, {"retired": 1}, {"inverse": None}])
def test_a_link_type_takes_no_setting_that_cannot_be(lake, settings):
    with pytest.raises(InvalidDeclaration):
        change_link_type(lake, "works_for", **settings)


@pytest.mark.parametrize("settings", [{"level": "zzz"}, {"allowed": 5}, {"allowed": (5,)}, {"unique": "yes"}])
def test_a_field_takes_no_setting_that_cannot_be(lake, settings):
    with pytest.raises(InvalidDeclaration):
        change_field(lake, "person", "email", **settings)
