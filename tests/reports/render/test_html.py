"""Reports as one HTML file."""

import re
from dataclasses import replace

from xrm_lake.reports.render import render


def test_nothing_is_fetched(page):
    html = render(page, "html")

    assert "default-src 'none'" in html
    assert not re.search(r"(?:\bsrc=|@import|url\((?!#)|<link|<script|<iframe|<object|<embed)", html)


def test_every_chart_is_drawn_for_a_desk_and_for_a_phone_and_says_what_it_shows(page):
    html = render(page, "html")

    assert html.count('<div class="wide"><svg role="img" aria-label="') == 5
    assert html.count('<div class="narrow"><svg role="img" aria-label="') == 5


def test_no_two_pictures_share_an_id(page):
    ids = re.findall(r'\bid="([^"]+)"', render(page, "html"))

    assert len(ids) == len(set(ids))


def test_without_an_address_of_the_app_relative_links_are_text(page):
    html = render(replace(page, base_url=""), "html")

    assert "<a " not in html
    assert "Merge likely duplicates of organisations" in html


def test_better_and_worse_are_words_too_not_only_colours(page):
    html = render(page, "html")

    assert '<span class="unseen"> worse</span>' in html
    assert '<span class="unseen"> better</span>' in html
