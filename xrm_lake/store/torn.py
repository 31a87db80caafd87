"""Torn: what is judged different must not be tied together, by whatever the tie or the verdict comes about."""

from importlib.resources import files

import polars as pl

from xrm_lake.errors import ConflictingVerdict
from xrm_lake.store.write import Batch

SAME_AS, SAME_PARTY = NAMES = ("same_as", "same_party")  # the links that ties are (see ties.py)
_TORN = files("xrm_lake.store") / "torn.sql"


def refuse_torn(batch: Batch, pairs: pl.DataFrame) -> None:
    """
    Raise ConflictingVerdict if a tie contradicts what was judged: a record tied to two that are different, or to one it is different from.

    `pairs` has left_id and right_id, the records that an answer or a new tie touched; those that they are tied to are looked at,
    too. To be called within the batch, before the commit.
    """
    if not any(item.name in NAMES for item in batch.catalog.link_types):
        return
    with batch.frame("judged", pairs.select("left_id", "right_id")):
        row = batch.query(_TORN.read_text(encoding="utf-8"), names=list(NAMES)).one()
    if row is None:
        return
    left, right, hub = row["left_id"], row["right_id"], row["hub"]
    if hub is None:
        raise ConflictingVerdict(
            f"Records {left} and {right} were judged different, but a tie would join them, or what they are merged with."
            " Nothing was changed. To go ahead, first judge that pair again."
        )
    raise ConflictingVerdict(
        f"Records {left} and {right} would both be one with record {hub}, but were judged different."
        f" Nothing was changed. To go ahead, first judge open what does not hold: that pair, or one of them with {hub}."
    )
