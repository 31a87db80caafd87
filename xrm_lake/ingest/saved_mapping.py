"""How a file of a source was read before holds for the next one with the same headers, until somebody says otherwise."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from xrm_lake.ingest.mapping.header import plain
from xrm_lake.ingest.mend_file import MARK
from xrm_lake.ingest.plan import OWN, FilePlan
from xrm_lake.ingest.plan_text import headers_text, plan_text, read_plan
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.model.catalog import Catalog
from xrm_lake.store.lake import Lake
from xrm_lake.store.mappings import save_plan, saved_plans
from xrm_lake.store.write import Batch


def with_saved(lake: Lake, plans: Sequence[FilePlan], *, told: Mapping[str, str] | None = None) -> list[FilePlan]:
    """
    The plans, each as files of its source with its headers were read before; a note says so.

    What is `told` now of single headers counts more. A mapping that names a type, field or link type that is gone is not used, and a
    note says that.
    """
    return [_with_saved(lake, plan, told or {}) for plan in plans]


def saved_type(lake: Lake, delivery: Delivery, source: str | None) -> str | None:
    """The type that a file with these headers was taken for before; of the source, if one is named."""
    found = [row for row in saved_plans(lake, headers_text(delivery.headers)) if source in (None, row["source"])]
    plans = [json.loads(str(row["plan"])) for row in found]
    return next((plan["type"] for plan in plans if plan["shape"] == "records"), None)


def remember_mapping(batch: Batch, plan: FilePlan) -> None:
    """Keep how a file was read. One without headers cannot be found again."""
    if any(plan.delivery.headers) and plan.delivery.headers[0] != MARK and plan.preset != OWN:
        headers = headers_text(plan.delivery.headers)
        type_name = plan.link_type or plan.type
        save_plan(batch, plan.source, headers, type=type_name, file_name=plan.delivery.name, plan=plan_text(plan))


def _with_saved(lake: Lake, plan: FilePlan, told: Mapping[str, str]) -> FilePlan:
    type_name = plan.link_type or plan.type
    rows = saved_plans(lake, headers_text(plan.delivery.headers))
    row = next((row for row in rows if row["source"] == plan.source and row["type"] == type_name), None)
    if row is None:
        return plan
    on = f"{row['made_at']:%Y-%m-%d}"
    saved = json.loads(str(row["plan"]))
    if not _fits(saved, lake.catalog):
        note = f"The mapping of {on} names what is not there any more, so it was worked out anew."
        return replace(plan, notes=(*plan.notes, note))
    found = read_plan(str(row["plan"]), plan)
    note = f"The mapping of {on} was used: xrm mappings; to have it worked out anew: xrm mappings forget {row['mapping_id']}."
    return _as_told(replace(found, notes=(note,), mapping_id=int(str(row["mapping_id"]))), plan, told)


def _as_told(found: FilePlan, fresh: FilePlan, told: Mapping[str, str]) -> FilePlan:
    """The saved plan with the fresh columns that somebody has spoken of now."""
    spoken = {plain(header) for header in told}
    own = {column.position: column for column in fresh.columns if plain(column.header) in spoken}
    if not own:
        return found
    taken = {(column.to, column.field) for column in own.values() if column.to in ("field", "key")}
    columns = tuple(
        own.get(column.position)
        or (
            replace(column, to="extra", field="", reason="another column was named for it")
            if (column.to, column.field) in taken
            else column
        )
        for column in found.columns
    )
    keyed = any(column.to == "key" for column in own.values())
    return replace(found, columns=columns, key=fresh.key if keyed else found.key)


def _fits(saved: dict[str, Any], catalog: Catalog) -> bool:
    if saved["shape"] == "links":
        return saved["link_type"] in {link.name for link in catalog.link_types if not link.retired}
    if not catalog.has_type(saved["type"]) or catalog.type(saved["type"]).retired:
        return False
    fields = {field.name for field in catalog.fields_for_import(saved["type"])}
    links = {link.name for link in catalog.link_types if not link.retired}
    columns = saved["columns"]
    named = {column["field"] for column in columns if column["to"] in ("field", "key") and column["field"]}
    return named <= fields and {column["link"]["link_type"] for column in columns if column["link"]} <= links
