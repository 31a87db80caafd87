"""Links between records. A link keeps its ends for ever; where they were merged to is derived beside them."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from xrm_lake.errors import InvalidValue, UnknownRecord
from xrm_lake.model.entity_type import EntityType, LinkType
from xrm_lake.model.values import clean_values
from xrm_lake.store.counters import member_of_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of
from xrm_lake.store.torn import NAMES, refuse_torn
from xrm_lake.store.write import Batch


def link_records(
    lake: Lake,
    from_id: int,
    link_type: str,
    to_id: int,
    *,
    fields: Mapping[str, Any] | None = None,
    since: date | None = None,
    until: date | None = None,
    by: str | None = None,
) -> int:
    """
    Join two records; gives the link's id, that of the standing link if they are joined so already.

    What is merged counts as one record. Raises UnknownName, UnknownRecord, or InvalidValue if the link type does not join
    these types, allows one link only and another stands, or is retired, and if both are one record; ConflictingVerdict for a tie
    (`same_as`, `same_party`) that contradicts a verdict.
    """
    declared = lake.catalog.link_type(link_type)
    if declared.retired:
        raise InvalidValue(f"The link type {link_type} is retired. Nothing was changed. Bring it back to join records.")
    # A link of a golden record hangs on its oldest member, so that it survives when the cluster is taken apart.
    from_id, to_id = member_of_golden(from_id), member_of_golden(to_id)
    with lake.write("edit", by=by, source="manual") as batch:
        types = _types(batch, from_id, to_id)
        if not declared.joins(*types):
            raise InvalidValue(
                f"{link_type} joins {' or '.join(declared.from_types) or 'any type'} to {' or '.join(declared.to_types) or 'any type'},"
                f" not {types[0]} to {types[1]}. Nothing was changed."
            )
        start, end = _golden_ids(batch, from_id, to_id)
        if start == end:
            raise InvalidValue(
                f"A {link_type} link joins two records, and {from_id} is one with {to_id}. Nothing was changed."
            )
        standing = _standing(batch, link_type, start)
        joined = standing.filter(to_golden=end)["id"]
        if len(joined):
            return int(joined[-1])
        if declared.cardinality == "one":
            _make_room(batch, declared, from_id, standing)
        made = insert_link(batch, link_type, from_id, to_id, fields=_fields(declared, fields), since=since, until=until)
        if link_type in NAMES:
            refuse_torn(batch, pl.DataFrame({"left_id": [from_id], "right_id": [to_id]}))
        return made


def unlink(lake: Lake, link_id: int, *, by: str | None = None) -> int:
    """
    End a link, and those of merged records that say the same; gives the batch.

    Raises UnknownRecord if there is no standing link of that id.
    """
    with lake.write("edit", by=by, source="manual") as batch:
        alike = batch.query(
            """
            select o.id from link l join link o
              on o.type = l.type and o.from_golden = l.from_golden and o.to_golden = l.to_golden and o.ended_at is null
              and (o.fields, o.since, o.until) is not distinct from (l.fields, l.since, l.until)
            where l.id = $id and l.ended_at is null order by o.id
            """,
            id=link_id,
        ).frame()["id"]
        if alike.is_empty():
            raise UnknownRecord("standing link", link_id)
        set_ended(batch, alike, ended=True)
        return batch.id


def insert_link(
    batch: Batch,
    link_type: str,
    from_id: int,
    to_id: int,
    *,
    fields: Mapping[str, str | None] | None = None,
    since: date | None = None,
    until: date | None = None,
) -> int:
    """Write one new link with its ledger row; gives its id."""
    id = batch.new_ids("link_id")
    batch.execute(
        """
        insert into link
        select $id, $type, $from_id, $to_id, coalesce((select golden_id from entity where id = $from_id), $from_id),
               coalesce((select golden_id from entity where id = $to_id), $to_id), $fields, $since, $until, $batch_id, null
        """,
        id=id, type=link_type, from_id=from_id, to_id=to_id, since=since, until=until, batch_id=batch.id,
        fields=json.dumps(dict(fields), ensure_ascii=False) if fields else None,
    )  # fmt: skip
    batch.log([(_types(batch, from_id)[0], from_id, "link", link_type, None, str(id))])
    return id


def set_ended(batch: Batch, link_ids: pl.Series, *, ended: bool) -> None:
    """End links, or let them stand again, each with a ledger row."""
    with batch.frame("ended", link_ids.alias("id").to_frame()):
        batch.execute(
            "update link set ended_at = $moment where id in (select id from ended)",
            moment=batch.at if ended else None,
        )
        batch.log_query(
            """
            select e.type, l.from_id as entity_id, $op as op, l.type as field,
                   case when $is_end then l.id::varchar end as old, case when not $is_end then l.id::varchar end as new
            from link l join entity e on e.id = l.from_id where l.id in (select id from ended) order by l.id
            """,
            op="unlink" if ended else "link",
            is_end=ended,
        )


def links_of(lake: Lake, id: int) -> pl.DataFrame:
    """
    The standing links of a record, and of the members it was merged from, both directions.

    Where several members are joined to one record in one way, with the same fields and dates, the last link is told.
    Returns link_id, type, direction (out, in), words (how it reads from here), other_id,
    other_type, other (what it is called), fields (JSON), since, until.
    """
    found = lake.query(
        """
        with told as (
            select l.id as link_id, l.type, 'out' as direction, l.to_golden as other_id, l.fields, l.since, l.until
            from link l where l.from_golden = $id and l.ended_at is null
            union all
            select l.id, l.type, 'in', l.from_golden, l.fields, l.since, l.until
            from link l where l.to_golden = $id and l.from_golden <> $id and l.ended_at is null
        )
        select * from told
        qualify row_number() over (partition by type, direction, other_id, fields, since, until order by link_id desc) = 1
        order by type, direction desc, link_id
        """,
        id=id,
    ).frame()
    others = (
        lake.query(
            "select id, type from entity where deleted_at is null and id in (select unnest($ids::bigint[]))",
            ids=found["other_id"].unique().to_list(),
        )
        .frame()
        .rename({"id": "other_id", "type": "other_type"})
    )
    captions = captions_of(lake, others["other_id"].to_list(), others["other_type"].to_list())
    known = found.join(others, on="other_id", how="inner", maintain_order="left")
    return known.with_columns(
        words=pl.Series(
            [_words(lake.catalog.link_type(kind), way) for kind, way in known.select("type", "direction").iter_rows()],
            dtype=pl.String,
        ),
        other=pl.Series([captions[other] for other in known["other_id"]], dtype=pl.String),
    ).select("link_id", "type", "direction", "words", "other_id", "other_type", "other", "fields", "since", "until")


def _words(link_type: LinkType, direction: str) -> str:
    return link_type.label if direction == "out" else link_type.inverse


def _types(batch: Batch, *ids: int) -> tuple[str, ...]:
    found = dict(
        batch.query(
            "select id, type from entity where deleted_at is null and id in (select unnest($ids::bigint[]))",
            ids=list(ids),
        ).rows()
    )
    for id in ids:
        if id not in found:
            raise UnknownRecord("record", id)
    return tuple(found[id] for id in ids)


def _golden_ids(batch: Batch, *ids: int) -> tuple[int, ...]:
    """What stands for each of these records now: its golden record, or itself."""
    found = dict(
        batch.query(
            "select id, coalesce(golden_id, id) from entity where id in (select unnest($ids::bigint[]))", ids=list(ids)
        ).rows()
    )
    return tuple(found[id] for id in ids)


def _standing(batch: Batch, link_type: str, from_golden: int) -> pl.DataFrame:
    """The links of a type that leave from a record or its members: id, to_golden, leads (whether its other end stands)."""
    return batch.query(
        """
        select l.id, l.to_golden, e.deleted_at is null as leads from link l join entity e on e.id = l.to_golden
        where l.type = $type and l.from_golden = $from_golden and l.ended_at is null order by l.id
        """,
        type=link_type,
        from_golden=from_golden,
    ).frame()


def _make_room(batch: Batch, declared: LinkType, from_id: int, standing: pl.DataFrame) -> None:
    """Refuse a second link where one may be; one that leads to a deleted record gives way."""
    leading = standing.filter("leads")["id"]
    if len(leading):
        raise InvalidValue(
            f"Record {from_id} has its one {declared.name} link already (link {leading[0]})."
            f" Nothing was changed. End it first: unlink {leading[0]}."
        )
    if standing.height:
        # Ended, not left: if its other end came back, there would be two.
        set_ended(batch, standing["id"], ended=True)


def _fields(declared: LinkType, fields: Mapping[str, Any] | None) -> dict[str, str | None]:
    holder = EntityType(declared.name, declared.label, declared.label, fields=declared.fields)
    return clean_values(holder, fields or {})
