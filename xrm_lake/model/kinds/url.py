"""Addresses of pages on the web."""

import polars as pl

from .base import DEFAULTS, Options
from .domain import PLAIN_DOMAIN, is_plain_domain, validated_domain
from .text import Text
from .tidy import ask, derive, judge, matches, mend, settle, tidy

_PARTS = r"^(https?|ftp)://((?:[^\s/?#@]*@)?)([^\s/?#@:]+)((?::\d{1,5})?)((?:[/?#]\S*)?)$"
_PLACES = ["scheme", "user", "host", "port", "path"]
_SITE = r"^[^\s/?#@:]+\.[^\s/?#@:.]+(?::\d{1,5})?(?:[/?#]\S*)?$"
# A domain that needs no library to be judged (see `domain`), in an address that does not end in a slash.
_PLAIN = rf"^(?:https?|ftp)://{PLAIN_DOMAIN}(?:[/?#]\S*[^\s/])?$"
_ASK = r"^[a-z]+://(?:[^/?#]*\.)?(?:(?:arpa|invalid|local|localhost|onion|test)(?:[/?#]|$)|..--)|^[a-z]+://[^/?#]{254}"
_IPV4 = r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$"


class Url(Text):
    """A web address with its scheme, the host in small letters: `https://example.org/About`."""

    name = "url"
    match_as = "id"

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """
        Scheme and host in small letters, no slash behind a bare host.

        Where no scheme is written (`www.example.org`), it is `https`.
        """
        raw = tidy(values)
        return mend(raw, ~self._is_plain(raw), self._mended)

    def _mended(self, raw: pl.Series) -> pl.Series:
        read = _read(raw)
        return settle(raw, read, self.is_valid(read))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """http, https or ftp, a domain with a dot or an IPv4 address, no white space."""
        plain = self._is_plain(values)
        return judge(values, ask(values, plain, _is_canonical))

    def _is_plain(self, values: pl.Series) -> pl.Series:
        """Whether each address is canonical at first sight."""
        return (matches(values, _PLAIN) & ~matches(values, _ASK)).fill_null(False) | values.is_null()


def _read(raw: pl.Series) -> pl.Series:
    site = pl.col("v").str.strip_chars("<>").str.replace("^//", "")
    site = pl.when(site.str.contains(_SITE)).then("https://" + site).otherwise(site)
    schemed = derive(raw, site.str.replace(r"^(?i:(https?|ftp)):/{1,2}", "$1://"))
    groups = pl.col("v").str.extract_groups(rf"(?i){_PARTS}").struct.rename_fields(_PLACES)
    parts = (
        schemed.to_frame("v")
        .select(groups.alias("g"))
        .unnest("g")
        .with_columns(pl.col("scheme", "host").str.to_lowercase())
    )
    host = mend(parts["host"], ~_is_plain_host(parts["host"]), _international)
    path = pl.when(pl.col("path") != "/").then(pl.col("path")).otherwise(pl.lit(""))
    text = pl.concat_str("scheme", pl.lit("://"), "user", "host", "port", path)
    return parts.with_columns(host=host).select(text.alias(raw.name)).to_series()


def _is_plain_host(host: pl.Series) -> pl.Series:
    return is_plain_domain(host) | matches(host, _IPV4)


def _international(hosts: pl.Series) -> pl.Series:
    return pl.Series(hosts.name, [validated_domain(host) for host in hosts], dtype=pl.String)


def _is_canonical(text: str) -> bool:
    return bool(_read(pl.Series([text])).item() == text)
