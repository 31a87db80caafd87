"""Traps of undo and of importing again that other systems fell into: none of them holds here."""

from tests.ingest.files import file, load, same_state, state, values
from xrm_lake.ingest.load import import_files
from xrm_lake.store.doctor import doctor
from xrm_lake.store.records import set_record
from xrm_lake.store.timeline import record_timeline
from xrm_lake.store.undo import undo

MANY = 50_000
# What a lake holds but for its ledger, and where its counters stand.
HELD = ("entity", "link", "search_doc", "pending_link", "stage", "verdict", "pin", "reject")


def test_undo_leaves_timeline_traces_or_fails_at_thousands(lake, tmp_path):
    firms = file(tmp_path, "firms.csv", "Account ID,Account Name\na1,Acme\na2,Globex\n")
    import_files(lake, [firms], source="crm", type="organisation")
    firm = lake.query("select id from organisation order by id limit 1").value()
    seen, timeline = state(lake), record_timeline(lake, firm)
    rows = (f"n{n},Call {n},2026-01-{1 + n % 28:02d} 10:00:00,a{1 + n % 2}" for n in range(MANY))
    calls = file(tmp_path, "calls.csv", "\n".join(["Activity ID,Subject,Happened at,Account ID", *rows]) + "\n")

    done = import_files(lake, [calls], source="crm", type="activity").files[0]
    during = record_timeline(lake, firm).height
    taken = undo(lake, done.batch_id)

    assert (done.new, done.links, during) == (MANY, MANY, 30)
    assert (taken.withdrawn, taken.links, taken.kept.height) == (MANY, MANY, 0)
    same_state(seen, state(lake), moments=True)
    assert record_timeline(lake, firm).equals(timeline)
    assert doctor(lake).healthy


def test_undo_skips_updates(lake, tmp_path):
    people = [f"{n},P{n},Q{n},p{n}@example.org,Bonn" for n in range(100)]
    header = "id,First name,Last name,Email,City"
    load(lake, tmp_path, "\n".join([header, *people]) + "\n", type="person")
    before = values(lake, "person", "id", "city", "email")
    moved = load(lake, tmp_path, "\n".join([header, *people]).replace("Bonn", "Köln") + "\n", type="person")
    later = before[7][0]
    set_record(lake, later, {"city": "Wien"})

    taken = undo(lake, moved.batch_id)

    assert (moved.changed, taken.fields) == (100, 99)
    assert taken.kept.select("entity_id", "field").rows() == [(later, "city")]
    assert values(lake, "person", "id", "city", "email") == [
        (id, "Wien" if id == later else city, email) for id, city, email in before
    ]
