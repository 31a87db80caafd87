"""Sources (G5): what has not come when it was due, and what comes with many rows that had to be rejected."""

from xrm_lake.hygiene.debt.finding import Finding
from xrm_lake.store.freshness import freshness
from xrm_lake.store.lake import Lake

REJECTED = 0.05


def source_debt(lake: Lake) -> tuple[list[Finding], int]:
    """
    The sources that are late by their own rhythm, or of whose rows more than 5 % were rejected of late, and how many sources there are.

    Source: quality.md §2.4, G5; late and rejected as `store.freshness.freshness` tells them.
    """
    rows = freshness(lake)
    found = []
    for row in rows.iter_rows(named=True):
        if row["late"]:
            words = f"last came on {row['last_import']:%Y-%m-%d}, was due on {row['due_at']:%Y-%m-%d}"
            found.append(Finding("G5", "late", "", row["source"], words))
        if (row["error_rate"] or 0) > REJECTED:
            words = f"{100 * row['error_rate']:.1f}% of the rows of its last deliveries were rejected"
            found.append(Finding("G5", "rejected", "", row["source"], words, row["error_rate"]))
    return found, rows.height
