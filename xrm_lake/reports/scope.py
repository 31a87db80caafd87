"""The scope of a report: which of a type's records it speaks of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from xrm_lake.errors import InvalidValue, UnknownName
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import OWNED_BY
from xrm_lake.store.as_of import State
from xrm_lake.store.condition import AS_OF, judged_sql, refuse_condition
from xrm_lake.store.views import caption_sql


@dataclass(frozen=True)
class Scope:
    """
    What narrows a report, all of it at once: a condition over the fields of the type, an owner (id or name of their record), a source.

    `where` may speak of `$as_of`, the day of the report. A record of several sources is of each of them.
    """

    where: str | None = None
    owner: int | str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Scoped:
    """
    The records within a scope: `sql`, a query of their ids (one column, `id`), `values` for it by name, and `words` for the page.

    `words` is empty where nothing was narrowed, else such as "owner 12; where amount > 1000".
    """

    sql: str
    values: Mapping[str, object] = field(default_factory=dict)
    words: str = ""


def scope_of(state: State, item: EntityType, scope: Scope) -> Scoped:
    """
    The live records of a type within a scope, as of the state's day.

    Raises InvalidQuery for a condition that is none, InvalidValue for an owner that is not known or whose name two have, UnknownName for a
    source that has delivered no record.
    """
    wanted, words = ["r.live"], []
    values: dict[str, object] = {}
    if scope.owner is not None:
        owner, called = _owner(state, scope.owner)
        values["scope_owner"] = owner
        words.append(f"owner {called}")
        wanted.append(
            f"r.id in (select from_golden from {state.link} where type = '{OWNED_BY}' and ended_at is null and to_golden = $scope_owner)"
        )
    if scope.source is not None:
        values["scope_source"] = _source(state, scope.source)
        words.append(f"source {scope.source}")
        wanted.append(f"r.id in (select coalesce(golden_id, id) from {state.entity} where source = $scope_source)")
    if scope.where and scope.where.strip():
        refuse_condition(state.reader, item, scope.where)
        if f"${AS_OF}" in scope.where.lower():
            values[AS_OF] = state.day
        words.append(f"where {' '.join(scope.where.split())}")
        wanted.append(judged_sql(scope.where))
    return Scoped(
        f"select r.id from {state.records(item.name)} r where {' and '.join(wanted)}", values, "; ".join(words)
    )


def _owner(state: State, owner: int | str) -> tuple[int, str]:
    """Who is meant, and what they are called, of those whom records belong to or have belonged to."""
    kinds = state.query(
        f"select distinct e.type from {state.link} l join {state.entity} e on e.id = l.to_golden where l.type = '{OWNED_BY}'"
    ).column()
    named = " union all ".join(
        f"select u.id, {caption_sql(state.catalog.type(kind), 'u')} as caption from {state.records(kind)} u where u.live"
        for kind in sorted(kinds)
    )
    wanted = str(owner).strip()
    rows = (
        state.query(
            f"select id, coalesce(caption, id::varchar) from ({named}) where id::varchar = $owner or lower(caption) = lower($owner)",
            owner=wanted,
        ).rows()
        if named
        else []
    )
    if len(rows) != 1:
        found = "More than one owner is" if rows else "No owner is"
        raise InvalidValue(f"{found} called that, or has that id. Name one by the id of their record.")
    return int(rows[0][0]), str(rows[0][1])


def _source(state: State, source: str) -> str:
    known = [
        str(name)
        for name in state.query(
            f"select distinct source from {state.entity} where source <> 'golden' order by 1"
        ).column()
    ]
    if source not in known:
        raise UnknownName("source", source, known)
    return source
