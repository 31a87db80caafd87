"""The doctor: the invariants that no constraint holds, each looked at with one query."""

from collections.abc import Callable

import polars as pl

from xrm_lake.model.names import quoted
from xrm_lake.model.results import Diagnosis
from xrm_lake.store.accept import accept as accept
from xrm_lake.store.lake import Lake
from xrm_lake.store.matcher import count_broken
from xrm_lake.store.views import table_of

FINDINGS = {"name": pl.String, "ok": pl.Boolean, "found": pl.Int64, "meaning": pl.String}

# Each counts what should not be there.
INVARIANTS = {
    "ids are unique": "select count(*) - count(distinct id) from entity",
    "golden ids are even, others odd": "select count(*) from entity where (id % 2 = 0) <> (coalesce(source, '') = 'golden')",
    "links join records that exist": """
        select count(*) from link l where not exists (from entity e where e.id = l.from_id) or not exists (from entity e where e.id = l.to_id)
    """,
    "links follow the merges": """
        select count(*) from link l join entity f on f.id = l.from_id join entity t on t.id = l.to_id
        where l.from_golden <> coalesce(f.golden_id, f.id) or l.to_golden <> coalesce(t.golden_id, t.id)
    """,
    "members have a golden record": """
        select count(*) from entity m where m.golden_id is not null
        and not exists (from entity g where g.id = m.golden_id and g.source = 'golden')
    """,
    "golden records have two members or more": """
        select count(*) from entity g where g.source = 'golden'
        and (select count(*) from entity m where m.golden_id = g.id and m.deleted_at is null) < 2
    """,
    "keys are unique in their source": """
        select coalesce(sum(n - 1), 0) from (
            select count(*) as n from entity where source_key is not null and source <> 'golden' and deleted_at is null
            group by source, type, source_key having count(*) > 1
        )
    """,
    "changes belong to batches": "select count(*) from change c where not exists (from batch b where b.batch_id = c.batch_id)",
    "the ledger has no gaps": "select coalesce(max(seq), 0) - count(*) from change",
    "batches are unique": "select count(*) - count(distinct batch_id) from batch",
    "decisions are batches": "select count(*) from verdict v where not exists (from batch b where b.batch_id = v.decision_id)",
    "search texts are of live records": """
        select count(*) from search_doc s join entity e on e.id = s.id where e.deleted_at is not null or e.golden_id is not null
    """,
    "live records have a search text": """
        select count(*) from entity e where e.deleted_at is null and e.golden_id is null and not exists (from search_doc s where s.id = e.id)
    """,
    "search texts are unique": "select count(*) - count(distinct id) from search_doc",
}


def doctor(lake: Lake) -> Diagnosis:
    """
    Look at every invariant of the store.

    `findings` has name, ok, found (how much is wrong), meaning. `signs` has the counts and sizes of the lake.
    """
    rows = [(name, lake.query(sql).value()) for name, sql in INVARIANTS.items()]
    rows += [("what matching learned has its whole index", count_broken(lake))]
    rows += [_spine_agrees(lake, item.name) for item in lake.catalog.types]
    findings = pl.DataFrame(
        [
            {
                "name": name,
                "ok": not found,
                "found": int(found),
                "meaning": "" if not found else "see docs/store.md",
            }
            for name, found in rows
        ],
        schema=FINDINGS,
    )
    return Diagnosis(healthy=bool(findings["ok"].all()), findings=findings, signs=_signs(lake))


def _spine_agrees(lake: Lake, type_name: str) -> tuple[str, int]:
    table = table_of(type_name)
    found = lake.query(
        f"""
        select count(*) from (select id, deleted_at is null and golden_id is null as live from entity where type = $type) e
        full join {table} r on r.id = e.id where e.id is null or r.id is null or r.live <> e.live
        """,
        type=type_name,
    ).value()
    return f"records of {quoted(type_name)} agree with the spine", int(found)


def _signs(lake: Lake) -> dict[str, object]:
    size: Callable[[str], int] = lambda name: (lake.path / name).stat().st_size if (lake.path / name).exists() else 0  # noqa: E731
    return {
        "file_bytes": size("lake.duckdb"),
        "wal_bytes": size("lake.duckdb.wal"),
        "records": lake.query(
            "select count(*) from entity where deleted_at is null and source is distinct from 'golden'"
        ).value(),
        "golden_records": lake.query("select count(*) from entity where source = 'golden'").value(),
        "links": lake.query("select count(*) from link where ended_at is null").value(),
        "changes": lake.query("select count(*) from change").value(),
        "batches": lake.query("select count(*) from batch").value(),
        "migrations": lake.query("select count(*) from schema_migration").value(),
    }
