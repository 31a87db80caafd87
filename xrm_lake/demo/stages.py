"""A type of its own for the history of stages: what a lake learns at run time when an export brings more than its template knows."""

from pathlib import Path

from xrm_lake.ingest.load import import_files
from xrm_lake.model.entity_type import EntityType, Field, LinkType
from xrm_lake.model.progress import Progress
from xrm_lake.model.results import ImportResult
from xrm_lake.store.lake import Lake
from xrm_lake.store.model import add_link_type, add_type

STAGE_HISTORY_FILE = "OpportunityHistory.csv"
MAPPING = {
    "Id": "key",
    "OpportunityId": "link:change_of",
    "StageName": "stage",
    "Amount": "amount",
    "Probability": "probability",
    "CloseDate": "close_date",
    "CreatedDate": "opened_at",
}

STAGE_CHANGE = EntityType(
    name="stage_change",
    label="Stage change",
    plural="Stage changes",
    icon="swap_vert",
    caption=("stage",),
    required_links=("change_of",),
    position=55,
    fields=(
        Field("stage", "Stage", "choice", "required", position=1),
        Field("amount", "Amount", "money", position=2),
        Field("probability", "Probability", "percent", position=3),
        Field("close_date", "Close date", "date", position=4),
        Field("opened_at", "Changed at", "datetime", "expected", position=5),
    ),
)
CHANGE_OF = LinkType(
    "change_of", "is a change of", "changed by", from_types=("stage_change",), to_types=("deal",), cardinality="one"
)


def add_stage_history(lake: Lake) -> None:
    """Give the lake the type `stage_change` and its link to a deal."""
    add_type(lake, STAGE_CHANGE)
    add_link_type(lake, CHANGE_OF)


def import_stage_history(lake: Lake, file: Path, *, source: str, progress: Progress) -> ImportResult:
    """Take in the file of stage changes, told what it is and what its columns are."""
    return import_files(lake, [file], type=STAGE_CHANGE.name, source=source, mapping=MAPPING, progress=progress)
