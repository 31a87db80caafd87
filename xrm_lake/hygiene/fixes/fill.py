"""Fill: what a record lacks and its other values tell. It is written into the oldest member, of which it is asked that it lacks it too."""

import polars as pl

from xrm_lake.hygiene.fixes.firms import domains_of, firm_of, is_firm
from xrm_lake.hygiene.fixes.keys import fold
from xrm_lake.hygiene.fixes.proposal import PROPOSALS, proposals
from xrm_lake.hygiene.fixes.repair import is_free_mail
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import table_of

# Codes of a shape that one country only has. That of the United Kingdom is also used by Jersey, Guernsey, the Isle of Man, Gibraltar
# and its other territories, each with letters of its own; BX, QC, XM and XX are no places, and the post of BF is abroad.
_SHAPES = {
    "JE": r"^JE\d[A-Z\d]? \d[A-Z]{2}$", "GG": r"^GY\d[A-Z\d]? \d[A-Z]{2}$", "IM": r"^IM\d[A-Z\d]? \d[A-Z]{2}$", "GI": r"^GX11 1AA$",
    "GB": r"^(?:[BEGLMNSW]|A[BL]|B[ABDHLNRST]|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]|F[KY]|G[LU]|H[ADGPRSUX]|I[GPV]|K[ATWY]|L[ADELNSU]|M[EKL]"
    r"|N[EGNPRW]|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]|T[ADFNQRSW]|UB|W[ACDFNRSV]|YO|ZE)\d[A-Z\d]? \d[A-Z]{2}$",
    "CA": r"^[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d$", "NL": r"^\d{4} [A-Z]{2}$",
    "PL": r"^\d{2}-\d{3}$", "PT": r"^\d{4}-\d{3}$", "JP": r"^\d{3}-\d{4}$", "BR": r"^\d{5}-\d{3}$", "IE": r"^[A-Z]\d[\dW] [A-Z\d]{4}$",
}  # fmt: skip
_PHONE, _SHAPE, _OWN, _PEOPLE, _ONE = 0.9, 0.9, 0.85, 0.85, 0.6


def fill(lake: Lake, entity_type: EntityType, known: pl.DataFrame) -> pl.DataFrame:
    """What records of a type lack and could have (schema PROPOSALS), one proposal a value; `known` are the FIRMS of the lake."""
    found = []
    country = _first(entity_type, "country")
    if country is not None:
        found += [_by_phone(lake, entity_type, country), _by_postcode(lake, entity_type, country)]
    domain, firm = _first(entity_type, "domain"), _first(entity_type, "company_name")
    if domain is not None and is_firm(entity_type):
        found += [_domain_by_email(lake, entity_type, domain), _domain_by_people(lake, entity_type, domain)]
    if firm is not None and not is_firm(entity_type):
        found.append(_firm_by_email(lake, entity_type, firm, known))
    told = proposals(*found)
    # Where two sources tell different things, neither is believed.
    agreed = told.filter(pl.col("new").n_unique().over("entity_id", "field") == 1)
    return agreed.sort("entity_id", "field", -pl.col("score"), maintain_order=True).unique(
        ["entity_id", "field"], keep="first", maintain_order=True
    )


def _first(entity_type: EntityType, name: str) -> Field | None:
    return next((each for each in entity_type.active_fields if each.kind == name and not each.many), None)


def _lacking(lake: Lake, entity_type: EntityType, field: Field, *more: Field) -> pl.DataFrame:
    """Live records that lack a field, and whose oldest member does: entity_id of that member, and the other fields' values."""
    table, column = table_of(entity_type.name), quoted(field.name)
    columns = "".join(f", r.{quoted(each.name)}" for each in more)
    return lake.query(
        f"""
        select m.id as entity_id, r.id as standing{columns} from {table} r
        join {table} m on m.id = if(r.id % 2 = 0, r.id - 1, r.id)
        where r.live and r.{column} is null and m.{column} is null order by r.id
        """
    ).frame()


def _told(rows: pl.DataFrame, entity_type: EntityType, field: Field, rule: str) -> pl.DataFrame:
    """Rows with entity_id, new, basis_field, basis, reason and score as proposals, as far as the field accepts them."""
    new = rows["new"].cast(pl.String)
    good = kind(field.kind).is_valid(new).fill_null(False)
    if field.allowed:
        good &= new.is_in(list(field.allowed))
    return rows.filter(good).with_columns(
        rule=pl.lit(rule), type=pl.lit(entity_type.name), field=pl.lit(field.name), old=pl.lit(None, pl.String)
    ).select(list(PROPOSALS)).cast(PROPOSALS)  # fmt: skip


def _by_phone(lake: Lake, entity_type: EntityType, country: Field) -> pl.DataFrame:
    phones = [each for each in entity_type.active_fields if each.kind == "phone" and not each.many]
    rows = _lacking(lake, entity_type, country, *phones)
    parts = []
    for phone in phones:
        given = rows.select("entity_id", basis=phone.name).drop_nulls()
        numbers = given["basis"].unique()
        regions = {number: region for number in numbers.to_list() if (region := _region(number))}
        new = pl.col("basis").replace_strict(regions, default=None, return_dtype=pl.String)
        told = given.with_columns(
            new=new,
            basis_field=pl.lit(phone.name),
            score=pl.lit(_PHONE),
            reason=pl.lit("the phone number is one of that country"),
        )
        parts.append(_told(told.drop_nulls("new"), entity_type, country, "country_from_phone"))
    return proposals(*parts)


