"""The data dictionary: what each field means, who answers for it, how it is used, and when somebody last looked whether all that still holds."""

from datetime import date, timedelta

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.hygiene.field_use import field_use
from xrm_lake.store.as_of import state_now
from xrm_lake.store.lake import Lake
from xrm_lake.store.settings import set_setting, settings_of

REVIEW, YEAR = "review.", 365
DICTIONARY = pl.Schema(
    {
        "type": pl.String(), "field": pl.String(), "label": pl.String(), "kind": pl.String(), "level": pl.String(), "owner": pl.String(),
        "meaning": pl.String(), "records": pl.Int64(), "filled": pl.Int64(), "fill": pl.Float64(), "values": pl.Int64(),
        "last_write": pl.Date(), "reviewed_on": pl.Date(), "reviewed_by": pl.String(), "due_on": pl.Date(), "due": pl.Boolean(),
    }
)  # fmt: skip


def dictionary(lake: Lake, type: str | None = None, *, only_due: bool = False) -> pl.DataFrame:
    """
    The fields in use of a type or of all, in their order (frame DICTIONARY).

    Returns type, field, label, kind, level, owner and meaning (as declared), records, filled, fill (filled / records; null of none), values
    (distinct), last_write (day), reviewed_on, reviewed_by, due_on (when it is to be looked at again) and due (that day has come, or
    nobody has looked at it yet, and it has values); with `only_due` those alone. Raises UnknownName for a type.
    """
    today = lake.clock().date()
    state, reviews = state_now(lake, today), settings_of(lake, REVIEW)
    rows: list[tuple[object, ...]] = []
    for item in [lake.catalog.type(type)] if type else lake.catalog.active_types:
        use = {row["field"]: row for row in field_use(state, item).iter_rows(named=True)}
        for field in item.active_fields:
            counts = use[field.name]
            records, filled = counts["records"], counts["filled"]
            on, until, who = _review(reviews.get(f"{item.name}.{field.name}"))
            due = filled > 0 if until is None else until <= today
            rows.append((
                item.name, field.name, field.label, field.kind, field.level, field.owner or None, field.meaning or None, records, filled,
                filled / records if records else None, counts["values"], counts["last_write"], on, who, until, due,
            ))  # fmt: skip
    found = pl.DataFrame(rows, schema=DICTIONARY, orient="row")
    return found.filter("due") if only_due else found


def review_field(lake: Lake, type: str, field: str, *, due: date | None = None, by: str | None = None) -> int:
    """
    Say that a field was looked at today and is right as it is declared, and when it is to be looked at again; gives the batch.

    It is due in a year unless told. Raises UnknownName for a type or a field, InvalidValue for a day that is not to come.
    """
    found, today = lake.catalog.field(type, field), lake.clock().date()
    until = due or today + timedelta(days=YEAR)
    if until <= today:
        raise InvalidValue(f"A field that was looked at today is due after today, not on {until}. Nothing was changed.")
    with lake.write("model", by=by) as batch:
        batch.totals["note"] = f"reviewed: {type}.{found.name}, due on {until}"
        set_setting(batch, f"{REVIEW}{type}.{found.name}", f"{today} {until} {batch.by}")
        return batch.id


def _review(said: str | None) -> tuple[date | None, date | None, str | None]:
    if said is None:
        return None, None, None
    on, until, who = said.split(" ", 2)
    return date.fromisoformat(on), date.fromisoformat(until), who
