"""What of a record matching looks at, as SQL: a change of it may make an answer untrue."""

import json

from xrm_lake.history.lifetime import BORN
from xrm_lake.hygiene.paired_fields import Column
from xrm_lake.hygiene.seen import COMPANY, IDENTIFYING, SHARED, organisation_links
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.kinds import KINDS
from xrm_lake.store.lake import Lake
from xrm_lake.store.settings import set_setting
from xrm_lake.store.write import Batch

Side = tuple[EntityType, list[Column]]

_PREFIX = "compared "
_WHOLE, _PARTS = "full_name", ("given_name", "family_name")


def _listed(words: set[str] | tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


_TOLD = ", ".join(f"('{kind.name}', '{kind.match_as}')" for kind in KINDS if kind.match_as is not None)

# What `seen.what_tells` and `seen.organisation_links` say, of all types at once.
WATCHED = f"""
    with told (kind, meaning) as (values {_TOLD}
    ), telling as (
        select f.owner_name as type, f.name as field, t.meaning, list_contains(e.caption, f.name) as is_called
        from field f join told t on t.kind = f.kind join entity_type e on e.name = f.owner_name
        where f.owner_of = 'type' and not f.retired and not f.many and f.name not in ({_listed(BORN)})
    ), joining as (
        select name as type, unnest(required_links) as link from entity_type
        where exists (from entity_type o where o.name = 'organisation')
    ), across as (
        select unnest(json_transform(value::json, '[{{"type":"varchar","other":"varchar","field":"varchar","linked":"boolean"}}]'),
                      recursive := true)
        from meta where starts_with(key, '{_PREFIX}')
    )
    (select type, type as other, field, false as linked from telling
     qualify is_called or meaning not in ({_listed(SHARED)})
             or not bool_or(meaning in ({_listed(IDENTIFYING)})) over (partition by type))
    union
    select j.type, j.type, j.link, true from joining j
    join link_type l on l.name = j.link and l.to_types = ['organisation']
    union
    select type, other, field, linked from across
"""
"""
A query: type, other, field, linked. A change of this field of a record of `type` may make untrue what was said of it and a record of
`other`; `linked` is true of a link type, whose links are what is looked at.
"""


def keep_compared(batch: Batch, lake: Lake, one: Side, other: Side) -> None:
    """Remember which columns of two types a run compared, by what they are read from."""
    rows = [
        {"type": own.name, "other": theirs.name, "field": field, "linked": linked}
        for (own, columns), (theirs, _) in ((one, other), (other, one))
        for field, linked in sorted(_read_from(lake, own, columns))
    ]
    set_setting(batch, f"{_PREFIX}{one[0].name} {other[0].name}", json.dumps(rows))


def _read_from(lake: Lake, entity_type: EntityType, columns: list[Column]) -> set[tuple[str, bool]]:
    found = {(column.field, False) for column in columns if column.field != COMPANY}
    if any(column.field == COMPANY for column in columns):
        found |= {(name, True) for name in organisation_links(lake, entity_type)}
    # Parts that a source did not give are worked out from the whole name.
    if any(column.kind in _PARTS for column in columns):
        found |= {(field.name, False) for field in entity_type.active_fields if field.kind == _WHOLE and not field.many}
    return found
