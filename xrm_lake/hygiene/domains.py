"""Domains of mail that are not the firm's: who writes from elsewhere has perhaps left, or is linked to the wrong firm."""

import polars as pl

from xrm_lake.hygiene.faults import Faults, Header
from xrm_lake.model.entity_type import EntityType, LinkType
from xrm_lake.model.free_mail import free_mail
from xrm_lake.model.names import quoted
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

# A domain that people of this many firms write from is a provider's, whether or not it is known as one.
CROWD = 5


def check_domains(batch: Batch, faults: Faults, types: list[EntityType]) -> None:
    """
    Flag people whose e-mail address is at another domain than each firm that they are linked to.

    Looks at those who have an address at a domain of no provider, and a firm whose domain is known; subdomains are the firm's own.
    """
    firms = {item.name: item for item in batch.catalog.active_types if _of_kind(item, "domain")}
    for person in types:
        links = [
            item
            for item in batch.catalog.links_from(person.name)
            if person.name not in item.to_types and set(item.to_types) & set(firms)
        ]
        if _of_kind(person, "email") and links:
            ends = [firms[end] for end in sorted({end for item in links for end in item.to_types}) if end in firms]
            _flag(batch, faults, person, links, ends)


def _flag(batch: Batch, faults: Faults, person: EntityType, links: list[LinkType], firms: list[EntityType]) -> None:
    email = _of_kind(person, "email")
    domains = " union all ".join(
        f"select id, lower({quoted(_of_kind(firm, 'domain'))}) as domain from {table_of(firm.name)}"
        f" where live and {quoted(_of_kind(firm, 'domain'))} is not null"
        for firm in firms
    )
    with batch.frame("free_", pl.DataFrame({"domain": sorted(free_mail())})):
        batch.execute(
            f"""
            create or replace temp table mail_ as
            with firm as ({domains}), mail as (
                select id, lower(split_part({quoted(email)}, '@', 2)) as domain from {table_of(person.name)}
                where live and {quoted(email)} like '%_@_%'
            ), pair as (
                select m.id, m.domain as mail, f.id as firm, f.domain from mail m
                join link l on l.from_golden = m.id and list_contains($links, l.type) and l.ended_at is null join firm f on f.id = l.to_golden
                where m.domain not in (select domain from free_)
            ), shared as (select mail from pair group by mail having count(distinct firm) >= $crowd)
            select id, string_agg(distinct domain, ', ' order by domain) as firms,
                   bool_or(mail = domain or ends_with(mail, '.' || domain) or ends_with(domain, '.' || mail)) as own
            from pair where mail not in (select mail from shared) group by id
            """,
            links=[item.name for item in links],
            crowd=CROWD,
        )
    checked = batch.query("select count(*) from mail_").value()
    if checked:
        header = Header("foreign_domain", "malformed", "warning", person.name, email, measured=False)
        faults.flag(
            "select $place, id, 'linked to ' || firms from mail_ where not own",
            place=faults.announce([(header, checked)]),
        )


def _of_kind(entity_type: EntityType, kind: str) -> str:
    """The first field of that kind, by name; "" if there is none."""
    return next((field.name for field in entity_type.active_fields if field.kind == kind and not field.many), "")
