"""Duplicates becoming common (D3): of the records that are new, how many joined an older one, or are probably one already."""

from datetime import date

from xrm_lake.hygiene.decay.figure import Figure, share
from xrm_lake.hygiene.open_pairs import MATCHED
from xrm_lake.hygiene.signals import count_new_duplicates
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.metrics import metric
from xrm_lake.store.as_of import State


def new_duplicates(state: State, item: EntityType, since: date) -> list[Figure]:
    """
    new records that joined an older one / new records, of a type that was matched; none of others and of roles.

    Counts records as they came in, merged or not. What is probably one is as fresh as the last `match`, whatever the day.
    """
    if item.role_of is not None or item.name not in state.query(MATCHED).column():
        return []
    num, den = count_new_duplicates(state, item, since)
    return [
        share(
            "new_duplicate",
            num,
            den,
            metric("new_duplicate").bad,
            "of the new records were there already",
        )
    ]
