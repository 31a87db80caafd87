"""Merges and corrections over REST: an archive of files."""

import io
import zipfile

from xrm_lake.store.records import add_record, set_record


def test_fixes_come_as_an_archive(client, lake):
    id = add_record(lake, "person", {"full_name": "Ann Lee"}, source="salesforce", source_key="003")
    set_record(lake, id, {"city": "Bonn"})

    answer = client.post("/export_fixes", json={"for": "salesforce"})

    assert answer.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.namelist() == ["salesforce_person_old_values.csv", "salesforce_person_updates.csv"]
    assert archive.read("salesforce_person_updates.csv").decode() == "Id,MailingCity\n003,Bonn\n"
    assert list((lake.path / "tmp").glob("fixes-*")) == []


def test_a_system_that_is_not_known_is_named(client):
    answer = client.post("/export_fixes", json={"for": "nosuch"})

    assert answer.status_code == 404
    assert "salesforce" in answer.json()["message"]
