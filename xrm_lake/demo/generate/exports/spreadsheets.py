"""The spreadsheets beside the CRMs: a trade-fair list, a supplier list, and the customers of an old system."""

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Texts, texts
from xrm_lake.demo.generate.exports.desk import Desk, Form, based_in, country, some_filled, tell_national
from xrm_lake.demo.generate.faults.broken import break_rows
from xrm_lake.demo.generate.faults.spoil import Spoil, spoil
from xrm_lake.demo.generate.faults.vary import Entry, firm_entries, person_entries, vary_firms, vary_people
from xrm_lake.demo.generate.stamps import DAY, as_day, as_german_day
from xrm_lake.demo.generate.words import firm
from xrm_lake.demo.generate.world.writing import phone_text, plain

FAIR = Form(
    "spreadsheets/trade_fair_leads.xlsx", "spreadsheet", encoding=None, separator=None, dates=("Visited on",)
)  # fmt: skip
SUPPLIERS = Form("spreadsheets/suppliers.xlsx", "spreadsheet", encoding=None, separator=None, numbers=("Payment days",))
OLD = Form("spreadsheets/kunden_alt.csv", "spreadsheet", encoding="cp1252", separator=";")
FAIR_SPOILS = (
    Spoil("missing_required", "Last name", 0.01),
    Spoil("missing_expected", "E-mail", 0.08),
    Spoil("missing_expected", "Company", 0.03),
    Spoil("bad_email", "E-mail", 0.04),
    Spoil("bad_phone", "Phone", 0.03),
    Spoil("bad_date", "Visited on", 0.01),
    Spoil("bad_country", "Country", 0.02),
    Spoil("placeholder", "Function", 0.04),
    Spoil("product_misspelled", "Interested in", 0.08),
    Spoil("hostile_formula", "Remarks", 0.004),
    Spoil("hostile_emoji", "Remarks", 0.004),
    Spoil("hostile_html", "Remarks", 0.003),
)
SUPPLIER_SPOILS = (
    Spoil("missing_expected", "E-mail", 0.06),
    Spoil("missing_expected", "City", 0.04),
    Spoil("bad_email", "E-mail", 0.03),
    Spoil("bad_phone", "Phone", 0.03),
    Spoil("bad_postcode", "Postcode", 0.03),
    Spoil("bad_country", "Country", 0.02),
    Spoil("placeholder", "Contact family name", 0.02),
)
OLD_SPOILS = (
    Spoil("missing_required", "Firma", 0.006),
    Spoil("missing_expected", "E-Mail", 0.25),
    Spoil("missing_expected", "Telefon", 0.1),
    Spoil("bad_email", "E-Mail", 0.04),
    Spoil("bad_phone", "Telefon", 0.03),
    Spoil("bad_date", "Letzter Kontakt", 0.02),
    Spoil("bad_postcode", "PLZ", 0.02),
    Spoil("bad_amount", "Umsatz", 0.01),
    Spoil("placeholder", "Nachname", 0.02),
    Spoil("hostile_formula", "Bemerkung", 0.004),
)


def write_trade_fair(desk: Desk) -> None:
    """Draft the list of the trade fair: people with the name of their firm, by badge number."""
    chance, scene, cast = desk.scene.chance.stream("trade fair"), desk.scene, desk.scene.roll.casts["trade fair"]
    entry = person_entries(scene.people, cast.who)
    entry = vary_people(chance, entry, cast.repeat | cast.known, np.arange(scene.roll.firms), scene.firms)
    text, n, at_work = entry.text, entry.who.size, entry.firm >= 0
    based = based_in(scene, entry)
    visited = scene.calendar.now - (60 + chance.whole(0, 4, n)) * DAY
    cells = {
        "Badge": texts([f"F{number:05d}" for number in range(20_001, 20_001 + n)]),
        "First name": text["given"],
        "Last name": text["family"],
        "Function": text["title"],
        "Company": np.where(at_work, scene.firms.name[entry.firm], ""),
        "E-mail": text["email"],
        "Phone": phone_text(chance, text["phone"], based),
        "Country": country(chance, based, usual=0.7),
        "Interested in": chance.choose(list(firm().products), n),
        "Interest": chance.choose(firm().lists["interests"], n),
        "Visited on": as_day(visited),
        "May write": chance.often_first(("yes", "no"), n, first=0.8),
        "Remarks": some_filled(chance, "Wants a call about " + chance.choose(list(firm().products), n), 0.4),
    }
    draft = desk.draft(FAIR, "lead", "Badge", cells)
    columns = {"given": "First name", "family": "Last name", "email": "E-mail", "phone": "Phone"}
    desk.tell_persons(draft, entry, cast, columns)
    draft.note("missing_expected", "Company", np.flatnonzero(~at_work))
    draft.note("opt_out", "May write", np.flatnonzero(cells["May write"] == "no"))
    tell_national(draft, "Phone")
    spoil(chance, draft, FAIR_SPOILS)


