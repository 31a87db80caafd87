"""The whole lake over REST: an archive that is, unpacked, what the folder would be."""

import io
import zipfile

from xrm_lake.ingest.load import import_files
from xrm_lake.store.open import init_lake
from xrm_lake.store.read import count_records
from xrm_lake.store.records import add_record


def test_the_archive_of_a_lake_brings_it_into_another(client, lake, tmp_path, clock):
    add_record(lake, "person", {"full_name": "Ann Lee"})

    answer = client.post("/export_all", json={"as": "jsonl"})

    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path / "out")
    with init_lake(tmp_path / "other.xrm", template="none", clock=clock) as other:
        assert import_files(other, [tmp_path / "out"]).total("rejected") == 0
        assert count_records(other, "person") == count_records(lake, "person") > 0
    assert list((lake.path / "tmp").iterdir()) == []


def test_an_unknown_form_is_refused_and_leaves_nothing_behind(client, lake):
    answer = client.post("/export_all", json={"as": "docx"})

    assert (answer.status_code, "docx" in answer.text) == (404, True)
    assert list((lake.path / "tmp").iterdir()) == []
