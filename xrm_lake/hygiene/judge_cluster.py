"""Judging a cluster: these are one, those are not, in one decision."""

from collections.abc import Mapping, Sequence
from itertools import product

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.hygiene.judge import check_records, refuse_one_already, verdict_frame
from xrm_lake.store.counters import member_of_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.record_values import pin_values, texts_of
from xrm_lake.store.torn import refuse_torn
from xrm_lake.store.verdicts import add_verdicts, judged_different, refuse_conflicts
from xrm_lake.store.write import Batch


def judge_cluster(
    lake: Lake,
    yes: Sequence[int],
    no: Sequence[int] = (),
    *,
    keep: Mapping[str, int] | None = None,
    by: str | None = None,
    reason: str = "",
) -> int:
    """
    Say that the records `yes` are one and that none of `no` is one with them; gives the decision, which is undone at once.

    A golden record stands for its cluster; a record of `no` that is merged with one of `yes` now is taken out. What the records of
    `no` are among each other stays open. `keep` says by field whose value the golden record has, as in `merge`. Raises InvalidValue
    for fewer than two records, one that is on both sides, two types or roles; UnknownRecord; ConflictingVerdict if records would
    become one that somebody judged different; Refused if all of it is so already: nothing is changed then.
    """
    with lake.write("judge", by=by) as batch:
        alike, others = _members(batch, yes, no)
        if set(alike) & set(others):
            raise InvalidValue(
                f"Record {min(set(alike) & set(others))} cannot be one with the others and not. Nothing was changed."
            )
        if not alike or len(alike) + len(others) < 2:
            raise InvalidValue("A cluster has two records or more, one of them to stay. Nothing was changed.")
        if not others and not keep:
            refuse_one_already(batch, alike)
        same = [(min(alike[0], id), max(alike[0], id), "same") for id in alike[1:]]
        different = [(min(pair), max(pair), "different") for pair in product(alike, others)]
        pairs = verdict_frame(sorted(same) + sorted(different))
        check_records(batch, pairs)
        _refuse_joining(batch, alike)
        # Read first: a golden record among them may be another one afterwards.
        kept = {field: texts_of(batch, id, [field])[field] for field, id in (keep or {}).items()}
        batch.totals["note"] = reason or None
        add_verdicts(batch, pairs, reason=reason)
        refuse_conflicts(batch, pairs)
        refuse_torn(batch, pairs)
        if kept:
            pin_values(batch, alike[0], kept)
        return batch.id


def _refuse_joining(batch: Batch, alike: list[int]) -> None:
    """Whichever of them the verdict would name: a different between two of the yes stands until somebody opens it again."""
    with batch.frame("named", pl.DataFrame({"id": pl.Series(alike, dtype=pl.Int64)})):
        row = batch.query(
            """
            select v.left_id, v.right_id from verdict v join batch b on b.batch_id = v.decision_id and b.undone_by is null
            where v.left_id in (select id from named) and v.right_id in (select id from named)
            group by v.left_id, v.right_id having arg_max(v.verdict, v.seq) = 'different' order by all limit 1
            """
        ).one()
    if row is not None:
        raise judged_different(row["left_id"], row["right_id"])


def _members(batch: Batch, yes: Sequence[int], no: Sequence[int]) -> tuple[list[int], list[int]]:
    """
    The records that are meant, oldest first: a golden record's oldest member, or all of it but those that leave it.

    Where some leave a cluster, who stays may have been joined by who leaves: all that stays is then named.
    """
    others = sorted({member_of_golden(id) for id in no})
    alike = {member_of_golden(id) for id in yes}
    with batch.frame("named", pl.DataFrame({"id": pl.Series(others, dtype=pl.Int64)})):
        left = batch.query(
            """
            select m.id, m.golden_id from entity m where m.golden_id in (
                select golden_id from entity where id in (select id from named) and golden_id is not null
            )
            """
        ).rows()
    parted = {golden for id, golden in left if id in alike}
    alike |= {id for id, golden in left if golden in parted and id not in others}
    return sorted(alike), others
