"""A file that holds records of two types is read as two tables, and every one of its records is in exactly one of them."""

from hypothesis import given
from hypothesis import strategies as st

from tests.ingest.mapping.delivered import delivered
from xrm_lake.ingest.known_presets import built_in
from xrm_lake.ingest.load import import_file
from xrm_lake.ingest.parts import parts_of

PARTNERS = """id,name,is_company,parent_id/id,email,city
__export__.res_partner_7_a1,Acme GmbH,True,,info@acme.example,Bonn
__export__.res_partner_8_b2,Ann Lee,False,__export__.res_partner_7_a1,ann@acme.example,Bonn
__export__.res_partner_9_c3,Bob Ray,False,__export__.res_partner_7_a1,bob@acme.example,Ulm
"""


def test_odoos_partners_become_organisations_and_people_who_work_for_them(lake, tmp_path):
    file = tmp_path / "Contact (res.partner).csv"
    file.write_text(PARTNERS)

    firms, people = import_file(lake, file).files

    assert (firms.preset, firms.type, firms.counted, firms.new) == ("odoo/companies", "organisation", 1, 1)
    assert (people.preset, people.type, people.counted, people.new) == ("odoo/people", "person", 2, 2)
    assert (people.links, people.pending) == (2, 0)
    again = import_file(lake, file)
    assert (again.total("new"), again.total("same")) == (0, 3)


def test_a_type_that_is_named_is_not_split(lake, tmp_path):
    file = tmp_path / "partners.csv"
    file.write_text(PARTNERS)

    [only] = import_file(lake, file, type="person").files

    assert (only.type, only.counted) == ("person", 3)


@given(st.lists(st.sampled_from(["True", "False", "true", "1", "", "maybe", " false "]), max_size=12))
def test_the_parts_add_up_to_the_file(tmp_path_factory, told):
    columns = {"id": [str(n) for n in range(len(told))], "name": ["x"] * len(told), "is_company": told}
    whole = delivered(tmp_path_factory.mktemp("parts"), "partners.csv", columns)

    parts = parts_of(whole, built_in())

    assert sum(part.delivery.counted for part in parts) == len(told)
    assert all(part.delivery.staged_rows + part.delivery.rejects.height == part.delivery.counted for part in parts)
    odd = [note for part in parts for note in part.delivery.notes if "taken as people" in note]
    assert len(odd) == ("maybe" in told)


def test_a_number_that_is_written_in_two_columns_is_put_together_again(lake, tmp_path):
    file = tmp_path / "people.csv"
    head = (
        "Id,Name / Last Name,Emails / Primary Email,Phones / Primary Phone Calling Code,Phones / Primary Phone Number"
    )
    file.write_text(
        f"{head}\nu1,Lee,ann@a.example,+49,228 123456\nu2,Ray,bob@b.example,+49,\nu3,Fox,cid@c.example,,+44 20 7946 0018\n"
    )

    import_file(lake, file)

    assert lake.query("select phone from person order by id").column() == ["+49228123456", None, "+442079460018"]
