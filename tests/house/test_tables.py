"""Each table has one writer: whoever looks for what changes it finds one module."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The module that writes a table; a few are written by one package, whose files share the work.
WRITERS = {
    "meta": ("store/open.py", "store/settings.py"),
    "schema_migration": ("store/migrate.py",),
    "entity_type": ("store/catalog_io.py",),
    "field": ("store/catalog_io.py",),
    "link_type": ("store/catalog_io.py",),
    "stage": ("store/catalog_io.py",),
    "batch": ("store/write.py", "store/undo.py"),
    "change": ("store/write.py", "store/bulk"),
    "entity": ("store/records.py", "store/golden.py", "store/bulk"),
    "link": ("store/links.py", "store/golden.py", "store/bulk"),
    "pin": ("store/record_values.py", "store/undo.py"),
    "reject": ("ingest/",),
    "held_row": ("ingest/",),
    "batch_plan": ("ingest/",),
    "saved_mapping": ("store/mappings.py",),
    "delivered_plan": ("ingest/reconciling/delivered.py",),
    "delivered_row": ("ingest/reconciling/delivered.py",),
    "value_map": ("store/value_maps.py",),
    "pending_link": ("store/pending.py", "store/undo.py"),
    "verdict": ("store/verdicts.py",),
    "match": ("hygiene/match.py",),
    "matcher": ("store/matcher.py",),
    "match_count": ("store/matcher.py",),
    "cross_match": ("hygiene/match_types.py",),
    "own_check": ("store/own_checks.py",),
    "issue": ("hygiene/check.py",),
    "issue_count": ("hygiene/check.py",),
    "snapshot": ("hygiene/snapshot.py",),
    "measure": ("hygiene/snapshot.py",),
    "measure_state": ("hygiene/snapshot.py",),
    "search_doc": ("store/search.py", "store/golden.py", "store/bulk"),
    "fix_proposal": ("hygiene/fixes/propose.py",),
    "fix_refusal": ("hygiene/fixes/refusals.py",),
    "trend": ("hygiene/kept_trends.py",),
    "looked_at": ("hygiene/looked_at.py",),
    "figure_override": ("hygiene/decay/overrides.py",),
    "job": ("server/", "store/jobs.py"),
}
WRITE = re.compile(r"\b(?:insert into|update|delete from)\s+\"?([a-z_]+)\"?\b", re.I)
APPEND = re.compile(r"\.append\(\s*\"([a-z_]+)\"")


def written_tables() -> set[tuple[str, str]]:
    found = set()
    for file in sorted((ROOT / "xrm_lake").rglob("*")):
        if file.suffix in (".py", ".sql") and "migrations" not in file.parts:
            text = file.read_text(encoding="utf-8")
            where = str(file.relative_to(ROOT / "xrm_lake"))
            found |= {(table, where) for table in (*WRITE.findall(text), *APPEND.findall(text)) if table in WRITERS}
    return found


def test_each_table_has_one_writer():
    assert {(table, where) for table, where in written_tables() if not where.startswith(WRITERS[table])} == set()


def test_every_table_of_the_first_migration_has_a_known_writer():
    sql = (ROOT / "xrm_lake/store/migrations/0001_lake.sql").read_text(encoding="utf-8")

    assert set(re.findall(r"create table (\w+)", sql)) <= set(WRITERS)
