"""All systems in one lake: which true record each of its records is, and how well clusters tell it."""

from collections import Counter
from pathlib import Path

from tests.ingest.systems import SYSTEMS
from tests.ingest.systems.firm import Firm
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.ingest.load import import_files
from xrm_lake.model.results import ImportResult
from xrm_lake.store.lake import Lake


def import_all(lake: Lake, firm: Firm, folder: Path) -> dict[str, ImportResult]:
    """Bring in the export of each system, one call each."""
    return {system.name: import_files(lake, system.write(firm, folder / system.name)) for system in SYSTEMS}


def true_rows(lake: Lake, firm: Firm, type: str) -> dict[int, int]:
    """Which row of the firm each record of the lake is, by its id."""
    known = {(system.name, system.ids(type, row)): row for system in SYSTEMS if type != "task" or system.name != "odoo"
             for row in range(firm.records[type].height)}  # fmt: skip
    rows = lake.query(
        "select id, source, source_key from entity where type = $type and source <> 'golden'", type=type
    ).rows()
    return {id: known[source, key] for id, source, key in rows}


def cluster_score(lake: Lake, firm: Firm, type: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs that the clusters of the last match run join."""
    truth = true_rows(lake, firm, type)
    joined = {id: -id for id in truth} | dict(clusters(lake, type).select("record_id", "cluster_id").rows())
    both = _pairs(Counter((truth[id], joined[id]) for id in truth))
    said, true = _pairs(Counter(joined[id] for id in truth)), _pairs(Counter(truth.values()))
    return both / max(said, 1), both / true, 2 * both / (said + true)


def _pairs(sizes: Counter) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())
