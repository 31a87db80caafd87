"""E-mail addresses, such as ann@example.org."""

import polars as pl

from .base import DEFAULTS, Options
from .text import Text
from .tidy import ask, derive, each, judge, matches, mend, settle, tidy

# Beside ASCII, small letters that are Latin or Cyrillic: the library keeps them as they are, too.
_ATOM = r"[[\u00DF-\u017F\u0430-\u045F&&\p{Ll}]a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# What email-validator accepts as it stands, cut down to small letters and domains in ASCII: nearly every address.
_PLAIN = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z])?$"
# What only the library can judge: names for special use, punycode, other labels with two hyphens, long parts.
_ASK = r"[@.](?:arpa|invalid|local|localhost|onion|test)$|[@.]..--|^[^@]{65}"
# What it refuses for sure: no sign in the middle, or two dots in a row outside of quotes and brackets.
_NONE = r"""^[^@]*$|^[^\s"'<>\[\]();,]*\.\.[^\s"'<>\[\]();,]*$"""


class Email(Text):
    """
    An address in small letters, judged by its syntax alone (email-validator; RFC 5321, 6531, 5890).

    Domains without a dot, and names for special use such as `.local`, are not valid: no mail reaches them.
    """

    name = "email"
    personal = True
    match_as = "email"

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """The bare address: `Ann <mailto:ANN@Example.org>;` as `ann@example.org`."""
        raw = tidy(values)
        lower = derive(raw, pl.col("v").str.to_lowercase())
        plain = _is_plain(lower)
        return mend(lower, ~plain, lambda _: _read_all(raw.filter(~plain)))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """An address that mail servers of the internet accept as one, in canonical form."""
        plain, none = _is_plain(values), matches(values, _NONE)
        return judge(values, ask(values, plain | none, _is_canonical) & ~none)

    def mask(self, values: pl.Series) -> pl.Series:
        """The first letter and the domain: `a***@example.org`."""
        return derive(values, pl.col("v").str.replace(r"(?s)^(.)?.*?(@[^@]*)?$", "${1}***${2}"))


def _is_plain(lower: pl.Series) -> pl.Series:
    return matches(lower, _PLAIN) & (lower.str.len_bytes() <= 254) & ~matches(lower, _ASK)


def _is_canonical(text: str) -> bool:
    return _normal(text) == text


def _read_all(raw: pl.Series) -> pl.Series:
    """The address in each text, or the text itself."""
    read = mend(raw, ~matches(raw, _NONE), lambda rest: each(rest, _read))
    # Between quotes a reading may leave two spaces, which would be one the next time.
    return settle(raw, read, tidy(read) == read)


def _read(text: str) -> str:
    """The address in a text, or the text itself."""
    bare = text.strip(" \t<>;,").removeprefix("mailto:").removeprefix("MAILTO:")
    if bare.startswith(("'", '"')) and bare.endswith(bare[0]):
        bare = bare[1:-1]
    within = bare.rpartition("<")[2].rstrip(">").removeprefix("mailto:")
    return _validated(bare) or _validated(within.strip()) or text


def _validated(text: str) -> str | None:
    """The canonical address, or None if there is none: small letters may lead to another normal form once."""
    once = _normal(text)
    return once if once is not None and _normal(once) == once else None


def _normal(text: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            text, check_deliverability=False, strict=True, allow_quoted_local=True, allow_domain_literal=True
        )
    except EmailNotValidError:
        return None
    local = found.local_part.lower()
    return f"{local}@{found.domain}" if len(local) <= 64 else None
