"""
The audit: what people said of the pairs that a lot chose among those that would merge by themselves.

Whether a pair is in the lot hangs on the ids of its records and on nothing else. Neither why somebody looked at it, nor what was
said of it, nor by which way, takes it in or out; a later match run draws the same.
"""

from importlib.resources import files

import polars as pl

from xrm_lake.hygiene.turns import SET_ASIDE_OF
from xrm_lake.store.components import components
from xrm_lake.store.lake import Lake

# Of `g`, a pair: its number in the lot. The queue asks in this order.
DRAW = "md5_number_lower(concat_ws(':', g.left_id, g.right_id))"

_SQL = files("xrm_lake.hygiene") / "audit.sql"
_PAIR = ("left_id", "right_id")


def audited(lake: Lake, type: str, at_least: float) -> tuple[int, int, int]:
    """
    Of the pairs of the lot that are sure and score `at_least`: how many are answered, and how many different or unsure.

    A pair is answered by any standing verdict of a person, on its records or on others of their clusters: `different` between the
    two is wrong, and so is one merged and parted later; merged by what people said is right. What the rule itself merged is
    not counted. The lot is the tenth that the queue sets aside, and once all of that is answered what follows in the
    order of the audit, as far as it is answered without a gap.
    """
    lot = _lot(lake, type, at_least)
    part = components(_same_by_people(lake, type))
    by_people = [left in part and part[left] == part.get(right) for left, right in lot.select(*_PAIR).iter_rows()]
    answers = lot.with_columns(
        answer=pl.when(pl.col("said").is_not_null() & (pl.col("one") != pl.col("other")))
        .then("said")
        .when(pl.Series(by_people, dtype=pl.Boolean))
        .then(pl.lit("same"))
    )
    # What the rule merged, and what was deleted, waits for nobody: it leaves no gap.
    waits = (pl.col("one") != pl.col("other")) & ~pl.col("deleted")
    waiting = answers.filter(pl.col("answer").is_not_null() | waits)
    unbroken = pl.col("answer").is_not_null().cum_min()
    counted = waiting.filter(pl.col("answer").is_not_null() & (pl.col("set_aside") | unbroken))["answer"]
    return len(counted), int((counted == "different").sum()), int((counted == "unsure").sum())


def _lot(lake: Lake, type: str, at_least: float) -> pl.DataFrame:
    """The sure pairs in the order of the audit: left_id, right_id, one and other (what stands for them), deleted, set_aside, said."""
    return lake.query(
        _SQL.read_text(encoding="utf-8").format(draw=DRAW), type=type, at_least=at_least, every=SET_ASIDE_OF
    ).frame()


def _same_by_people(lake: Lake, type: str) -> list[tuple[int, int]]:
    found = lake.query(
        """
        select v.left_id, v.right_id from verdict v join batch b on b.batch_id = v.decision_id and b.undone_by is null
        join entity e on e.id = v.left_id and e.type = $type
        where b.source is distinct from 'auto' group by v.left_id, v.right_id having arg_max(v.verdict, v.seq) = 'same'
        """,
        type=type,
    ).frame()
    return list(found.iter_rows())
