"""Stewardship over REST, and its results between processes."""

import polars as pl
import pytest

from tests.hygiene.many import add_many, guess, someone
from xrm_lake.hygiene.auto_merge import auto_merge
from xrm_lake.hygiene.certificate import certificate
from xrm_lake.ingest.write_back.export import export_fixes
from xrm_lake.server.wire import decode, encode


@pytest.fixture
def pair(lake):
    """Two records of one person, of which the last match run is certain."""
    ids = add_many(lake, "person", [someone(1), someone(1) | {"city": "Ulm"}])
    guess(lake, "person", {tuple(ids): 0.999})
    return ids


def test_a_dry_run_tells_what_would_be_merged(client, pair):
    told = client.post("/auto_merge", json={"type": "person", "dry_run": True}).json()

    assert (told["decision"], told["clusters"]) == (None, 1)
    assert [row["record_id"] for row in told["merged"]] == pair
    assert told["certificate"]["to_judge"] == 299


def test_without_a_certificate_it_is_refused(client, pair):
    answer = client.post("/auto_merge", json={"type": "person"})

    assert answer.status_code == 409
    assert answer.json()["error"] == "NotCertified"


def test_the_certificate_and_the_stop_are_told(client, pair):
    assert client.post("/certificate", json={"type": "person"}).json()["stopped_at"] is None
    assert client.post("/let_go_on", json={"type": "person", "reason": "looked at it"}).status_code == 200
    assert client.post("/certificate", json={"type": "nobody"}).status_code == 404


def test_a_preview_and_a_provenance_are_lists_of_values(client, pair):
    seen = client.post("/preview_merge", json={"record_ids": pair}).json()
    client.post("/merge", json={"record_ids": pair})
    made = client.post("/provenance", json={"id": pair[0] + 1}).json()

    def values(rows):
        return {row["field"]: (row["value"], row["rule"], row["member_id"]) for row in rows}

    assert values(seen) == values(made)


def test_trust_is_set_over_rest(client, pair):
    assert client.post("/trust_source", json={"name": "crm", "trust": 2}).status_code == 200
    assert client.post("/sources", json={}).json()[0]["trust"] == 2.0


def test_results_reach_another_process_whole(lake, pair, tmp_path):
    for result in (
        auto_merge(lake, "person", dry_run=True), certificate(lake, "person"), export_fixes(lake, out=tmp_path),
    ):  # fmt: skip
        again = decode(encode(result))
        for name, value in vars(result).items():
            other = getattr(again, name)
            assert other.equals(value) if isinstance(value, pl.DataFrame) else type(other) is type(value)
