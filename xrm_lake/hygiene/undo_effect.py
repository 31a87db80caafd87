"""What undoing a decision would do: told before it is done, by working out the clusters with it and without it."""

from dataclasses import dataclass

import polars as pl

from xrm_lake.errors import UnknownRecord
from xrm_lake.store.components import components
from xrm_lake.store.lake import Lake
from xrm_lake.store.ties import TIES

Group = tuple[int, ...]


@dataclass(frozen=True)
class UndoEffect:
    """
    What undoing a decision (or an undone one once more) would change.

    `before` are the records that are one now and would not be, `after` those that would be one and are not, each as its members;
    `asked_again` counts the pairs on which no word would stand. `sentence` says it in words.
    """

    decision_id: int
    before: tuple[Group, ...]
    after: tuple[Group, ...]
    asked_again: int
    sentence: str


def undo_effect(lake: Lake, decision_id: int) -> UndoEffect:
    """What undoing this decision would do; of one that was undone, what taking that back would. Raises UnknownRecord."""
    verdicts = _verdicts(lake, decision_id)
    own = verdicts.filter(pl.col("decision_id") == decision_id)
    if own.is_empty():
        raise UnknownRecord("decision", decision_id)
    others = verdicts.filter(pl.col("decision_id") != decision_id, pl.col("stands"))
    stands = bool(own["stands"][0])
    with_it, without = _last(pl.concat([others, own])), _last(others)
    now, then = (with_it, without) if stands else (without, with_it)
    before, after = _groups(now), _groups(then)
    gone, come = tuple(sorted(before - after)), tuple(sorted(after - before))
    judged = own.select("left_id", "right_id").join(
        then.filter(pl.col("verdict") != "open"), on=["left_id", "right_id"], how="anti"
    )
    sentence = _sentence(gone, come, judged.height)
    if own["verdict"].is_in(list(TIES)).any():
        sentence += f" The link that the answer made {'ends' if stands else 'stands again'}."
    return UndoEffect(decision_id, gone, come, judged.height, sentence)


def _verdicts(lake: Lake, decision_id: int) -> pl.DataFrame:
    """Every verdict that touches what the decision touched, with all that was ever joined to it."""
    reached = lake.query(
        "select left_id as id from verdict where decision_id = $id union select right_id from verdict where decision_id = $id",
        id=decision_id,
    ).column()
    ids = set(reached)
    while True:
        found = lake.query(
            """
            select v.seq, v.decision_id, v.left_id, v.right_id, v.verdict, b.undone_by is null as stands
            from verdict v join batch b on b.batch_id = v.decision_id
            where list_contains($ids, v.left_id) or list_contains($ids, v.right_id)
            """,
            ids=sorted(ids),
        ).frame()
        same = found.filter(pl.col("verdict") == "same")
        wider = ids | set(same["left_id"]) | set(same["right_id"])
        if wider == ids:
            return found
        ids = wider


def _last(verdicts: pl.DataFrame) -> pl.DataFrame:
    return verdicts.sort("seq").group_by("left_id", "right_id", maintain_order=True).last()


def _groups(standing: pl.DataFrame) -> set[Group]:
    """The clusters of two records and more that the verdicts make."""
    same = standing.filter(pl.col("verdict") == "same")
    members: dict[int, list[int]] = {}
    for id, root in components(same.select("left_id", "right_id").iter_rows()).items():
        members.setdefault(root, []).append(id)
    return {tuple(sorted(ids)) for ids in members.values()}


def _sentence(gone: tuple[Group, ...], come: tuple[Group, ...], asked_again: int) -> str:
    def counted(groups: tuple[Group, ...]) -> str:
        if len(groups) == 1 and len(groups[0]) <= 6:
            return "Records " + ", ".join(map(str, groups[0][:-1])) + f" and {groups[0][-1]}"
        records = sum(len(group) for group in groups)
        return f"{records:,} records" + (f" of {len(groups):,} clusters" if len(groups) > 1 else "")

    again = "the pair may be asked again" if asked_again == 1 else f"{asked_again:,} pairs may be asked again"
    match gone, come:
        case (), ():
            return (
                f"No record is parted or joined; {again}."
                if asked_again
                else "Nothing changes: another decision says the same."
            )
        case _, ():
            return f"{counted(gone)} stand for themselves again."
        case (), _:
            return f"{counted(come)} become one."
    return f"{counted(gone)} part; {counted(come)[0].lower()}{counted(come)[1:]} {'stay' if len(come) == 1 else 'are'} together."
