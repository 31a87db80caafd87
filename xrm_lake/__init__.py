"""
xrm_lake: the data-quality and analytics companion for relationship data, with a record store of its own.

    lake = open_lake("crm.xrm")
    import_file(lake, "contacts.csv")
    check(lake)
    matches = match(lake, "person")
    decision = merge(lake, [4, 7], by="ann")
    take_snapshot(lake)
    page = build_report(lake, "weekly")

Every name here is imported when it is first asked for; `import xrm_lake` alone costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xrm_lake.hygiene.check import check
    from xrm_lake.hygiene.clusters import clusters
    from xrm_lake.hygiene.issues import list_issues
    from xrm_lake.hygiene.judge import judge, merge, unmerge
    from xrm_lake.hygiene.match import match
    from xrm_lake.hygiene.snapshot import take_snapshot
    from xrm_lake.ingest.contract import contract
    from xrm_lake.ingest.load import import_file, import_files
    from xrm_lake.ingest.read.table import read_table
    from xrm_lake.lakeless.dedupe import dedupe
    from xrm_lake.model.comparison import Comparison
    from xrm_lake.model.entity_type import EntityType, Field, LinkType, Stage
    from xrm_lake.model.own_check import OwnCheck, read_check
    from xrm_lake.reports.build import build_report
    from xrm_lake.reports.export import export_type
    from xrm_lake.reports.export_all import export_all
    from xrm_lake.reports.render import render
    from xrm_lake.store.lake import Lake
    from xrm_lake.store.links import link_records, unlink
    from xrm_lake.store.model import add_field, add_link_type, add_type, list_types
    from xrm_lake.store.open import init_lake, open_lake
    from xrm_lake.store.own_checks import add_check, change_check, list_checks, retire_check
    from xrm_lake.store.read import list_records, read_sql, show_record
    from xrm_lake.store.records import add_record, delete_record, set_record
    from xrm_lake.store.search import search
    from xrm_lake.store.try_check import CheckTrial, try_check
    from xrm_lake.store.undo import undo

    __version__: str

__all__ = [
    "CheckTrial", "Comparison", "EntityType", "Field", "Lake", "LinkType", "OwnCheck", "Stage", "add_check",
    "add_field", "add_link_type", "add_record", "add_type", "build_report", "change_check", "check", "clusters",
    "contract", "dedupe", "delete_record", "export_all", "export_type", "import_file", "import_files", "init_lake",
    "judge", "link_records", "list_checks", "list_issues", "list_records", "list_types", "match", "merge", "open_lake",
    "read_check", "read_sql", "read_table", "render", "retire_check", "search", "set_record", "show_record",
    "take_snapshot", "try_check", "undo", "unlink", "unmerge",
]  # fmt: skip

_HOMES = {
    "hygiene.check": ("check",),
    "hygiene.clusters": ("clusters",),
    "hygiene.issues": ("list_issues",),
    "hygiene.judge": ("judge", "merge", "unmerge"),
    "hygiene.match": ("match",),
    "hygiene.snapshot": ("take_snapshot",),
    "ingest.contract": ("contract",),
    "ingest.load": ("import_file", "import_files"),
    "ingest.read.table": ("read_table",),
    "lakeless.dedupe": ("dedupe",),
    "model.comparison": ("Comparison",),
    "model.entity_type": ("EntityType", "Field", "LinkType", "Stage"),
    "model.own_check": ("OwnCheck", "read_check"),
    "reports.build": ("build_report",),
    "reports.export": ("export_type",),
    "reports.export_all": ("export_all",),
    "reports.render": ("render",),
    "store.lake": ("Lake",),
    "store.links": ("link_records", "unlink"),
    "store.model": ("add_field", "add_link_type", "add_type", "list_types"),
    "store.open": ("init_lake", "open_lake"),
    "store.own_checks": ("add_check", "change_check", "list_checks", "retire_check"),
    "store.read": ("list_records", "read_sql", "show_record"),
    "store.records": ("add_record", "delete_record", "set_record"),
    "store.search": ("search",),
    "store.try_check": ("CheckTrial", "try_check"),
    "store.undo": ("undo",),
}
_HOME_OF = {name: f"xrm_lake.{home}" for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """The public names, from where they live."""
    if name == "__version__":
        from importlib.metadata import version

        return version("xrm-lake")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'xrm_lake' has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
