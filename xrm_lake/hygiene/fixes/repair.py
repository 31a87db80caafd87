"""Slips that can be read in one way only: in mail and web addresses, countries and the spaces of texts. Pure, on distinct values."""

from functools import cache

import polars as pl

from xrm_lake.model.free_mail import free_mail
from xrm_lake.model.kinds import kind

REPAIRS = pl.Schema({"old": pl.String(), "new": pl.String(), "score": pl.Float64()})
# Hosts whose names many people type, and mistype.
_HOSTS = (
    "gmail.com", "googlemail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "live.com", "aol.com", "gmx.de", "gmx.net",
    "web.de", "t-online.de", "freenet.de", "hotmail.de", "yahoo.de", "orange.fr", "libero.it", "bluewin.ch", "btinternet.com",
)  # fmt: skip
_AT = r"(?i)\s*(?:\(at\)|\[at\]|\{at\}|<at>|\s+at\s+)\s*"
_DOT = r"(?i)\s*(?:\(dot\)|\[dot\]|\(punkt\)|\s+dot\s+)\s*"
_COM = r"(?i)\.(?:con|cmo|ocm|comm|coom|vom|xom|c0m|cim)$"
_SURE, _LIKELY = 0.95, 0.75


def is_free_mail(domains: pl.Series) -> pl.Series:
    """Whether each domain is one of a mail provider for everybody, and so of no firm."""
    return domains.is_in(pl.Series(sorted(free_mail())).implode())


def repair_email(values: pl.Series) -> pl.DataFrame:
    """Addresses with a sign written out, doubled or mistyped (schema REPAIRS); those at a mistyped mail host score less."""
    text = pl.col("old").str.replace_all(_AT, "@").str.replace_all(_DOT, ".")
    text = (
        text.str.replace(r"(?i)^(?:mailto|e-?mail)\s*:?\s*", "").str.replace_all(r"\s+", "").str.replace_all("@@+", "@")
    )
    text = (
        text.str.replace_all(r"\.\.+", ".")
        .str.replace_all(r"[,;]([a-z]{2,})$", ".${1}")
        .str.replace_all(r"\.@|@\.", "@")
    )
    text = text.str.strip_chars(".,;:<>()\"'").str.replace(_COM, ".com")
    wrong = values.filter(~kind("email").is_valid(values).fill_null(True))
    mended = _accepted("email", wrong, text, _SURE)
    # The end of a valid address may be mistyped too.
    right = values.filter(kind("email").is_valid(values).fill_null(False))
    ends = _accepted("email", right.filter(right.str.contains(_COM)), pl.col("old").str.replace(_COM, ".com"), _SURE)
    done = set(ends["old"])
    return pl.concat([mended, ends, _hosts(right.filter(~right.is_in(list(done))))])


def _hosts(values: pl.Series) -> pl.DataFrame:
    parts = pl.DataFrame({"old": values}).with_columns(host=pl.col("old").str.split("@").list.last())
    hosts = parts["host"].unique(maintain_order=True)
    meant = {host: found for host in hosts.filter(~is_free_mail(hosts)).to_list() if (found := _host_meant(host))}
    if not meant:
        return pl.DataFrame(schema=REPAIRS)
    told = parts.filter(pl.col("host").is_in(list(meant))).with_columns(
        right=pl.col("host").replace_strict(meant, default=None)
    )
    new = pl.col("old").str.split("@").list.first() + "@" + pl.col("right")
    return told.select("old", new=new, score=pl.lit(_LIKELY)).cast(REPAIRS)


@cache
def _host_meant(host: str) -> str | None:
    from rapidfuzz.distance import OSA

    near = [each for each in _HOSTS if OSA.distance(host, each, score_cutoff=1) == 1 and host[0] == each[0]]
    return near[0] if len(near) == 1 else None


def repair_address(values: pl.Series, name: str) -> pl.DataFrame:
    """Web addresses or domains (`name` of the kind) with slips in the scheme, the `www` or the points (schema REPAIRS)."""
    text = pl.col("old").str.replace_all(r"\s+", "").str.replace(r"(?i)^(?:h?t+p+(s?)[:;.,]*[/\\]*)+", "http${1}://")
    text = (
        text.str.replace(r"(?i)^((?:https?://)?)w{2,4}[.,]", "${1}www.")
        .str.replace_all(r",", ".")
        .str.replace_all(r"\.\.+", ".")
    )
    text = text.str.replace(_COM, ".com").str.strip_chars(".,;")
    wrong = values.filter(~kind(name).is_valid(values).fill_null(True))
    return _accepted(name, wrong, text, 0.9)


def repair_country(values: pl.Series) -> pl.DataFrame:
    """Names of countries with a slip, where only one country is near (schema REPAIRS)."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    names = kind("country").words()
    rows = []
    for old in values.filter(~kind("country").is_valid(values).fill_null(True)).to_list():
        near = extract(old.casefold(), list(names), scorer=OSA.normalized_similarity, score_cutoff=0.8, limit=8)
        codes = {names[name] for name, _, _ in near}
        if len(codes) == 1 and len(old) >= 5:
            rows.append((old, codes.pop(), round(near[0][1], 2)))
    return pl.DataFrame(rows, schema=REPAIRS, orient="row")


def repair_spacing(values: pl.Series) -> pl.DataFrame:
    """Texts with a space before a comma, none behind it between words, or a comma at an end (schema REPAIRS)."""
    text = pl.col("old").str.replace_all(r" +([,;])", "${1}").str.replace_all(r"([,;])(\p{L}{2,})", "${1} ${2}")
    text = text.str.replace_all(r"([,;])(?: *[,;])+", "${1}").str.strip_chars(" ,;")
    text = text.str.replace_all(r"\( +", "(").str.replace_all(r" +\)", ")")
    told = values.filter(values.str.contains(r"[,;()]"))
    return _accepted("text", told, text, _SURE)


def _accepted(name: str, values: pl.Series, text: pl.Expr, score: float) -> pl.DataFrame:
    """What becomes of the values, where it is another one and valid."""
    read = pl.DataFrame({"old": values.cast(pl.String)}).with_columns(new=text)
    cleaned = read.with_columns(new=kind(name).clean(read["new"]))
    good = cleaned.filter(kind(name).is_valid(cleaned["new"]).fill_null(False) & (pl.col("new") != pl.col("old")))
    return good.select("old", "new", score=pl.lit(score)).cast(REPAIRS)
