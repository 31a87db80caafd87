"""The API of a lake, asked without a network."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from xrm_lake.server.api import build_api
from xrm_lake.store.lake import Lake

TOKEN = "a-token"
BASE = "http://127.0.0.1:8501"


@pytest.fixture
def api(lake: Lake) -> Iterator[FastAPI]:
    built = build_api(lake, TOKEN)
    yield built
    built.state.calls.stop_all()
    built.state.jobs.stop_all()


@pytest.fixture
def client(api: FastAPI) -> TestClient:
    return TestClient(api, base_url=BASE, raise_server_exceptions=False)
