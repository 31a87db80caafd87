from datetime import date
from pathlib import Path

import pytest

from xrm_lake.demo.generate import Truth, generate

TODAY = date(2026, 3, 16)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """A small firm: its files and the truth about them."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, generate(folder, scale=0.02, today=TODAY)


@pytest.fixture(scope="session")
def larger(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """A firm that is large enough for shares and trends to show."""
    folder = tmp_path_factory.mktemp("larger")
    return folder, generate(folder, scale=0.4, today=TODAY)
