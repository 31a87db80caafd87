"""A file over the network, its clusters back, and nothing of it left."""

import io
import json

import polars as pl
import pytest

from tests.lakeless.people import people


def upload(client, **form):
    content = people(300, twins=20).write_csv()
    return client.post("/dedupe", files={"file": ("people.csv", content, "text/csv")}, data=form)


def left_behind(lake):
    return [path.name for path in (lake.path / "tmp").iterdir()]


def test_an_uploaded_file_comes_back_with_its_clusters(client, lake):
    found = upload(client).json()

    assert [row["cluster_id"] for row in found["rows"]] == [*range(280), *range(20)]
    assert len(found["pairs"]) == 20
    assert {row["column"]: row["match_as"] for row in found["kinds"]}["E-mail"] == "email"
    assert found["fit"]["rows"] == 300
    assert left_behind(lake) == []
    assert client.get("/types").json() == client.get("/types").json()


@pytest.mark.parametrize("format", ["csv", "parquet", "xlsx"])
def test_the_rows_come_as_a_file(client, lake, format):
    answer = upload(client, **{"as": format})

    read = {"csv": pl.read_csv, "parquet": pl.read_parquet, "xlsx": pl.read_excel}[format]
    assert read(io.BytesIO(answer.content)).height == 300
    assert left_behind(lake) == []


def test_kinds_are_told(client):
    found = upload(client, kinds=json.dumps({"E-mail": "email", "Last name": "person_name"})).json()

    assert [row["match_as"] for row in found["kinds"]].count(None) == 3


@pytest.mark.parametrize(
    "form", [{"kinds": "email"}, {"kinds": '{"None": "email"}'}, {"at_least": "2"}, {"as": "pdf"}, {"at_least": "x"}]
)
def test_a_wrong_request_is_told_and_leaves_nothing_behind(client, lake, form):
    assert upload(client, **form).status_code in (400, 404)
    assert left_behind(lake) == []


def test_in_the_background_it_is_a_job(client, lake):
    job = upload(client, background="true").json()["job_id"]

    for _ in range(2_000):
        told = client.get(f"/jobs/{job}").json()
        if told["state"] != "running":
            break
    assert told["state"] == "done"
    assert len(told["result"]["rows"]) == 300
    assert left_behind(lake) == []
