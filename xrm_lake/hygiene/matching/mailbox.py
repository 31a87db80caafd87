"""
E-mail local parts: when the same one at another domain says anything new.

`ann.lee@work.com` and `ann.lee@home.net` agree only in what the name fields
already say, so that agreement counts as missing. `alee77@…` twice does count,
by how rare the local part is.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Codes, Counts, Flags
from xrm_lake.hygiene.matching.encode import Column, Table, dictionary

# Mailboxes of a firm or an office, which many people write from.
_OFFICES = (
    "info", "information", "office", "mail", "email", "post", "contact", "contacts", "contato", "contacto", "kontakt", "kontor",
    "hello", "hallo", "hi", "sales", "vertrieb", "ventas", "support", "service", "help", "helpdesk", "admin", "administration",
    "accounts", "accounting", "billing", "invoice", "invoices", "finance", "buchhaltung", "rechnung", "hr", "jobs", "careers",
    "personal", "press", "presse", "media", "marketing", "team", "staff", "reception", "empfang", "secretary", "sekretariat",
    "enquiries", "inquiries", "orders", "bestellung", "shop", "noreply", "no-reply", "donotreply", "postmaster", "webmaster",
)  # fmt: skip


@dataclass(frozen=True)
class Mailbox:
    """
    The local parts of an e-mail column, for which rows they only repeat the person's name, and for which they are an office's.

    Where a table is of firms, the mailbox of the office is the firm's own.
    """

    locals: Codes
    counts: Counts
    named: Flags
    offices: Flags


def mailbox(column: Column, table: Table) -> Mailbox:
    """Read the local parts of an e-mail column beside the names of the same rows."""
    local_of_value, texts = dictionary(column.values.str.split("@").list.first().rename("value"))
    locals_ = np.append(local_of_value, np.int32(-1))[column.codes]
    counts = np.bincount(locals_[locals_ >= 0], minlength=len(texts))
    people = bool(table.of("person_name") or table.of("person_full_name"))
    of_office = np.append(texts.is_in(_OFFICES).to_numpy() & people, False)
    return Mailbox(locals_, counts, _named(texts, locals_, table), of_office[locals_])


def _named(texts: pl.Series, locals_: Codes, table: Table) -> Flags:
    names = table.of("person_name")
    if not names:
        return np.zeros(len(table), dtype=bool)
    plain = pl.when(~pl.col("text").str.contains("[0-9]")).then(_spelt(pl.col("text")))
    local = _gather(_each(texts, plain), locals_)
    # A name of one or two letters is in many a word.
    short = pl.col("text").str.len_chars() >= 3
    spelt = pl.when(short).then(_spelt(pl.col("text").str.replace_all(" ", "")).str.slice(0, 20))
    spelt_names = {f"name{i}": _gather(_each(c.values, spelt), c.codes) for i, c in enumerate(names)}
    within = pl.DataFrame({"local": local, **spelt_names})
    hits = within.select(
        pl.col("local").str.contains(pl.col(name), literal=True).fill_null(False).alias(name) for name in spelt_names
    )
    flags: Flags = reduce(lambda some, more: some | more, hits.get_columns()).to_numpy()
    return flags


def _each(values: pl.Series, expression: pl.Expr) -> pl.Series:
    return values.to_frame("text").select(expression.alias("text"))["text"]


def _spelt(text: pl.Expr) -> pl.Expr:
    """Umlauts are written out in addresses and lose their dots in names: both ways come to the plain vowel."""
    return text.str.replace_all("([aou])e", "${1}")


def _gather(values: pl.Series, codes: Codes) -> pl.Series:
    if not len(values):
        return pl.Series(values=[None] * len(codes), dtype=pl.String)
    index = pl.Series(np.maximum(codes, 0))
    there = pl.Series("there", codes >= 0)
    return pl.DataFrame({"value": values.gather(index), "there": there}).select(
        pl.when(pl.col("there")).then(pl.col("value")).alias("value")
    )["value"]
