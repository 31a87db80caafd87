"""Reports as e-mail files, as mail programs take them."""

import re
from dataclasses import replace
from email import message_from_bytes, policy

import polars as pl
import pytest

from xrm_lake.reports.page import Column, Table
from xrm_lake.reports.render import render


def read(page):
    return message_from_bytes(render(page, "eml"), policy=policy.default)


def html_of(message):
    return message.get_body(("html",)).get_content()


def test_it_is_a_draft_with_a_subject_and_a_plain_text_for_those_who_read_no_html(page):
    message = read(page)

    assert (message["Subject"], message["X-Unsent"]) == ("Data hygiene, week 52, 2017-12-31", "1")
    assert message["From"] is None
    assert "Fix first" in message.get_body(("plain",)).get_content()


def test_each_chart_is_a_picture_inside_the_message_and_says_what_it_shows(page):
    message = read(page)
    named = re.findall(r'<img src="cid:([^"]+)" [^>]*alt="([^"]+)"', html_of(message))
    inside = {part["Content-ID"].strip("<>"): part.get_content() for part in message.walk() if part["Content-ID"]}

    assert len(named) == 5
    assert all(alt for _, alt in named)
    assert {name for name, _ in named} == set(inside)
    assert all(content.startswith(b"\x89PNG") for content in inside.values())


def test_nothing_in_it_needs_a_style_sheet_a_script_or_the_network(page):
    html = html_of(read(page))

    assert not re.search(r"<style|<script|<svg|<link|url\(|src=\"(?!cid:)|class=", html)


def test_a_long_report_stays_below_the_length_at_which_mail_programs_cut(page):
    rows = pl.DataFrame({"name": [f"{place} {'long ' * 50}" for place in range(400)]})
    tables = tuple(Table(f"Table {place}", rows, (Column("name", "Name"),)) for place in range(40))
    html = html_of(read(replace(page, blocks=tables)))

    assert len(html.encode()) <= 100_000
    assert re.search(r"39\d more rows are in the XLSX and JSON forms", html)


@pytest.mark.parametrize("value", ["<img src=x onerror=alert(1)>", "\r\nBcc: all@example.org", "\ud800", "{{ 7*7 }}"])
def test_a_hostile_value_is_text_in_subject_and_body(page, value):
    rows = pl.DataFrame({"name": [value.replace("\ud800", "x")]})
    message = read(replace(page, title=value, blocks=(Table("T", rows, (Column("name", "Name"),)),)))

    assert message["Bcc"] is None
    assert "<img" not in html_of(message)
    assert message["Subject"].endswith("2017-12-31")