def write_suppliers(desk: Desk) -> None:
    """Draft the supplier list: a firm and the person to ask there in each row."""
    chance, scene = desk.scene.chance.stream("suppliers"), desk.scene
    firms, people = _firms_and_people(desk, chance, "suppliers", "supplier contacts")
    text, n = firms.text, firms.who.size
    cells = {
        "Supplier no": texts([f"L-{number}" for number in range(70_010, 70_010 + 10 * n, 10)]),
        "Supplier": text["name"],
        "Street": text["street"],
        "Postcode": text["postcode"],
        "City": text["city"],
        "Country": country(chance, firms.culture, usual=0.75),
        "Contact given name": people.text["given"],
        "Contact family name": people.text["family"],
        "E-mail": people.text["email"],
        "Phone": phone_text(chance, people.text["phone"], based_in(scene, people)),
        "Website": text["domain"],
        "Goods": chance.choose(
            ("Lamps", "Sensors", "Steel", "Glass", "Cables", "Pumps", "Transport", "Other parts"), n
        ),
        "Payment days": chance.choose(("14", "30", "45", "60"), n),
    }
    draft = desk.draft(SUPPLIERS, "organisation", "Supplier no", cells)
    desk.tell_firms(draft, firms, scene.roll.casts["suppliers"], {"name": "Supplier", "domain": "Website"})
    columns = {"given": "Contact given name", "family": "Contact family name", "email": "E-mail", "phone": "Phone"}
    desk.tell_persons(draft, people, scene.roll.casts["supplier contacts"], columns)
    tell_national(draft, "Phone")
    spoil(chance, draft, SUPPLIER_SPOILS)


def write_old_customers(desk: Desk) -> None:
    """Draft the customers of the old system: cp1252, semicolons, decimal commas, German headers and dates."""
    chance, scene = desk.scene.chance.stream("old customers"), desk.scene
    firms, people = _firms_and_people(desk, chance, "old customers", "old contacts")
    text, n = firms.text, firms.who.size
    revenue = chance.skewed(n, 1.2) * 18_000
    cells = {
        "Kundennr": texts([str(number) for number in range(100_231, 100_231 + 7 * n, 7)]),
        "Firma": text["name"],
        "Straße": text["street"],
        "PLZ": text["postcode"],
        "Ort": text["city"],
        "Land": country(chance, firms.culture, usual=0.4),
        "Vorname": people.text["given"],
        "Nachname": people.text["family"],
        "Telefon": phone_text(chance, people.text["phone"], based_in(scene, people)),
        "E-Mail": people.text["email"],
        "Umsatz": texts([_german(amount) for amount in revenue.tolist()]),
        "Letzter Kontakt": as_german_day(scene.calendar.now - chance.whole(300, 2200, n) * DAY),
        "Bemerkung": some_filled(chance, texts(["Zahlt pünktlich; liefert selbst"] * n), 0.15),
    }
    cells = {_narrow_text(name): _narrow(values) for name, values in cells.items()}
    draft = desk.draft(OLD, "organisation", "Kundennr", cells)
    desk.tell_firms(draft, firms, scene.roll.casts["old customers"], {"name": "Firma"})
    columns = {"given": "Vorname", "family": "Nachname", "email": "E-Mail", "phone": "Telefon"}
    desk.tell_persons(draft, people, scene.roll.casts["old contacts"], columns)
    tell_national(draft, "Telefon")
    spoil(chance, draft, OLD_SPOILS)
    break_rows(chance, draft, separator=";", kinds=("broken_short", "broken_long"))


def _firms_and_people(desk: Desk, chance: Chance, firms: str, people: str) -> tuple[Entry, Entry]:
    """The firms of a file and the person who stands in the same row."""
    scene = desk.scene
    firm_cast, person_cast = scene.roll.casts[firms], scene.roll.casts[people]
    again = firm_cast.repeat | firm_cast.known
    persons_again = person_cast.repeat | person_cast.known
    there = vary_firms(chance.stream("firms"), firm_entries(scene.firms, firm_cast.who), again)
    persons = person_entries(scene.people, person_cast.who)
    varied = vary_people(chance.stream("people"), persons, persons_again, np.unique(firm_cast.who), scene.firms)
    return there, varied


def _german(amount: float) -> str:
    """
    The amount as a German would write it.

    >>> _german(12345.6)
    '12.345,60'
    """
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def _narrow(values: Texts) -> Texts:
    """The values as far as the old character set goes: what it lacks is written in plain letters."""
    return texts([_narrow_text(value) for value in values])


def _narrow_text(value: str) -> str:
    try:
        value.encode("cp1252")
    except UnicodeEncodeError:
        return plain(value)
    return value
