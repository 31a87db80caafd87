"""
Golden records as they stood at the end of a day: who was merged with whom, and the values that had survived.

The ledger holds no row of a golden record: all of it follows from verdicts, members, pins, trust and declarations. So those of
which something changed since are worked out again from what these were then; the others are as they are now.
"""

from dataclasses import dataclass

import polars as pl

from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.golden import TRUST, decides_otherwise, place
from xrm_lake.store.golden_rows import Members, golden_rows, judged_at
from xrm_lake.store.ledger import ACTIVE
from xrm_lake.store.past.ledger import Ledger
from xrm_lake.store.past.model import settings_then
from xrm_lake.store.past.moment import Moment
from xrm_lake.store.settings import settings_of

PLACED = pl.Schema(
    {name: pl.Int64() for name in ("id", "golden_id", "new_golden")} | {"type": pl.String(), "deleted": pl.Boolean()}
)
EDGES = pl.Schema({"left_id": pl.Int64(), "right_id": pl.Int64(), "made_at": pl.Datetime("us")})


@dataclass(frozen=True)
class Clusters:
    """
    Who was in which golden record then: `placed` has id, type, golden_id (now), new_golden (then) and deleted (then).

    `stirred` are the golden records, of then or of now, of which anything changed since.
    """

    placed: pl.DataFrame
    edges: pl.DataFrame
    stirred: pl.Series

    @property
    def moved(self) -> pl.DataFrame:
        """Those that were in another golden record than now, or in none: id, new_golden."""
        return self.placed.filter(pl.col("golden_id").ne_missing(pl.col("new_golden"))).select("id", "new_golden")

    @property
    def members(self) -> pl.DataFrame:
        """Of `placed`, the members of golden records that are to be derived anew."""
        return self.placed.filter(pl.col("new_golden").is_in(self.stirred.implode()))

    @property
    def made(self) -> pl.Series:
        """The golden records that are to be derived anew."""
        return self.members["new_golden"].unique().sort()


def clusters_then(moment: Moment, ledger: Ledger, lived: str, then: Catalog) -> Clusters:
    """The clusters at the end of the day, as far as anything of them changed since; of the others, nothing."""
    nothing = Clusters(pl.DataFrame(schema=PLACED), pl.DataFrame(schema=EDGES), pl.Series(dtype=pl.Int64))
    if not moment.reader.query("select exists (from verdict)").value():
        return nothing
    touched = moment.table("touched", _TOUCHED.format(end=moment.end))
    changed_types = [
        item.name
        for item in then.types
        if moment.reader.catalog.has_type(item.name) and decides_otherwise(item, moment.reader.catalog.type(item.name))
    ]
    trust_now, trust_then = settings_of(moment.reader, TRUST), settings_then(moment, TRUST)
    sources = [name for name in {**trust_now, **trust_then} if trust_now.get(name) != trust_then.get(name)]
    if moment.is_empty(touched) and not changed_types and not sources:
        return nothing
    edges = moment.reader.query(_EDGES.format(**vars(ledger))).frame()
    with moment.reader.frame("edges_", edges):
        nodes = moment.reader.query(
            _NODES.format(lived=lived, touched=touched), types=changed_types, sources=sources
        ).frame()
    placed = place(nodes, edges)
    moved = pl.col("golden_id").ne_missing(pl.col("new_golden"))
    stirred = placed.filter(moved | pl.col("stirred"))
    ids = pl.concat([stirred["golden_id"], stirred["new_golden"]]).drop_nulls().unique().sort()
    return Clusters(placed.drop("stirred"), edges, ids)


# What anything happened to after the day: to a record, to a pin on its golden record, to a verdict, to a batch that told of it.
_TOUCHED = """
    with turned as (
        select case when w.kind = 'undo' then w.undoes else u.undoes end as batch_id
        from batch u join batch w on w.batch_id = u.undoes where u.made_at >= {end}
    ), touched as (
        select entity_id as id from change where entity_id > 0 and (made_at >= {end} or batch_id in (from turned))
        union
        select unnest([left_id, right_id]) from verdict where made_at >= {end} or decision_id in (from turned)
    ), clustered as (
        select id from entity where golden_id is not null
        union
        select unnest([left_id, right_id]) from verdict where verdict = 'same'
    )
    select distinct id - (id + 1) % 2 as id from touched where id - (id + 1) % 2 in (from clustered)
"""

# The last word on each pair by then.
_EDGES = """
    select left_id, right_id, arg_max(v.made_at, seq) as made_at
    from {verdict} v join {batch} b on b.batch_id = v.decision_id and b.undone_by is null
    group by left_id, right_id having arg_max(verdict, seq) = 'same'
"""

_NODES = """
    select e.id, e.type, e.golden_id, case when l.id is null then e.deleted_at else l.deleted_at end is not null as deleted,
           e.id in (from {touched}) or list_contains($types::varchar[], e.type)
           or coalesce(list_contains($sources::varchar[], e.source), false) as stirred
    from entity e left join {lived} l on l.id = e.id
    where e.source is distinct from 'golden' and (e.golden_id is not null
        or e.id in (select left_id from edges_ union select right_id from edges_))
"""


def golden_then(moment: Moment, ledger: Ledger, clusters: Clusters, entity_type: EntityType, own: str) -> str | None:
    """
    A table of the golden records of a type that are derived anew, with the columns of its records; None if there is none.

    `own` names the type's records at the end of the day, without these.
    """
    members = clusters.members.filter(pl.col("type") == entity_type.name)
    if members.is_empty():
        return None
    with moment.reader.frame("members", members):
        rows = moment.reader.query(_ROWS.format(own=own)).frame()
        edits = moment.reader.query(_EDITS.format(**vars(ledger))).frame()
        pins = moment.reader.query(_PINS.format(**vars(ledger), active=ACTIVE)).frame()
    trust = {source: float(value) for source, value in settings_then(moment, TRUST).items()}
    of = Members(rows, edits, pins, judged_at(members, clusters.edges), trust)
    with moment.reader.frame("golden_", golden_rows(moment.reader, entity_type, of).with_columns(live=True)):
        return moment.table(f"golden_{entity_type.name}", f"(from {own} limit 0) union all by name from golden_")


_ROWS = """
    select m.new_golden as golden_id, e.source as source_, r.* exclude (live, extra)
    from members m join {own} r on r.id = m.id join entity e on e.id = m.id where not m.deleted order by r.id
"""
_EDITS = """
    select c.entity_id as id, c.field, max(c.made_at) as edited_
    from {change} c join {batch} b on b.batch_id = c.batch_id
    where c.op = 'set' and b.kind = 'edit' and b.undone_by is null and c.entity_id in (select id from members)
    group by c.entity_id, c.field
"""
_PINS = """
    select m.new_golden as golden_id, p.* exclude (owner) from (
        select c.entity_id - 1 as owner, c.field, arg_max_null(c.new, c.seq) as value, arg_max(c.made_at, c.seq) as updated_at
        from {change} c join {batch} b on b.batch_id = c.batch_id where c.op = 'pin' and {active} group by c.entity_id, c.field
    ) p join members m on m.id = p.owner order by p.updated_at
"""
