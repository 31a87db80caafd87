"""Lakes to test with, and where shared data lies."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake

NOON = datetime(2026, 3, 2, 12, 0, 0)


class Clock:
    """A clock that moves a second whenever it is looked at."""

    def __init__(self, start: datetime = NOON) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lake(tmp_path: Path, clock: Clock) -> Iterator[Lake]:
    """An empty lake with the crm template, on the disk."""
    with init_lake(tmp_path / "test.xrm", clock=clock, user="ann") as made:
        yield made


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of data sets that lies beside the project; tests that need it are skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder is not beside the project")
    return folder
