"""
Columns that say when a record came into a stage, read as a history: a row for each stage that a record has reached.

Exports write it wide (`Date entered "Negotiation"`, `Entered Won`, `Became a customer date`), one column a stage; as columns they
could be counted, but not followed.
"""

import re
from dataclasses import replace

import polars as pl

from xrm_lake.ingest.mapping.identify import Identity
from xrm_lake.ingest.mapping.sample import Column
from xrm_lake.ingest.parts import restaged
from xrm_lake.ingest.read.delivery import Delivery

_ENTERED = (
    re.compile(r"(?i)^(?:date|time)?[ _]*entered[ _]+(?:stage[ _:]*)?[\"“”']*(?P<stage>.+?)[\"“”']*$"),
    re.compile(r"(?i)^(?P<stage>.+?)[ _]+(?:stage[ _]+)?entered[ _]+(?:on|at|date)$"),
    re.compile(r"(?i)^became[ _]+an?[ _]+(?P<stage>.+?)[ _]+date$"),
)
_NO_STAGE = ("current stage", "stage", "current", "pipeline")
_FEWEST = 2


def stage_history(identity: Identity, called: str) -> Delivery | None:
    """
    The history that stands in the columns of a table of records, as a table of its own; None if there is none.

    Its columns are the record's id (headed by what such a record is `called`), the stage, and when it was entered.
    """
    keys = [column.position for column in identity.columns if column.to == "key"]
    stages = [(column, stage) for column in identity.table.columns if (stage := _stage(column))]
    if len(keys) != 1 or len(stages) < _FEWEST or not identity.type:
        return None
    delivery = identity.table.delivery
    rows = pl.read_parquet(delivery.staged, glob=False)
    entered = pl.concat(
        rows.select(
            "record_no", "line_no", c0=f"c{keys[0]}", c1=pl.lit(stage), c2=f"c{column.position}", place=pl.lit(place)
        )
        for place, (column, stage) in enumerate(stages)
    )
    filled = pl.all_horizontal(pl.col(name).str.strip_chars().fill_null("") != "" for name in ("c0", "c2"))
    history = entered.filter(filled).sort("record_no", "place").drop("place")
    return replace(
        restaged(delivery, "stages", history),
        # Behind its sheet, too: two sheets of one workbook may have a history each.
        name=f"{delivery.name}{' ' if '#' in delivery.name else '#'}{called} stage history",
        headers=(f"{called} id", "Stage", "Entered at"),
        counted=history.height,
        staged_rows=history.height,
        rejects=delivery.rejects.clear(),
        repairs=delivery.repairs.clear(),
        notes=(f"Read from the columns of {delivery.name} that say when a stage was entered.",),
    )


def _stage(column: Column) -> str:
    """The stage that a column of dates tells of; empty if it does not."""
    if column.content.empty or column.content.share("date") < 0.5:
        return ""
    header = " ".join(column.header.split())
    found = next((match for pattern in _ENTERED if (match := pattern.match(header))), None)
    stage = re.sub(r"\s*\([^()]*\)$", "", found["stage"]).strip("\"“”' _") if found else ""
    return "" if stage.casefold() in _NO_STAGE else stage.replace("_", " ")
