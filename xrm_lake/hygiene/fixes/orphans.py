"""Orphans: records that lack a link, and the record that their domain, phone number, address or text points to, if it is one only."""

from collections.abc import Iterable

import polars as pl

from xrm_lake.hygiene.fixes.firms import domains_of, firm_of, is_firm
from xrm_lake.hygiene.fixes.keys import fold
from xrm_lake.hygiene.fixes.lacking import FOUND, lacking
from xrm_lake.hygiene.fixes.mentions import mentions
from xrm_lake.hygiene.fixes.proposal import PROPOSALS, proposals
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field, LinkType
from xrm_lake.model.kinds import kind
from xrm_lake.model.names import quoted
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import table_of

_DOMAIN, _ABOVE, _PHONE, _ADDRESS = 0.9, 0.8, 0.75, 0.7


def orphans(lake: Lake, entity_type: EntityType, known: pl.DataFrame, *, progress: Progress = quiet) -> pl.DataFrame:
    """Links that records of a type lack and could have (schema PROPOSALS); `known` are the FIRMS of the lake."""
    parts = []
    for link in _links_of(lake.catalog, entity_type):
        ends = _ends(lake.catalog, entity_type, link)
        told = [
            _by_domain(lake, entity_type, link, known),
            _by_phone(lake, entity_type, link, ends),
            _by_address(lake, entity_type, link, ends),
            mentions(lake, entity_type, link, ends, progress=progress),
        ]
        found = pl.concat([part.select(list(FOUND)).cast(FOUND) for part in told])
        found = found.filter(pl.col("to_type").is_in([end.name for end in ends]), pl.col("standing") != pl.col("to_id"))
        # What points to two records points to none.
        one = found.filter(pl.col("to_id").n_unique().over("standing") == 1)
        best = one.sort("standing", -pl.col("score"), "rule").unique("standing", keep="first", maintain_order=True)
        parts.append(
            best.select(
                "rule", "basis_field", "basis", "reason", "score", type=pl.lit(entity_type.name), field=pl.lit(link.name),
                entity_id=_member("standing"), new=_member("to_id").cast(pl.String), old=pl.lit(None, pl.String),
            )
        )  # fmt: skip
    return proposals(*parts) if parts else pl.DataFrame(schema=PROPOSALS)


def _member(name: str) -> pl.Expr:
    """The oldest member of a golden record: links hang on it."""
    return pl.col(name) - (pl.col(name) % 2 == 0).cast(pl.Int64)


def _links_of(catalog: Catalog, entity_type: EntityType) -> Iterable[LinkType]:
    """The links whose lack makes a record an orphan: those that its type requires, and those of people to firms."""
    has_mail = any(field.kind == "email" for field in entity_type.active_fields) and not is_firm(entity_type)
    for link in catalog.link_types:
        if link.retired or (link.from_types and entity_type.name not in link.from_types):
            continue
        to_firms = bool(link.to_types) and all(is_firm(catalog.type(name)) for name in link.to_types)
        if link.name in entity_type.required_links or (has_mail and to_firms and bool(link.from_types)):
            yield link


def _ends(catalog: Catalog, entity_type: EntityType, link: LinkType) -> list[EntityType]:
    """The types that a link may lead to; where it may be any, those of people and firms."""
    if link.to_types:
        return [item for name in link.to_types if not (item := catalog.type(name)).retired]
    people = {"full_name", "company_name"}
    return [
        item
        for item in catalog.active_types
        if item.role_of is None
        and item.name != entity_type.name
        and people & {field.kind for field in item.active_fields}
    ]


def _of_kind(entity_type: EntityType, *names: str) -> list[Field]:
    return [field for field in entity_type.active_fields if field.kind in names and not field.many]


