"""The app as it is served, in a real browser; skipped where there is none."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

CHROMIUM = Path("/usr/bin/chromium")
ROOT = Path(__file__).resolve().parents[2]
# What Chromium asks of its maker when it starts would be no request of the app.
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _ready(address: str, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        pytest.fail(f"the server ended with {process.returncode} before it was ready")
    try:
        with urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@pytest.fixture(scope="module")
def lake_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.app.small import make_small_lake

    folder = tmp_path_factory.mktemp("e2e") / "small.xrm"
    make_small_lake(folder)
    return folder


@pytest.fixture(scope="module")
def address(lake_folder: Path) -> Iterator[str]:
    """The lake, served as `xrm serve` serves it."""
    port = _free_port()
    command = [
        sys.executable,
        "-m",
        "xrm_lake.cli",
        "--lake",
        str(lake_folder),
        "serve",
        "--port",
        str(port),
        "--no-browser",
    ]
    process = subprocess.Popen(
        command,
        cwd=lake_folder.parent,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
    )
    where = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while not _ready(where, process):
            if time.monotonic() > deadline:
                pytest.fail("the server was not ready in a minute")
            time.sleep(0.2)
        yield where
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield opened
        opened.close()


class Desk:
    """A browser's page on the app that remembers what went wrong and where it asked."""

    def __init__(self, browser: object, address: str, *, dark: bool = False, width: int = 1440) -> None:
        self.address, self.problems, self.outside = address, [], []
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        self.page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda problem: self.problems.append(str(problem)))
        self.page.on("request", self._asked)

    def _hear(self, message: object) -> None:
        # An address of a page makes the frontend look for its server below it once; it then finds it at the root.
        if message.type == "error" and "404" not in message.text:
            self.problems.append(message.text)

    def _asked(self, request: object) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", self.address.replace("http", "ws"))):
            self.outside.append(request.url)

    def open(self, path: str) -> "Desk":
        self.page.goto(self.address + path)
        self.page.wait_for_selector("[data-testid=stMainBlockContainer]")
        return self.settle()

    def settle(self) -> "Desk":
        """Wait until the script has run and nothing is being drawn."""
        self.page.wait_for_function(
            """() => {
                const app = document.querySelector('[data-testid=stApp]');
                const still = app && !['running', 'initial'].includes(app.dataset.testScriptState)
                    && !document.querySelector('[data-stale=true]');
                window.__still = still ? (window.__still || performance.now()) : 0;
                return still && performance.now() - window.__still > 500;
            }""",
            polling=100,
        )
        return self

    def click(self, name: str) -> "Desk":
        self.page.get_by_role("button", name=name).first.click()
        return self.settle()

    def sees(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for()


@pytest.fixture
def desk(browser: object, address: str) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def sit(**how: object) -> Desk:
        made.append(Desk(browser, address, **how))
        return made[-1]

    yield sit
    for each in made:
        assert each.outside == [], "a request left this machine"
        assert each.problems == [], "the console had errors"
        each.page.context.close()


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where screenshots go: XRM_SHOTS, or a temporary folder."""
    folder = Path(os.environ.get("XRM_SHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
