"""Templates: what is written out is read back exactly."""

import pytest

from xrm_lake.errors import InvalidDeclaration, UnknownName
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field, LinkType, Stage
from xrm_lake.model.template import export_template, load_template, template_names


@pytest.mark.parametrize("name", template_names())
def test_a_template_that_is_exported_is_the_same_when_it_is_read(name, tmp_path):
    catalog = load_template(name)

    export_template(catalog, tmp_path / "out")

    assert load_template(str(tmp_path / "out")) == catalog


def test_everything_that_can_be_declared_survives_the_way_out_and_back(tmp_path):
    fields = (
        Field(
            "name",
            'A "name"',
            "text",
            level="required",
            keep="longest",
            group="g",
            owner="ann",
            meaning="Zeile\nzwei",
            position=1,
        ),
        Field("mails", "Mails", "email", many=True, unique=True, position=2),
        Field("price", "Preis €", "money", currency_field="unit", position=3, retired=True),
        Field("unit", "Unit", "choice", allowed=("EUR", "CHF"), position=4),
    )
    boat = EntityType(
        "boat", "Boat", "Boats", icon="sailing", aspect="PRM", corridor="sales", caption=("name",), fields=fields,
        stages=(Stage("new", 1), Stage("sold", 2, "won", 1.0), Stage("lost", 3, "lost", 0.0)), stage_field="name",
        staleness_days=30, required_links=("sails",), meaning="Floats.", position=7, retired=True,
    )  # fmt: skip
    skipper = EntityType("skipper", "Skipper", "Skippers", role_of="both", position=8)
    sails = LinkType(
        "sails",
        "sails",
        "is sailed by",
        ("skipper",),
        ("boat",),
        "one",
        (Field("since_age", "Age", "integer", position=1),),
        "At sea.",
        True,
    )
    catalog = Catalog((boat, skipper), (sails,))

    export_template(catalog, tmp_path)

    assert load_template(str(tmp_path)) == catalog


def test_a_template_is_not_written_over_another(tmp_path):
    export_template(load_template("crm"), tmp_path / "out")

    with pytest.raises(InvalidDeclaration, match="out"):
        export_template(Catalog((), ()), tmp_path / "out")


def test_a_declaration_that_cannot_be_is_named_by_its_file(tmp_path):
    (tmp_path / "boat.toml").write_text('labell = "Boat"\n')

    with pytest.raises(InvalidDeclaration, match=r"boat\.toml"):
        load_template(str(tmp_path))
    with pytest.raises(UnknownName, match="crm"):
        load_template("crn")
