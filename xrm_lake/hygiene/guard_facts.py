"""What guards look at: the names, forms, addresses and ways of reach of records, brought to one spelling."""

from collections.abc import Callable

import polars as pl

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds.company_name import legal_form
from xrm_lake.model.kinds.person_name import split_full_name
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Registered

FACTS = pl.Schema(
    {
        "id": pl.Int64(), "given": pl.String(), "family": pl.String(), "generation": pl.String(), "form": pl.String(),
        "address": pl.String(), "birth": pl.Date(), "reach": pl.List(pl.String()), "mailboxes": pl.List(pl.String()),
    }
)  # fmt: skip
IDENTIFIERS = pl.Schema({"id": pl.Int64(), "field": pl.String(), "label": pl.String(), "value": pl.String()})

# Mailboxes of an office, not of a person (RFC 2142 and the usual words of other languages).
SHARED_MAILBOX = (
    r"^(?:info|office|contact|kontakt|contacto|contato|mail|email|post|hello|hallo|admin|administration|administracion|team|sales|"
    r"vertrieb|verkauf|ventas|vendas|marketing|support|service|help|helpdesk|hr|jobs?|careers?|bewerbung|karriere|billing|invoices?|"
    r"rechnung|accounts?|accounting|buchhaltung|finance|purchasing|einkauf|orders?|bestellung|shop|press|presse|webmaster|postmaster|"
    r"hostmaster|abuse|security|no-?reply|enquir(?:y|ies)|inquir(?:y|ies)|reception|empfang|zentrale|sekretariat|secretariat|buero|"
    r"accueil|direction|secretary|reservations?|bookings?|welcome|feedback|general|all|staff|customercare|customerservice)(?:[._+-].*|\d*)@"
)
_KINDS = frozenset(
    (
        "full_name",
        "given_name",
        "family_name",
        "company_name",
        "email",
        "phone",
        "street",
        "postal_code",
        "city",
        "identifier",
    )
)
_GENERATION = r"(?i)[\s,]+(jr|junior|jun|sr|senior|sen|ii|iii|iv)\.?$"
_ELDER = {"junior": "jr", "jun": "jr", "senior": "sr", "sen": "sr"}


def read_facts(lake: Lake, entity_type: EntityType, ids: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    Of these records (ids of members, not golden): FACTS, one row each, and IDENTIFIERS, one row for each that is filled.

    Texts are in small letters without accents, spaces and signs; what the type has no field for is null.
    """
    told = {field.name: field for field in entity_type.active_fields if not field.many and _tells(field)}
    columns = ", ".join(
        f"{text_of(field, 'r.' + quoted(field.name))} as {quoted(field.name)}" for field in told.values()
    )
    with Registered(lake.engine.cursor(), "wanted", ids.unique().alias("id").to_frame()):
        rows = lake.query(
            f"select r.id as id_, {columns or 'null as none_'} from {table_of(entity_type.name)} r"
            " where r.id in (select id from wanted)"
        ).frame()
    return _facts(rows, list(told.values())), _identifiers(rows, list(told.values()))


def _tells(field: Field) -> bool:
    return field.kind in _KINDS or field.unique or (field.kind == "date" and "birth" in field.name)


def _facts(rows: pl.DataFrame, fields: list[Field]) -> pl.DataFrame:
    name = _first(fields, "full_name") or _first(fields, "company_name")
    names = rows[name] if name else pl.Series([None] * rows.height, dtype=pl.String)
    given, family = _name_parts(rows, fields)
    reach = [plain(field.name) for field in fields if field.kind == "phone"]
    mail = [pl.col(field.name).str.to_lowercase() for field in fields if field.kind == "email"]
    return rows.select(
        id="id_",
        given=plain(given),
        family=plain(family),
        generation=names.str.extract(_GENERATION, 1).str.to_lowercase().replace(_ELDER),
        form=_by_distinct(names, legal_form),
        address=_address(fields),
        birth=_birth(fields),
        reach=pl.concat_list(reach).list.drop_nulls() if reach else pl.lit([], pl.List(pl.String)),
        mailboxes=pl.concat_list(mail).list.drop_nulls().list.filter(pl.element().str.contains(SHARED_MAILBOX))
        if mail
        else pl.lit([], pl.List(pl.String)),
    ).cast(FACTS)


def plain(text: str | pl.Expr | pl.Series) -> pl.Expr:
    """A text in small letters, with nothing but letters and digits, accents off; nothing is null."""
    column = pl.col(text) if isinstance(text, str) else pl.lit(text) if isinstance(text, pl.Series) else text
    bare = column.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    return pl.when(bare != "").then(bare)


def _name_parts(rows: pl.DataFrame, fields: list[Field]) -> tuple[pl.Series, pl.Series]:
    """The first given name and the family name; taken from the whole name where they are not given."""
    whole, given, family = (_first(fields, kind) for kind in ("full_name", "given_name", "family_name"))
    nothing = pl.Series([None] * rows.height, dtype=pl.String)
    split = _split(rows[whole]) if whole else pl.DataFrame({"given_name": nothing, "family_name": nothing})
    first = rows.select(_=pl.coalesce(given, split["given_name"]) if given else split["given_name"]).to_series()
    last = rows.select(_=pl.coalesce(family, split["family_name"]) if family else split["family_name"]).to_series()
    return first.str.strip_chars().str.extract(r"^([^\s]+)", 1), last


def _split(names: pl.Series) -> pl.DataFrame:
    distinct = names.drop_nulls().unique()
    parts = split_full_name(distinct).with_columns(name=distinct)
    return names.alias("name").to_frame().join(parts, on="name", how="left", maintain_order="left").drop("name")


def _by_distinct(names: pl.Series, of: Callable[[pl.Series], pl.Series]) -> pl.Series:
    distinct = names.drop_nulls().unique()
    found = distinct.alias("name").to_frame().with_columns(_=of(distinct))
    return names.alias("name").to_frame().join(found, on="name", how="left", maintain_order="left")["_"]


def _address(fields: list[Field]) -> pl.Expr:
    street, postcode, city = (_first(fields, kind) for kind in ("street", "postal_code", "city"))
    if street is None or (postcode is None and city is None):
        return pl.lit(None, pl.String)
    return plain(street) + "|" + pl.coalesce([plain(name) for name in (postcode, city) if name is not None])


def _birth(fields: list[Field]) -> pl.Expr:
    name = next((field.name for field in fields if field.kind == "date" and "birth" in field.name), None)
    return pl.col(name).str.to_date("%Y-%m-%d", strict=False) if name else pl.lit(None, pl.Date)


def _identifiers(rows: pl.DataFrame, fields: list[Field]) -> pl.DataFrame:
    """What tells records apart for certain: fields declared unique, and identifiers such as a VAT number."""
    parts = [
        rows.select(
            id="id_", field=pl.lit(field.name), label=pl.lit(field.label or field.name), value=plain(field.name)
        ).drop_nulls("value")
        for field in fields
        if field.unique or field.kind == "identifier"
    ]
    return pl.concat([pl.DataFrame(schema=IDENTIFIERS), *parts])


def _first(fields: list[Field], kind: str) -> str | None:
    return next((field.name for field in fields if field.kind == kind), None)
