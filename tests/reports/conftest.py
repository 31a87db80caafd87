"""The example page, for every test of a renderer."""

import pytest

from xrm_lake.reports.page import Page

from .example import weekly


@pytest.fixture
def page() -> Page:
    return weekly()
