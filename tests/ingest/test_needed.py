"""What is proposed and then not wanted is not made."""

from xrm_lake.ingest.load import load_planned
from xrm_lake.ingest.needed import joined, needed
from xrm_lake.ingest.overrule import overrule
from xrm_lake.ingest.prepare import plan_delivered, prepare, read_delivered

from .files import file

PETS = "pet_id,Pet name,Fur colour,Legs\nq1,Rex,brown,4\nq2,Mia,black,4\nq3,Tom,white,3\nq4,Kim,brown,4\n"


def proposed(lake, tmp_path):
    (tmp_path / "clinic").mkdir()
    file(tmp_path / "clinic", "pets.csv", PETS)
    return prepare(lake, [tmp_path / "clinic"]).planned


def position(plan, header):
    return next(column.position for column in plan.columns if column.header == header)


def test_all_that_was_proposed_is_made_if_nobody_objects(lake, tmp_path):
    planned = proposed(lake, tmp_path)

    assert needed(planned, lake.catalog).additions == planned.additions
    assert planned.additions.types


def test_a_field_whose_column_goes_elsewhere_is_not_made(lake, tmp_path):
    planned = proposed(lake, tmp_path)
    (plan,) = planned.plans
    kept_beside = overrule(plan, {position(plan, "Legs"): "extra"})

    wanted = needed(type(planned)((kept_beside,), planned.additions), lake.catalog)
    load_planned(lake, wanted)

    made = lake.catalog.type(plan.type)
    assert "legs" not in {field.name for field in made.fields}
    assert "fur_colour" in {field.name for field in made.fields}
    assert lake.query(f'select count(*) from "{plan.type}"').value() == 4


def test_a_type_that_no_table_is_of_any_more_is_not_made(lake, tmp_path):
    planned = proposed(lake, tmp_path)
    delivered = read_delivered(lake, [tmp_path / "clinic"])
    other = plan_delivered(lake, delivered, type="product")

    both = type(planned)(other.plans, joined(planned.additions, other.additions))

    assert not needed(both, lake.catalog).additions.types
