"""Names of firms and other organisations; their legal forms, and the name that remains without."""

import polars as pl

from .legal_forms import ATTACHED, forms_pattern, short_forms, spelling_key
from .text import Text
from .tidy import matches, tidy

# "Example Company Pty Ltd": more than this many forms in a row is a name.
_MOST_FORMS = 3
_NO_NAME = r"(?i)^(?:the|die|der|das|la|le|les|el|il|lo|inc|ltd|co)\.?$"


class CompanyName(Text):
    """The name of an organisation, in the spelling given, legal form included."""

    name = "company_name"
    match_as = "company_name"

    def is_valid(self, values: pl.Series) -> pl.Series:
        """Has a letter or digit, is no e-mail or web address, at most 300 characters."""
        named = matches(values, r"[\p{L}\p{N}]") & (values.str.len_chars() <= 300)
        return named & ~matches(values, r"^\S+@\S+$|https?:")


def legal_form(values: pl.Series) -> pl.Series:
    """
    The legal form of each name, in short: `Acme G.m.b.H.` has `gmbh`; null if none is named.

    Of several (`Example Company Pty Ltd`) it is the last.
    """
    form = _parted(tidy(values))["form"]
    spellings = {
        text: ATTACHED.get(text) or short_forms().get(spelling_key(text), spelling_key(text))
        for text in form.unique().drop_nulls()
    }
    return form.replace_strict(spellings, default=None, return_dtype=pl.String).rename(values.name)


def company_stem(values: pl.Series) -> pl.Series:
    """
    Each name without its legal forms: `Example Company Pty Ltd` as `Example`, null as null.

    A name that is nothing but a form (`Inc`) stays as it is.
    """
    stems = tidy(values)
    for _ in range(_MOST_FORMS):
        shorter = _parted(stems)["stem"]
        if shorter.eq_missing(stems).all():
            break
        stems = shorter
    return stems


def _parted(names: pl.Series) -> pl.DataFrame:
    """Columns stem and form: each name without its last form, and that form in short (null if there is none)."""
    behind = rf"(?i)(?:\s*,\s*|\s+)\(?({forms_pattern()})\)?[\s.,;]*$"
    front = rf"(?i)^({forms_pattern(front=True)})\s+"
    glued = "|".join(pl.Series(sorted(ATTACHED, key=len, reverse=True)).str.escape_regex())
    name = pl.col("name")
    patterns = (rf"({glued})", behind, front)
    found = [
        (name.str.extract(pattern, 1), name.str.replace(pattern, "").str.strip_chars(" ,;")) for pattern in patterns
    ]
    split = names.to_frame("name").select(
        form=pl.coalesce(form for form, _ in found),
        stem=pl.coalesce(pl.when(form.is_not_null()).then(stem) for form, stem in found),
        name=name,
    )
    named = pl.col("stem").str.contains(r"[\p{L}\p{N}]") & ~pl.col("stem").str.contains(_NO_NAME)
    named = named.fill_null(False)
    return split.select(
        stem=pl.when(named).then("stem").otherwise("name"),
        form=pl.when(named).then("form"),
    )
