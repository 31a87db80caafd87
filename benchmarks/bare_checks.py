"""
The checks of the benchmark's contacts as one bare statement: what somebody would write who knew all that the checks ask.

The same promises on the same columns: needed and expected values, texts that say nothing in forty languages, values that their kind
does not accept, values that are not allowed, numbers and postal codes of another country. Where a check asks a library (whether a
number is in the plan of its country, a domain could be registered) the statement only looks at the shape, so it does less. It counts,
and keeps no ids.
"""

from collections.abc import Iterable

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from benchmarks.large_lake import CONTACT, STATUSES
from xrm_lake.hygiene.contract import FREE, judged_fields
from xrm_lake.model.entity_type import Field
from xrm_lake.model.kinds.postal_shapes import countries, shapes
from xrm_lake.model.placeholders import PATTERN, placeholders

_NAME = "regexp_matches({0}, '[[:alpha:]]') and not regexp_matches({0}, '[0-9@/#]') and length({0}) <= 200"
VALID = {
    "full_name": _NAME,
    "given_name": _NAME,
    "family_name": _NAME,
    "company_name": "regexp_matches({0}, '[[:alnum:]]') and not contains({0}, '@') and not regexp_matches({0}, '^(https?://|www[.])')",
    "email": r"regexp_full_match({0}, '[a-z0-9._%+-]{{1,64}}@([a-z0-9]([a-z0-9-]{{0,61}}[a-z0-9])?[.])+[a-z][a-z0-9-]{{0,62}}')",
    "phone": "regexp_full_match({0}, '[+][1-9][0-9]{{6,14}}(;ext=[0-9]+)?')",
    "postal_code": "regexp_full_match({0}, '[A-Z0-9]+([ -][A-Z0-9]+)*') and regexp_matches({0}, '[0-9]') and length({0}) between 2 and 10",
    "country": "{0} in ({countries})",
    "url": r"regexp_full_match({0}, '(https?|ftp)://([a-z0-9]([a-z0-9-]{{0,61}}[a-z0-9])?[.])+[a-z][a-z0-9-]{{0,62}}(:[0-9]+)?([/?#].*)?')",
}


def bare_checks() -> str:
    """The statement, over a table `contact`."""
    told = [
        *(_missing(field) for field in judged_fields(CONTACT)),
        *(_malformed(field) for field in judged_fields(CONTACT)),
    ]
    told += [f"count(*) filter (where status not in ({_listed(STATUSES)}))", _foreign_number(), _foreign_postcode()]
    return f"select {', '.join(each for each in told if each)} from contact"


def _missing(field: Field) -> str:
    text = f"lower(trim({field.name}))"
    empty = f"{field.name} is null or " if field.level != "optional" else ""
    pattern = PATTERN.replace("'", "''")
    return f"count(*) filter (where {empty}{text} in ({_listed(placeholders(field.kind))}) or regexp_matches({text}, '{pattern}'))"


def _malformed(field: Field) -> str:
    if field.kind in FREE:
        return ""
    valid = VALID[field.kind].format(field.name, countries=_listed(sorted(_codes())))
    return f"count(*) filter (where not ({valid}))"


def _foreign_number() -> str:
    known = [f"{name}+{code}" for name, code in _codes().items()]
    beginnings = " or ".join(
        f"(country || left(phone, {length})) in ({_listed(each for each in known if len(each) == length + 2)})"
        for length in (2, 3, 4)
    )
    return f"count(*) filter (where country is not null and phone is not null and not ({beginnings}))"


def _foreign_postcode() -> str:
    letters = f"translate(translate(upper(postal_code), ' -', ''), '0123456789BCDEFGHIJKLMNOPQRSTUVWXYZ', '{'9' * 10}{'A' * 25}')"
    shape = (
        f"case when regexp_full_match(postal_code, '[0-9]+') then repeat('9', strlen(postal_code)) else {letters} end"
    )
    known = f"country in ({_listed(sorted(countries()))})"
    return f"count(*) filter (where {known} and (country || ' ' || {shape}) not in ({_listed(sorted(shapes()))}))"


def _codes() -> dict[str, str]:
    return {name: str(code) for code, names in COUNTRY_CODE_TO_REGION_CODE.items() for name in names if name != "001"}


def _listed(texts: Iterable[str]) -> str:
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
