"""The pipelines in a line each: what is open, and what came, was won and was lost since the snapshot before."""

from datetime import date

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.reports.gallery.wording import counted, records
from xrm_lake.reports.render.figures import figure
from xrm_lake.store.lake import Lake


def pipeline_lines(lake: Lake, since: date | None) -> tuple[str, ...]:
    """A sentence for each type with stages and an amount that has records; amounts of different currencies stand apart."""
    found = (_line(lake, item, since) for item in lake.catalog.active_types if item.stage_field)
    return tuple(line for line in found if line)


def _line(lake: Lake, item: EntityType, since: date | None) -> str:
    money = next((field for field in item.active_fields if field.kind == "money" and not field.many), None)
    if money is None:
        return ""
    has_currency = any(field.name == money.currency_field for field in item.active_fields)
    currency = f"coalesce(r.{quoted(money.currency_field)}, '')" if has_currency else "''"
    rows = lake.query(
        f"""
        select {currency} as currency, count(*) as n, sum(r.{quoted(money.name)})::double as amount
        from {quoted(item.name)} r join stage s on s.type = $type and s.name = r.{quoted(item.stage_field)} and s.outcome = 'open'
        group by all order by n desc, currency
        """,
        type=item.name,
    ).rows()
    moved = _moved(lake, item, since) if since else ""
    if not rows and not moved:
        return ""
    worth = ", ".join(
        figure(amount, "money", unit=code or "without a currency", digits=0)
        for code, _, amount in rows
        if amount is not None
    )
    said = f"{records(sum(row[1] for row in rows), item, 'open')}{f' worth {worth}' if worth else ''}."
    return f"{item.plural}: {said}{moved}"


def _moved(lake: Lake, item: EntityType, since: date) -> str:
    """What came, and what was won or lost and still is, after a day."""
    counts = lake.query(
        f"""
        select count(*) filter (where e.created_at >= $since + interval 1 day) as came,
               count(*) filter (where s.outcome = 'won' and c.entity_id is not null) as won,
               count(*) filter (where s.outcome = 'lost' and c.entity_id is not null) as lost
        from {quoted(item.name)} r join entity e on e.id = r.id
        left join stage s on s.type = $type and s.name = r.{quoted(item.stage_field)}
        left join (
            select distinct entity_id from change where type = $type and field = $field and made_at >= $since + interval 1 day
        ) c on c.entity_id = r.id
        """,
        type=item.name,
        field=item.stage_field,
        since=since,
    ).rows()[0]
    if not any(counts):
        return f" Nothing came, was won or lost since {since}."
    came, won, lost = counts
    return f" Since {since} {counted(came, 'came', 'came')}, {won:,} became won, {lost:,} became lost."
