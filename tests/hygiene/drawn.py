"""Pairs in the order in which an audit asks, and answers on them."""

from tests.hygiene.many import add_many, guess, someone
from xrm_lake.hygiene.judge import judge
from xrm_lake.hygiene.queue import draw_queue


def pairs_of_people(lake, count, score=0.995):
    """So many pairs of one score in the order in which an audit asks; no record is in two of them."""
    ids = add_many(lake, "person", [someone(place // 2) for place in range(2 * count)])
    pairs = list(zip(ids[::2], ids[1::2], strict=True))
    guess(lake, "person", dict.fromkeys(pairs, score))
    return draw_queue(lake, "person", order="audit").select("left_id", "right_id").rows()


def audit(lake, pairs, verdict):
    """Judge pairs that were drawn at random; gives the decision."""
    return judge(lake, pairs, verdict, by="bob", drawn="audit")
