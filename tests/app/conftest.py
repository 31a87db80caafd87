"""The app under AppTest: a lake is served in this process, and a page is opened by its address."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.app.small import make_small_lake
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import open_lake

APP = Path(__file__).resolve().parents[2] / "app"
pytest.importorskip("streamlit")
if str(APP) not in sys.path:
    sys.path.insert(0, str(APP))


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small") / "small.xrm"
    make_small_lake(folder)
    return folder


@pytest.fixture
def small(small_folder: Path, tmp_path: Path) -> Iterator[Lake]:
    shutil.copytree(small_folder, tmp_path / "small.xrm")
    with open_lake(tmp_path / "small.xrm", user="ann") as lake:
        yield lake


@pytest.fixture
def visit() -> Callable[..., object]:
    """Serve a lake and open a page of it: `visit(lake, "record", type="person", id=7)`."""
    import served
    from streamlit.testing.v1 import AppTest
    from streamlit.util import calc_hash

    def opened(lake: Lake, url: str = "", **query: object) -> AppTest:
        served.serve(lake)
        at = AppTest.from_file(str(APP / "main.py"), default_timeout=60)
        # AppTest finds pages by their file; ours are functions, which the frontend asks for by this hash.
        at._page_hash = calc_hash(url)
        for name, value in query.items():
            at.query_params[name] = str(value)
        return at.run()

    return opened