def _by_domain(lake: Lake, entity_type: EntityType, link: LinkType, known: pl.DataFrame) -> pl.DataFrame:
    mails = _of_kind(entity_type, "email")
    rows = lacking(lake, entity_type, link, mails) if mails else pl.DataFrame()
    parts = [pl.DataFrame(schema=FOUND)]
    for mail in mails:
        given = rows.select("standing", basis=mail.name).drop_nulls()
        given = given.with_columns(domain=domains_of(given["basis"])).drop_nulls("domain")
        parts.append(
            firm_of(given, known).select(
                "standing", "to_type", "to_id", "basis", rule=pl.lit("link_by_domain"), basis_field=pl.lit(mail.name),
                reason=pl.lit("the e-mail address is at its domain"), score=pl.when("exact").then(_DOMAIN).otherwise(_ABOVE),
            ).select(list(FOUND)).cast(FOUND)
        )  # fmt: skip
    return pl.concat(parts)


def _by_phone(lake: Lake, entity_type: EntityType, link: LinkType, ends: list[EntityType]) -> pl.DataFrame:
    phones = _of_kind(entity_type, "phone")
    if not phones:
        return pl.DataFrame(schema=FOUND)
    numbers = [
        lake.query(
            f"select {quoted(field.name)} as basis, $type as to_type, id as to_id from {table_of(end.name)}"
            f" where live and {quoted(field.name)} is not null order by id",
            type=end.name,
        ).frame()
        for end in ends if end.name != entity_type.name for field in _of_kind(end, "phone")
    ]  # fmt: skip
    if not numbers:
        return pl.DataFrame(schema=FOUND)
    there = _single(pl.concat(numbers), "basis")
    there = there.filter(kind("phone").is_valid(there["basis"]).fill_null(False))
    rows = lacking(lake, entity_type, link, phones)
    parts = [
        rows.select("standing", basis=phone.name).drop_nulls().join(there, on="basis", maintain_order="left").select(
            "standing", "to_type", "to_id", "basis", rule=pl.lit("link_by_phone"), basis_field=pl.lit(phone.name),
            reason=pl.lit("it has the same phone number"), score=pl.lit(_PHONE),
        ).select(list(FOUND)).cast(FOUND)
        for phone in phones
    ]  # fmt: skip
    return pl.concat(parts)


def _by_address(lake: Lake, entity_type: EntityType, link: LinkType, ends: list[EntityType]) -> pl.DataFrame:
    own = _address(entity_type)
    places = [(end, found) for end in ends if end.name != entity_type.name and (found := _address(end))]
    if not own or not places:
        return pl.DataFrame(schema=FOUND)
    there = pl.concat(
        [
            lake.query(
                f"select {quoted(street.name)} as street, {quoted(code.name)} as code, $type as to_type, id as to_id"
                f" from {table_of(end.name)} where live and {quoted(street.name)} is not null and {quoted(code.name)} is not null order by id",
                type=end.name,
            ).frame()
            for end, (street, code) in places
        ]
    )
    there = _single(there.with_columns(key=_place(there["street"], there["code"])), "key")
    street, code = own
    rows = lacking(lake, entity_type, link, own).drop_nulls([street.name, code.name])
    rows = rows.with_columns(key=_place(rows[street.name], rows[code.name]))
    return rows.join(there, on="key", maintain_order="left").select(
        "standing", "to_type", "to_id", basis=street.name, rule=pl.lit("link_by_address"), basis_field=pl.lit(street.name),
        reason=pl.lit("it has the same address"), score=pl.lit(_ADDRESS),
    ).select(list(FOUND)).cast(FOUND)  # fmt: skip


def _address(entity_type: EntityType) -> tuple[Field, Field] | None:
    streets, codes = _of_kind(entity_type, "street"), _of_kind(entity_type, "postal_code")
    return (streets[0], codes[0]) if streets and codes else None


def _place(street: pl.Series, code: pl.Series) -> pl.Series:
    return fold(street).str.replace_all(r"[^\p{L}\p{N}]+", "") + "|" + fold(code).str.replace_all(" ", "")


def _single(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """The keys that one record only has."""
    told = rows.unique([key, "to_type", "to_id"], maintain_order=True)
    return told.filter(pl.len().over(key) == 1)
