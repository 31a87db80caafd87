"""Reviewing clusters: several records in one grid, where they differ, how well they hold together, and where they would part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from xrm_lake.errors import InvalidValue, UnknownRecord
from xrm_lake.hygiene.bridges import halves, scores_within, weakest_bridges
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.hygiene.guards import GUARDED, guards_within
from xrm_lake.hygiene.review import Side, sides_of, standing_of
from xrm_lake.hygiene.stakes import PER_ACTIVITY, PER_LINK, stakes_sql
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.counters import is_golden, member_of_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.preview import preview_golden
from xrm_lake.store.write import Registered

FEWEST = 3
OPEN_CLUSTERS = pl.Schema(
    {
        "cluster_id": pl.Int64(),
        "records": pl.Int64(),
        "stake": pl.Float64(),
        "open_amount": pl.Float64(),
        "activities": pl.Int64(),
        "links": pl.Int64(),
        "ids": pl.List(pl.Int64()),
    }
)


@dataclass(frozen=True)
class Bridge:
    """The pair on which a cluster hangs, its score (0..1), and the two halves that part where it is not believed."""

    left_id: int
    right_id: int
    score: float
    one: tuple[int, ...]
    other: tuple[int, ...]


@dataclass(frozen=True)
class ClusterReview:
    """
    Records that may be one, for a person to look at.

    `records` are what stands now, oldest first: a golden record stands for its members. Of what is one already and waits for nothing
    more, `golden` is the golden record and `records` are its members; else `golden` is None. `differing` are the fields (names) in which
    they do not agree. `pairs` has left_id, right_id, score, best first; `cohesion` is the least of them, and None as long as some two
    were not found to be alike. `guards` has left_id, right_id (null where all are meant), guard, reason. `result` are
    the values of the golden record if all became one, as texts by field.
    """

    type: str
    records: tuple[Side, ...]
    differing: tuple[str, ...]
    pairs: pl.DataFrame
    cohesion: float | None
    bridge: Bridge | None
    guards: pl.DataFrame
    result: dict[str, str | None]
    golden: int | None = None


def review_cluster(lake: Lake, record_ids: Sequence[int]) -> ClusterReview:
    """
    Several records in one view; of a single record, the cluster that the last match run and the verdicts put it in.

    Raises UnknownRecord, InvalidValue for records of two types.
    """
    type = _one_type(lake, record_ids)
    together = _together(lake, type, record_ids)
    entity_type = lake.catalog.type(type)
    if len(together) == 1 and is_golden(together[0]):
        return _merged(lake, entity_type, together[0])
    sides = sides_of(lake, entity_type, together)
    records = tuple(sides[id] for id in together)
    groups = pl.DataFrame({"id": pl.Series(together, dtype=pl.Int64)}).with_columns(part=pl.lit(0, pl.Int64))
    pairs = scores_within(lake, type, groups).sort("score", "left_id", "right_id", descending=[True, False, False])
    guards = guards_within(lake, type, groups)
    return ClusterReview(
        type=type,
        records=records,
        differing=_differing(entity_type, records),
        pairs=pairs.drop("part"),
        cohesion=_cohesion(pairs, len(records)),
        bridge=_bridge(pairs, together),
        guards=guards.select(GUARDED.names()),
        result=preview_golden(lake, entity_type, [[member_of_golden(id) for id in together]])[0],
    )


def _merged(lake: Lake, entity_type: EntityType, golden: int) -> ClusterReview:
    """A cluster that is one: its members as they are, beside the golden record that stands for them."""
    members = lake.query(
        "select id from entity where golden_id = $golden and deleted_at is null order by id", golden=golden
    ).column()
    sides = sides_of(lake, entity_type, [golden, *members])
    records = tuple(sides[id] for id in members)
    pairs = lake.query(
        """
        select left_id, right_id, max(score) as score from match
        where type = $type and list_contains($members, left_id) and list_contains($members, right_id)
        group by all order by score desc, left_id, right_id
        """,
        type=entity_type.name,
        members=members,
    ).frame()
    return ClusterReview(
        type=entity_type.name,
        records=records,
        differing=_differing(entity_type, records),
        pairs=pairs,
        cohesion=_cohesion(pairs, len(records)),
        bridge=None,
        guards=pl.DataFrame(schema=GUARDED).select(GUARDED.names()),  # what somebody merged, no guard stands within
        result=sides[golden].values,
        golden=golden,
    )


def _differing(entity_type: EntityType, records: Sequence[Side]) -> tuple[str, ...]:
    return tuple(
        each.name for each in entity_type.active_fields if len({side.values[each.name] for side in records}) > 1
    )


def open_clusters(
    lake: Lake, type: str, *, fewest: int = FEWEST, limit: int | None = None, offset: int = 0
) -> pl.DataFrame:
    """
    The clusters that would become one and are not one yet, of `fewest` records or more, those first on which most hangs.

    Returns cluster_id (its oldest record), records (how many stand for themselves), stake, open_amount, activities, links (as in
    `queue_pairs`) and ids (what stands).
    """
    found = clusters(lake, type).select("record_id", "cluster_id")
    with Registered(lake.engine.cursor(), "clustered", found):
        told = lake.query(
            f"""
            with standing as (
                select distinct c.cluster_id, coalesce(e.golden_id, e.id) as id from clustered c join entity e on e.id = c.record_id
            ), several as (select * from standing qualify count(*) over (partition by cluster_id) >= $fewest),
            stakes as ({stakes_sql(lake.catalog, "select id from several")}), counted as (
                select s.cluster_id, count(*) as records, coalesce(sum(t.open_amount), 0) as open_amount,
                       coalesce(sum(t.activities), 0)::bigint as activities, coalesce(sum(t.links), 0)::bigint as links,
                       list(s.id order by s.id) as ids
                from several s left join stakes t on t.id = s.id group by s.cluster_id
            )
            select *, open_amount + {PER_ACTIVITY} * activities + {PER_LINK} * links as stake from counted
            order by stake desc, records desc, cluster_id limit $limit offset $offset
            """,
            fewest=max(2, fewest),
            as_of=lake.clock().date(),
            limit=limit,
            offset=offset,
        ).frame()
    return told.select(OPEN_CLUSTERS.names()).cast(OPEN_CLUSTERS)


def _one_type(lake: Lake, record_ids: Sequence[int]) -> str:
    ids = sorted(set(record_ids))
    found = dict(lake.query("select id, type from entity where list_contains($ids, id)", ids=ids).rows())
    missing = [id for id in ids if id not in found]
    if missing or not ids:
        raise UnknownRecord("record", missing[0] if missing else 0)
    if len(set(found.values())) > 1:
        raise InvalidValue(f"Records of two types are no cluster: {', '.join(sorted(set(found.values())))}.")
    return str(found[ids[0]])


def _together(lake: Lake, type: str, record_ids: Sequence[int]) -> list[int]:
    """What stands for the records that are meant, oldest first."""
    standing = sorted(set(standing_of(lake, list(record_ids)).values()))
    if len(standing) > 1:
        return standing
    found = clusters(lake, type)
    members = lake.query("select id from entity where id = $id or golden_id = $id", id=standing[0]).column()
    own = found.filter(pl.col("record_id").is_in(members))["cluster_id"].unique()
    ids = found.filter(pl.col("cluster_id").is_in(own.implode()))["record_id"].to_list()
    return sorted({*standing, *standing_of(lake, ids).values()})


def _cohesion(pairs: pl.DataFrame, records: int) -> float | None:
    """The least score of any two; None while some two were not found."""
    lowest: Any = pairs["score"].min() if pairs.height == records * (records - 1) // 2 else None
    return None if lowest is None else float(lowest)


def _bridge(pairs: pl.DataFrame, together: list[int]) -> Bridge | None:
    """Only where the pairs that were found hold all records together is there one on which they hang."""
    reached = set(pairs["left_id"]) | set(pairs["right_id"])
    if len(together) < FEWEST or reached != set(together):
        return None
    _, left, right, score = weakest_bridges(pairs).row(0)
    one, other = halves(pairs, (left, right))
    return Bridge(left, right, score, one, other) if len(one) + len(other) == len(together) else None
