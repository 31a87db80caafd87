"""How one text is written in two ways: slips of the key, case, short forms, and the many forms of a phone number."""

from collections.abc import Callable

import numpy as np
import polars as pl

from xrm_lake.demo.generate.chance import Chance, Ints, Mask
from xrm_lake.demo.generate.words import cultures

PLACEHOLDERS = ("n/a", "unknown", "-", "x")
ABBREVIATED = {
    " Street": " St", " Road": " Rd", " Avenue": " Ave", " Lane": " Ln", " Drive": " Dr", " Boulevard": " Blvd", "straße": "str.",
    "Straße": "Str.", "strasse": "str.", "gasse": "g.", "avenue ": "av. ", "boulevard ": "bd ", "Calle ": "C/ ", "Avenida ": "Avda. ",
    "Plaza ": "Pl. ", "Corso ": "C.so ", "Piazza ": "P.zza ", "straat": "str.", "gatan": "g.", "vägen": "v.", "ul. ": "", "No: ": "",
    " Nagar": " Ngr",
}  # fmt: skip
LEGAL_FORMS = {
    "Ltd": ("Ltd.", "Limited", "LTD"), "Limited": ("Ltd", "Ltd.", "LIMITED"), "Inc": ("Inc.", "Incorporated", "INC"),
    "LLC": ("L.L.C.", "llc"), "Corp": ("Corp.", "Corporation"), "Co.": ("Co", "Company"), "GmbH": ("gmbh", "G.m.b.H."),
    "AG": ("A.G.",), "S.A.": ("SA", "S.A"), "SA": ("S.A.",), "S.L.": ("SL",), "S.r.l.": ("Srl", "SRL"), "S.p.A.": ("SpA", "SPA"),
    "B.V.": ("BV", "bv"), "N.V.": ("NV",), "Sp. z o.o.": ("Sp. z o. o.", "sp. z o.o."), "s.r.o.": ("sro", "s. r. o."), "AB": ("ab",),
    "Pvt Ltd": ("Pvt. Ltd.", "Private Limited"), "PLC": ("plc", "P.L.C."), "SARL": ("S.A.R.L.", "Sarl"), "SAS": ("S.A.S.",),
    "Ltd. Şti.": ("Ltd Şti", "LTD. ŞTİ."), "A.Ş.": ("AŞ",), "GmbH & Co. KG": ("GmbH & Co KG", "GmbH u. Co. KG"),
}  # fmt: skip

Change = Callable[[pl.Series], pl.Series]


def change(values: pl.Series, which: Mask, how: Change) -> pl.Series:
    """The values with those where `which` is true changed by `how`."""
    rows = np.flatnonzero(which)
    return values.clone().scatter(rows, how(values.gather(rows))) if rows.size else values


def misspell(chance: Chance, values: pl.Series) -> pl.Series:
    """
    Each text with one slip of the key: a letter lost, another letter, two swapped, or one doubled.

    A digit becomes another digit, so that a number stays one.
    """
    n = len(values)
    held = pl.DataFrame({"text": values}).with_columns(
        at=(pl.Series(chance.shares(n)) * pl.col("text").str.len_chars()).floor().cast(pl.Int64),
        how=pl.Series(chance.which((3, 3, 2, 2), n)),
        letter=pl.Series(list("etaoinsrhldcumfpgwybvkxjqz")).gather(chance.whole(0, 26, n)),
        digit=pl.Series(list("0123456789")).gather(chance.whole(0, 10, n)),
    )
    text, at = pl.col("text"), pl.col("at")
    before, here, after = text.str.slice(0, at), text.str.slice(at, 1), text.str.slice(at + 1)
    other = pl.when(here.str.contains(r"\d")).then("digit").otherwise("letter")
    slip = (
        pl.when(pl.col("how") == 0)
        .then(pl.concat_str(before, after))
        .when(pl.col("how") == 1)
        .then(pl.concat_str(before, other, after))
        .when(pl.col("how") == 2)
        .then(pl.concat_str(before, text.str.slice(at + 1, 1), here, text.str.slice(at + 2)))
        .otherwise(pl.concat_str(before, here, here, after))
    )
    long = text.str.len_chars() > 1
    return held.select(pl.when(long).then(slip).otherwise(text))["text"]


def recase(chance: Chance, values: pl.Series) -> pl.Series:
    """Each text in capitals or in small letters."""
    upper = pl.Series(chance.chance(len(values), 0.5))
    return values.str.to_uppercase().zip_with(upper, values.str.to_lowercase())


def abbreviate(values: pl.Series) -> pl.Series:
    """Each street with its words cut short."""
    held = values.to_frame("text")
    return held.select(pl.col("text").str.replace_many(list(ABBREVIATED), list(ABBREVIATED.values())))["text"]


def rewrite_legal_form(chance: Chance, forms: pl.Series) -> pl.Series:
    """Each legal form in another writing of the same."""
    pick = chance.whole(0, 1 << 30, len(forms)).tolist()
    written = [LEGAL_FORMS.get(form, (form,)) for form in forms.to_list()]
    return pl.Series([ways[draw % len(ways)] for ways, draw in zip(written, pick, strict=True)], dtype=pl.String)


def dial(chance: Chance, numbers: pl.Series, culture: Ints) -> pl.Series:
    """National phone numbers as people type them: with or without country, spaced, bracketed, run together."""
    known = cultures()
    style = pl.Series(chance.which((5, 4, 2, 2, 2, 1), len(numbers)))
    held = pl.DataFrame(
        {
            "country": pl.Series([told.dial for told in known]).gather(culture),
            "trunk": pl.Series([told.trunk for told in known]).gather(culture),
            "area": numbers.str.slice(0, 3),
            "number": numbers.str.slice(3),
        }
    )
    halves = pl.concat_str(pl.col("number").str.head(3), pl.lit("-"), pl.col("number").str.slice(3))
    ways = (
        pl.concat_str(pl.lit("+"), "country", pl.lit(" "), "area", pl.lit(" "), "number"),
        pl.concat_str("trunk", "area", pl.lit(" "), "number"),
        pl.concat_str(pl.lit("("), "trunk", "area", pl.lit(") "), halves),
        pl.concat_str("trunk", "area", "number"),
        pl.concat_str(pl.lit("00"), "country", "area", "number"),
        pl.concat_str("trunk", "area", pl.lit("/"), "number"),
    )
    chosen = ways[-1]
    for place, way in enumerate(ways[:-1]):
        chosen = pl.when(style == place).then(way).otherwise(chosen)
    return held.select(chosen.alias("number"))["number"]