def _region(number: str) -> str | None:
    """The country of a number in full; None for one of none, or of several."""
    import phonenumbers

    if not number.startswith("+"):
        return None
    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    region = phonenumbers.region_code_for_number(read)
    return region if region and region.isalpha() else None


def _by_postcode(lake: Lake, entity_type: EntityType, country: Field) -> pl.DataFrame:
    postcode, city = _first(entity_type, "postal_code"), _first(entity_type, "city")
    if postcode is None:
        return pl.DataFrame(schema=PROPOSALS)
    rows = _lacking(lake, entity_type, country, postcode, *([city] if city else [])).rename({postcode.name: "basis"})
    rows = rows.drop_nulls("basis").with_columns(basis_field=pl.lit(postcode.name))
    shapes = [pl.when(pl.col("basis").str.contains(shape)).then(pl.lit(code)) for code, shape in _SHAPES.items()]
    shaped = rows.with_columns(
        new=pl.coalesce(shapes), score=pl.lit(_SHAPE), reason=pl.lit("only that country has postal codes of this form")
    ).drop_nulls("new")
    parts = [_told(shaped, entity_type, country, "country_from_postcode")]
    if city is not None:
        others = lake.query(
            f"select {quoted(postcode.name)} as basis, {quoted(city.name)} as city, {quoted(country.name)} as new"
            f" from {table_of(entity_type.name)} where live and {quoted(postcode.name)} is not null"
            f" and {quoted(city.name)} is not null and {quoted(country.name)} is not null"
        ).frame()
        places = (
            others.with_columns(city=fold(others["city"]))
            .group_by("basis", "city")
            .agg(pl.col("new").first(), same=pl.col("new").n_unique() == 1, others=pl.len())
            .filter("same")
        )
        lacking = rows.with_columns(city=fold(rows[city.name])).join(places, on=["basis", "city"], how="inner")
        told = lacking.with_columns(
            score=(pl.col("others") / (pl.col("others") + 1)).round(2),
            reason=pl.format("so it is in {} other records of the same postal code and city", "others"),
        )
        parts.append(_told(told, entity_type, country, "country_from_postcode"))
    return proposals(*parts)


def _domain_by_email(lake: Lake, entity_type: EntityType, domain: Field) -> pl.DataFrame:
    parts = []
    for email in (each for each in entity_type.active_fields if each.kind == "email" and not each.many):
        rows = _lacking(lake, entity_type, domain, email).rename({email.name: "basis"}).drop_nulls("basis")
        rows = rows.with_columns(new=domains_of(rows["basis"]), basis_field=pl.lit(email.name)).drop_nulls("new")
        firm = rows.filter(~is_free_mail(rows["new"]))
        told = firm.with_columns(score=pl.lit(_OWN), reason=pl.lit("its e-mail address is at that domain"))
        parts.append(_told(told, entity_type, domain, "domain_from_email"))
    return proposals(*parts)


def _domain_by_people(lake: Lake, entity_type: EntityType, domain: Field) -> pl.DataFrame:
    """The domain at which nearly all of the people who are linked to an organisation have their mail."""
    lacking = _lacking(lake, entity_type, domain).select("entity_id", "standing")
    mails = []
    for item in lake.catalog.active_types:
        email = _first(item, "email")
        if email is None or item.role_of is not None or is_firm(item) or item.name == entity_type.name:
            continue
        with lake.frame("lacking", lacking):
            mails.append(
                lake.query(
                    f"""
                    select distinct w.entity_id, r.id, r.{quoted(email.name)} as mail
                    from lacking w join link l on l.to_golden = w.standing and l.ended_at is null
                    join {table_of(item.name)} r on r.id = l.from_golden and r.live where mail is not null
                    """
                ).frame()
            )
    if not mails:
        return pl.DataFrame(schema=PROPOSALS)
    rows = pl.concat(mails)
    rows = rows.with_columns(new=domains_of(rows["mail"])).drop_nulls("new")
    rows = rows.filter(~is_free_mail(rows["new"])).with_columns(people=pl.len().over("entity_id"))
    shares = rows.group_by("entity_id", "new").agg(mine=pl.len(), people=pl.col("people").first())
    told = shares.filter(pl.col("mine") >= 0.8 * pl.col("people")).with_columns(
        basis_field=pl.lit(None, pl.String), basis=pl.lit(None, pl.String),
        score=pl.when(pl.col("mine") > 1).then(_PEOPLE).otherwise(_ONE),
        reason=pl.format("{} of its {} people with an address of a firm have it there", "mine", "people"),
    )  # fmt: skip
    return _told(told.sort("entity_id"), entity_type, domain, "domain_from_people")


def _firm_by_email(lake: Lake, entity_type: EntityType, firm: Field, known: pl.DataFrame) -> pl.DataFrame:
    email = _first(entity_type, "email")
    if email is None:
        return pl.DataFrame(schema=PROPOSALS)
    rows = _lacking(lake, entity_type, firm, email).rename({email.name: "basis"}).drop_nulls("basis")
    rows = rows.with_columns(domain=domains_of(rows["basis"]), basis_field=pl.lit(email.name)).drop_nulls("domain")
    found = firm_of(rows, known)
    told = found.with_columns(
        new=pl.col("to_name"), score=pl.when("exact").then(0.9).otherwise(0.8),
        reason=pl.format("the e-mail domain is that of {} {}", "to_type", "to_id"),
    )  # fmt: skip
    return _told(told.drop_nulls("new"), entity_type, firm, "firm_from_email")
