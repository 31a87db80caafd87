"""Names of organisations, with and without their legal form."""

import csv
from pathlib import Path

import polars as pl
import pytest

from xrm_lake.model.kinds.company_name import CompanyName, company_stem, legal_form


@pytest.mark.parametrize(
    ("name", "stem", "form"),
    [
        ("Acme GmbH", "Acme", "gmbh"),
        ("Acme G.m.b.H.", "Acme", "gmbh"),
        ("Acme Gesellschaft mit beschränkter Haftung", "Acme", "gmbh"),
        ("Acme GmbH & Co. KG", "Acme", "gmbh & co kg"),
        ("Acme GmbH und Co KG", "Acme", "gmbh & co kg"),
        ("Acme UG (haftungsbeschränkt)", "Acme", "ug"),
        ("Acme AG", "Acme", "ag"),
        ("Acme Ltd.", "Acme", "ltd"),
        ("Acme, Limited", "Acme", "ltd"),
        ("Acme (Ltd)", "Acme", "ltd"),
        ("Acme Co., Ltd.", "Acme", "co ltd"),
        ("Example Company Pty Ltd", "Example", "pty ltd"),
        ("Acme Incorporated", "Acme", "inc"),
        ("Acme S.A. de C.V.", "Acme", "sa de cv"),
        ("Acme S. A. de C. V.", "Acme", "sa de cv"),
        ("Acme S.à r.l.", "Acme", "sarl"),
        ("Acme Sp. z o.o.", "Acme", "sp zoo"),
        ("Acme A/S", "Acme", "as"),
        ("Oy Acme", "Acme", "oy"),
        ("ООО Ромашка", "Ромашка", "ооо"),
        ("株式会社サンプル", "サンプル", "kk"),
        ("삼성전자 주식회사", "삼성전자", "co ltd"),
        ("Procter & Gamble", "Procter & Gamble", None),
        ("AS Roma", "AS Roma", None),
        ("Acme UK", "Acme UK", None),
        ("Limited Edition Products", "Limited Edition Products", None),
        ("Inc", "Inc", None),
        (None, None, None),
    ],
)
def test_stem_and_form(name: str | None, stem: str | None, form: str | None) -> None:
    column = pl.Series([name], dtype=pl.String)

    assert company_stem(column).to_list() == [stem]
    assert legal_form(column).to_list() == [form]


def test_the_name_itself_keeps_its_form() -> None:
    assert CompanyName().clean(pl.Series([" Acme  GmbH "])).to_list() == ["Acme GmbH"]


def test_what_may_be_a_name() -> None:
    names = pl.Series(["3M", "Müller & Söhne", "???", "info@example.org", "https://example.org"])

    assert CompanyName().is_valid(names).to_list() == [True, True, False, False, False]


def test_the_cases_of_cleanco(shared_data: Path) -> None:
    with (shared_data / "names" / "companies_basename.csv").open(newline="", encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    stems = company_stem(pl.Series([row["input"] for row in cases]))
    passed = [stem == row["expected_basename"] for row, stem in zip(cases, stems, strict=True)]

    # 36 of 43. The rest is meant: a name that is nothing but a form stays (3), East Asian forms are
    # taken off (3), and "Company Ltd" is two forms behind any name (1).
    assert sum(passed) / len(passed) >= 0.83


def test_most_firms_with_a_form_are_seen_to_have_one(shared_data: Path) -> None:
    with (shared_data / "names" / "companies_country.csv").open(newline="", encoding="utf-8") as file:
        names = pl.Series([row["company"] for row in csv.DictReader(file)])

    # 93.9 %. Of the rest nearly all have no form (Air Canada), or have it in the middle (Potash Corp. of Saskatchewan).
    assert (legal_form(names).is_not_null().mean() or 0) >= 0.93
