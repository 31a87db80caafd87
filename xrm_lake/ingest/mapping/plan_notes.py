"""What a plan says in sentences: what is kept aside, what its system has deleted, what is not sure."""

from collections.abc import Iterable

from xrm_lake.ingest.mapping.identify import Identity
from xrm_lake.ingest.plan import ColumnPlan


def notes_on(identity: Identity, columns: Iterable[ColumnPlan]) -> list[str]:
    """The sentences on a table and the plan of its columns; none if all is plain."""
    return [*_kept_aside(columns), *_deleted(identity), *_doubt(identity)]


def _kept_aside(columns: Iterable[ColumnPlan]) -> list[str]:
    aside = [
        column.header or f"column {column.position + 1}"
        for column in columns
        if column.to == "extra" and column.reason != "empty"
    ]
    if not aside:
        return []
    shown = ", ".join(aside[:8]) + (", …" if len(aside) > 8 else "")
    said = "1 column without a field is" if len(aside) == 1 else f"{len(aside)} columns without a field are"
    return [f"{said} kept as {'it is' if len(aside) == 1 else 'they are'}: {shown}."]


def _deleted(identity: Identity) -> list[str]:
    marked = [column for column in identity.table.columns if column.words in ("is deleted", "deleted")]
    if any(set(column.values.str.to_lowercase().to_list()) & {"true", "1", "yes"} for column in marked):
        return ["Some rows are marked as deleted in their system; they are taken in like the others."]
    return []


def _doubt(identity: Identity) -> list[str]:
    return [f"What it holds is not sure: {identity.doubt}. Taken for {identity.type}."] if identity.doubt else []
