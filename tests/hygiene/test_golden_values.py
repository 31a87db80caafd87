"""What a golden record keeps of its members' values."""

from tests.hygiene.many import add_many
from xrm_lake.hygiene.judge import merge
from xrm_lake.store.read import show_record


def test_a_real_value_comes_before_one_that_says_nothing(lake):
    ids = add_many(
        lake,
        "person",
        [{"full_name": "Ann Lee", "job_title": "Buyer"}, {"full_name": "Ann Lee", "job_title": "unknown"}],
    )

    merge(lake, ids)

    golden = show_record(lake, show_record(lake, ids[0]).golden_id)
    assert golden.values["job_title"] == "Buyer"
