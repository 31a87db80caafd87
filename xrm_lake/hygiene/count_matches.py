"""How many pairs wait for a verdict, of which a list shows some."""

from xrm_lake.hygiene.matches_across import list_matches_across
from xrm_lake.hygiene.queue import Slice, count_open, draw_queue
from xrm_lake.hygiene.turns import Order
from xrm_lake.store.lake import Lake


def count_matches(
    lake: Lake,
    type: str,
    other: str | None = None,
    *,
    order: Order = "score",
    at_least: float = 0.5,
    at_most: float = 1.0,
    source: str | None = None,
    owner: int | str | None = None,
) -> int:
    """
    How many pairs `matches` gives without a limit; with `other`, how many `matches_across` gives.

    Raises as they do.
    """
    if other is not None:
        return list_matches_across(lake, type, other, at_least=at_least).height
    return count_open(lake, draw_queue(lake, type, order=order, within=Slice(at_least, at_most, source, owner)))
