"""Lakes to test with, and where shared data lies."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake, open_lake

# A test is right or wrong, however busy the machine is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

NOON = datetime(2026, 3, 2, 12, 0, 0)  # noqa: DTZ001 (naive UTC throughout)


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


@pytest.fixture(scope="session")
def empty_lake(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """The folder of an empty lake with the crm template, to copy, and the time at which it was made."""
    folder, clock = tmp_path_factory.mktemp("empty") / "empty.xrm", Clock()
    init_lake(folder, clock=clock, user="ann").close()
    return folder, clock.now


@pytest.fixture
def lake(tmp_path: Path, clock: Clock, empty_lake: tuple[Path, datetime]) -> Iterator[Lake]:
    """An empty lake with the crm template, on the disk."""
    folder, clock.now = empty_lake
    with open_lake(shutil.copytree(folder, tmp_path / "test.xrm"), clock=clock, user="ann") as opened:
        yield opened


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of data sets that lies beside the project; tests that need it are skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data folder is not beside the project")
    return folder
