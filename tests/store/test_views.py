"""Views: what a role shows of its party."""

from xrm_lake.store.read import list_records, show_record
from xrm_lake.store.records import add_record, delete_record
from xrm_lake.store.undo import undo


def test_a_deleted_party_is_not_shown_on_its_role(lake):
    ann = add_record(lake, "person", {"full_name": "Ann"})
    lead = add_record(lake, "lead", {"party_id": ann, "status": "New"})

    batch = delete_record(lake, ann)
    gone = list_records(lake, "lead").select("id", "party_id", "party").rows()
    party = show_record(lake, lead).party
    undo(lake, batch)

    assert party is None
    assert gone == [(lead, None, None)]
    assert list_records(lake, "lead").select("party_id", "party").rows() == [(ann, "Ann")]
