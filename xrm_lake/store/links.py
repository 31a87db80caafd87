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

    Raises UnknownName, UnknownRecord, or InvalidValue if the link type does not join these
    types, allows one link only and another stands, or is retired.
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
        standing = _standing(batch, link_type, from_id)
        if to_id in standing.values():
            return next(id for id, other in standing.items() if other == to_id)
        if declared.cardinality == "one" and standing:
            raise InvalidValue(
                f"Record {from_id} has its one {link_type} link already (link {next(iter(standing))})."
                f" Nothing was changed. End it first: unlink {next(iter(standing))}."
            )
        return insert_link(batch, link_type, from_id, to_id, fields=_fields(declared, fields), since=since, until=until)


def unlink(lake: Lake, link_id: int, *, by: str | None = None) -> int:
    """End a link; gives the batch. Raises UnknownRecord if there is no standing link of that id."""
    with lake.write("edit", by=by, source="manual") as batch:
        row = batch.query("select type, from_id from link where id = $id and ended_at is null", id=link_id).one()
        if row is None:
            raise UnknownRecord("standing link", link_id)
        set_ended(batch, pl.Series([link_id]), ended=True)
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

    Returns link_id, type, direction (out, in), words (how it reads from here), other_id,
    other_type, other (what it is called), fields (JSON), since, until.
    """
    found = lake.query(
        """
        select l.id as link_id, l.type, 'out' as direction, l.to_golden as other_id, l.fields, l.since, l.until
        from link l where l.from_golden = $id and l.ended_at is null
        union all
        select l.id, l.type, 'in', l.from_golden, l.fields, l.since, l.until
        from link l where l.to_golden = $id and l.from_golden <> $id and l.ended_at is null
        order by 2, 3 desc, 1
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


def _standing(batch: Batch, link_type: str, from_id: int) -> dict[int, int]:
    return dict(
        batch.query(
            "select id, to_id from link where type = $type and from_id = $from_id and ended_at is null order by id",
            type=link_type,
            from_id=from_id,
        ).rows()
    )


def _fields(declared: LinkType, fields: Mapping[str, Any] | None) -> dict[str, str | None]:
    holder = EntityType(declared.name, declared.label, declared.label, fields=declared.fields)
    return clean_values(holder, fields or {})
