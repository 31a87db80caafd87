"""Domains, such as example.org."""

import polars as pl

from .base import DEFAULTS, Options
from .text import Text
from .tidy import ask, derive, each, judge, matches, mend, settle, tidy

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
PLAIN_DOMAIN = rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z])?"
_PLAIN = rf"^{PLAIN_DOMAIN}$"
_ASK = r"(?:^|\.)(?:arpa|invalid|local|localhost|onion|test)$|(?:^|\.)..--"


class Domain(Text):
    """A domain in small letters, without `www.`; international ones in their own letters."""

    name = "domain"
    match_as = "id"

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """The domain of what is written: `https://www.Example.org/about`, `ann@example.org` as `example.org`."""
        raw = tidy(values)
        host = pl.col("v").str.to_lowercase().str.replace(r"^(?:mailto:|[a-z][a-z0-9+.-]*://|//)", "")
        host = host.str.replace(r"[/?#\\].*$", "").str.replace(r"^.*@", "").str.replace(r":\d*$", "")
        bare = derive(raw, host.str.strip_chars_end(".").str.replace(r"^www\d?\.(.+\..+)$", "$1"))
        read = mend(bare, ~is_plain_domain(bare), lambda rest: each(rest, validated_domain))
        return settle(raw, read, self.is_valid(read))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """A name with a dot that could be registered (RFC 1035, 5890), in canonical form."""
        plain = is_plain_domain(values)
        return judge(values, ask(values, plain, _is_canonical))


def is_plain_domain(lower: pl.Series) -> pl.Series:
    """Whether each text is a domain that needs no library to be judged."""
    return matches(lower, _PLAIN) & (lower.str.len_bytes() <= 253) & ~matches(lower, _ASK)


def validated_domain(text: str) -> str | None:
    """The domain in its own letters, or None if it is none."""
    from email_validator import EmailSyntaxError
    from email_validator.syntax import validate_email_domain_name

    try:
        return str(validate_email_domain_name(text)["domain"])
    except EmailSyntaxError:
        return None


def _is_canonical(text: str) -> bool:
    return validated_domain(text) == text and not text.startswith("www.")
