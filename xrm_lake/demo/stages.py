"""A type of its own for the history of stages: what a lake learns at run time when an export brings more than its template knows."""

from xrm_lake.model.entity_type import EntityType, Field, LinkType
from xrm_lake.store.lake import Lake
from xrm_lake.store.model import add_link_type, add_type

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
