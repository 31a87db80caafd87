from collections.abc import Callable
from pathlib import Path

import pytest

from xrm_lake.ingest.read import Delivery, read_file

Read = Callable[..., Delivery]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write bytes to a file and read it: read(b"a,b\\n1,2\\n", name="x.csv", **options)."""

    def reading(content: bytes, name: str = "table.csv", **options: object) -> Delivery:
        path = tmp_path / name
        path.write_bytes(content)
        return read_file(path, tmp_path / "landing", **options)

    return reading
