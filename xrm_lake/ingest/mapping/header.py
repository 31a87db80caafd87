"""Headers as words: `npe01__HomeEmail__c`, `Home E-Mail` and `home_email` are the same words."""

import re
import unicodedata
from functools import lru_cache

from xrm_lake.ingest.mapping.lexicon import word_set

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_NAMESPACE = re.compile(r"^[A-Za-z][A-Za-z0-9]*__(?=\w+__[crs]$)")
_CUSTOM = re.compile(r"__(?:c|r|pc|s)$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Words that are written in two pieces or with a capital in the middle.
_ONE_WORD = re.compile(r"\b(?:e mail|linked in|you tube|face book|post code|zip code|web site)")
_EXPORTED = re.compile(r"^\((?:do not modify|nicht andern|ne pas modifier)\) ")


@lru_cache(maxsize=20_000)
def plain(header: str) -> str:
    """
    A header to be compared as a whole: no marks of the exporter, one case, single spaces.

    >>> plain(" Full  Name* "), plain("\ufeffRecord ID"), plain("E-Mail:")
    ('full name', 'record id', 'e-mail')
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", header))
    return " ".join(text.split()).rstrip("*: ").casefold()


@lru_cache(maxsize=20_000)
def words(header: str) -> str:
    """
    The words of a header, without accents and punctuation, singular and plural as written.

    >>> words("npe01__HomeEmail__c"), words("Straße/Nr."), words("E-Mail"), words("AccountId"), words("% done")
    ('home email', 'strasse nr', 'email', 'account id', '% done')
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", header)).strip()
    text = _CUSTOM.sub("", _NAMESPACE.sub("", text)).replace("IDs", "Ids")
    text = _CAMEL.sub(" ", text).casefold().replace("ß", "ss")
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    text = " ".join(re.sub(r"[^\w%]+|_", " ", text).split())
    return _ONE_WORD.sub(lambda parted: parted[0].replace(" ", ""), _EXPORTED.sub("", text))


@lru_cache(maxsize=2_000)
def spoken(header: str) -> str:
    """
    A header as a label: that of a program in words, one that has spaces as it is.

    >>> spoken("npe01__Payment_Date__c"), spoken("unitPrice"), spoken("Größe  in m²"), spoken("URL")
    ('Payment date', 'Unit price', 'Größe in m²', 'URL')
    """
    text = " ".join(_INVISIBLE.sub("", header).split())
    if " " in text:
        return text
    parts = _CAMEL.sub(" ", _CUSTOM.sub("", _NAMESPACE.sub("", text))).replace("_", " ").split()
    said = " ".join(part if part.isupper() and len(part) > 1 else part.lower() for part in parts)
    return said[:1].upper() + said[1:]


@lru_cache(maxsize=2_000)
def singular(text: str) -> str:
    """
    Words with the last of them in the singular, as far as an English ending tells; others stay as they are.

    >>> singular("sales lines"), singular("companies"), singular("boxes"), singular("status"), singular("kunden")
    ('sales line', 'company', 'box', 'status', 'kunden')
    """
    if len(text) < 4 or not text.endswith("s") or text.endswith(("ss", "us", "is", "news", "series", "sales")):
        return text
    if text.endswith("ies"):
        return text[:-3] + "y"
    return text[:-2] if text.endswith(("xes", "ches", "shes", "sses", "zes")) else text[:-1]


@lru_cache(maxsize=2_000)
def file_words(name: str) -> str:
    """
    What a file's name, or that of its sheet, says of its content: the words before what only says that it is a file.

    >>> file_words("hubspot-crm-exports-all-contacts-2026-11-01.csv"), file_words("sales_teams.csv")
    ('hubspot crm exports all contacts', 'sales teams')
    >>> file_words("book.xlsx#Kunden (2)"), file_words("Contact_export_v2.csv"), file_words("deals.xlsx#Sheet1")
    ('kunden', 'contact', 'deals')
    """
    file, _, sheet = name.rsplit("/", 1)[-1].partition("#")
    return _content_words(sheet) or _content_words(re.sub(r"\.[A-Za-z0-9]{1,8}$", "", file))


def _content_words(name: str) -> str:
    found = re.sub(r"\bv?\d+\b|(?<=[a-z])\d+\b", " ", words(name)).split()
    while found and found[-1] in word_set("no_content"):
        found.pop()
    return " ".join(found)
