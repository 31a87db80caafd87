"""
Stakes: what hangs on a record, so that what matters is asked first.

Open business counts with its amount, each activity of the last twelve months 50, each link 20. The figure ranks; it is no
sum of money. An amount in another currency than most business is in counts by how it compares with the usual amount in its own.
"""

from xrm_lake.history.lifetime import HAPPENED, is_open_sql, moments
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import quoted
from xrm_lake.store.views import table_of

PER_ACTIVITY, PER_LINK = 50, 20


def stakes_sql(catalog: Catalog, ends: str) -> str:
    """
    A query: what hangs on each of the records of the query `ends` (column id), as of the day `$as_of`.

    Columns id, open_amount, activities (of the last twelve months), links; a record on which nothing hangs has no row.
    """
    return f"""
        with business as ({_business(catalog)}), activity as ({_activities(catalog)}),
        usual as (select currency, median(amount) as amount, count(*) as deals from business group by currency),
        main as (select arg_max(amount, (deals, currency)) as amount from usual),
        deal as (
            select b.id, b.amount * coalesce(m.amount / nullif(u.amount, 0), 1) as amount
            from business b join usual u on u.currency is not distinct from b.currency cross join main m
        ),
        ends_ as ({ends}),
        near as (
            select l.from_golden as id, l.to_golden as other from link l
            where l.ended_at is null and l.from_golden in (select id from ends_)
            union all
            select l.to_golden, l.from_golden from link l
            where l.ended_at is null and l.to_golden in (select id from ends_)
        ),
        -- A deal that is joined twice, as buyer and as payer, is one deal.
        once as (select id, other, count(*) as links from near group by id, other)
        select n.id, coalesce(sum(d.amount), 0)::double as open_amount, count(a.id) as activities, sum(n.links)::bigint as links
        from once n left join deal d on d.id = n.other left join activity a on a.id = n.other
        group by n.id
    """


def pipelines(catalog: Catalog) -> list[tuple[EntityType, Field]]:
    """The types in use that have stages and an amount, and which field holds it."""
    found = []
    for item in catalog.active_types:
        money = [field for field in item.active_fields if field.kind == "money" and not field.many]
        if item.stage_field and item.stages and money:
            found.append((item, money[0]))
    return found


def _business(catalog: Catalog) -> str:
    """Open records of pipelines: id, amount, currency."""
    parts = [
        f"select p.id, p.{quoted(money.name)}::double as amount, {_currency(kind, money)} as currency"
        f" from {table_of(kind.name)} p where p.live and p.{quoted(money.name)} > 0 and {is_open_sql(kind, 'p')}"
        for kind, money in pipelines(catalog)
    ]
    nothing = "select null::bigint as id, null::double as amount, null::varchar as currency where $as_of is null"
    return " union all ".join(parts) or nothing


def _currency(kind: EntityType, money: Field) -> str:
    named = any(field.name == money.currency_field for field in kind.active_fields)
    return f"p.{quoted(money.currency_field)}" if named else "null::varchar"


def _activities(catalog: Catalog) -> str:
    parts = [
        f"select id from {table_of(kind.name)} where live and {quoted(HAPPENED)} > $as_of - interval 12 month"
        f" and {quoted(HAPPENED)} < $as_of + interval 1 day"
        for kind in catalog.active_types
        if moments(kind, [HAPPENED])
    ]
    return " union all ".join(parts) or "select null::bigint as id where $as_of is null"
