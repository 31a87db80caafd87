"""
Judging: people and rules say which records are one.

A merge changes no record. It adds verdicts, and the golden records are worked out from those
that stand. So every decision can be taken back at any time, and a "different" is remembered.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import polars as pl

from xrm_lake.errors import ConflictingVerdict, InvalidValue, Refused, UnknownRecord
from xrm_lake.hygiene.judge_across import judge_across
from xrm_lake.hygiene.own_parent import refuse_own_parents
from xrm_lake.store.counters import is_golden, member_of_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.record_values import pin_values, texts_of
from xrm_lake.store.torn import refuse_torn
from xrm_lake.store.verdicts import ACROSS, DRAWN, VERDICTS, add_verdicts, refuse_conflicts
from xrm_lake.store.write import Batch

Pair = tuple[int, int]


def judge(
    lake: Lake,
    pairs: Sequence[Pair],
    verdict: str,
    *,
    by: str | None = None,
    reason: str = "",
    drawn: str | None = None,
) -> int:
    """
    Say of pairs of records that they are `same`, `different`, `unsure` or `open` (ask again); gives the decision.

    Of records of two types one says `same_thing`, `two_roles` (one party), `different`, `unsure` or `open`: they stay two, joined by a link.
    A golden record stands for its cluster. `drawn` is what the queue told of the pair: `value`, `information` or `audit`: a label only.
    Raises InvalidValue for another word, records of two types or roles, UnknownRecord, and ConflictingVerdict if records would become
    one that were judged different or of which one is the other's parent, or are merged and would be called different or unsure, or be
    parted by `open`: nothing is changed then.
    """
    if verdict not in (*VERDICTS, *ACROSS):
        raise InvalidValue(
            f"A verdict is one of {', '.join(VERDICTS)}, or on two types of {', '.join(ACROSS)}, not {verdict!r}. Nothing was changed."
        )
    _check_drawn(drawn)
    with lake.write("judge", by=by) as batch:
        batch.totals["note"] = reason or None
        _judge(batch, pairs, verdict, reason, drawn)
        return batch.id


def merge(
    lake: Lake,
    record_ids: Sequence[int],
    *,
    keep: Mapping[str, int] | None = None,
    by: str | None = None,
    reason: str = "",
    drawn: str | None = None,
) -> int:
    """
    Make these records one, and with them the clusters they are in; gives the decision.

    `keep` says by field whose value the golden record has (the id of one of the records), over what survivorship would
    choose: it is pinned as part of the decision. `drawn` is as in `judge`. Raises as `judge` does; InvalidValue for fewer
    than two records; UnknownName for a field that is not there; Refused if they are one already and `keep` says nothing.
    """
    _check_drawn(drawn)
    with lake.write("judge", by=by) as batch:
        batch.totals["note"] = reason or None
        merge_within(batch, record_ids, keep=keep or {}, reason=reason, drawn=drawn)
        return batch.id


def merge_within(
    batch: Batch, record_ids: Sequence[int], *, keep: Mapping[str, int], reason: str = "", drawn: str | None = None
) -> int:
    """As `merge`, within a batch that is open already; gives one of the records."""
    if len(set(record_ids)) < 2:
        raise InvalidValue("A merge needs two records or more. Nothing was changed.")
    members = sorted({member_of_golden(id) for id in record_ids})
    if not keep:
        refuse_one_already(batch, record_ids)
    if len(members) < 2:
        raise InvalidValue("A merge needs records that are not one already. Nothing was changed.")
    # Read first: a golden record among them may be another one afterwards.
    kept = {field: texts_of(batch, id, [field])[field] for field, id in keep.items()}
    _judge(batch, [(members[0], other) for other in members[1:]], "same", reason, drawn)
    if kept:
        pin_values(batch, members[0], kept)
    return members[0]


def refuse_one_already(batch: Batch, record_ids: Sequence[int]) -> None:
    """Raise Refused if these records are one already: a decision that decides nothing would stand beside those that do."""
    members = {member_of_golden(id) for id in record_ids}
    found = batch.query("select id, golden_id from entity where list_contains($ids, id)", ids=sorted(members)).rows()
    golden = {golden_id for _, golden_id in found}
    if len(found) == len(members) and len(golden) == 1 and None not in golden:
        named = ", ".join(str(id) for id in sorted(set(record_ids)))
        raise Refused(
            f"Records {named} are one already: record {golden.pop()} stands for them. Nothing was changed."
            f" To see it: xrm cluster {min(members)}."
        )


def unmerge(lake: Lake, record_id: int, *, by: str | None = None, reason: str = "") -> int:
    """
    Take a record out of its cluster, or a golden record apart into all its members; gives the decision.

    Each pair that is parted is judged different, so that it is not proposed again; what stays together stays.
    Raises UnknownRecord, InvalidValue if the record was not merged.
    """
    with lake.write("judge", by=by) as batch:
        members = _cluster(batch, record_id)
        if len(members) < 2:
            raise InvalidValue(f"Record {record_id} is not merged with any other. Nothing was changed.")
        leaving = members if is_golden(record_id) else [record_id]
        parted = [pair for pair in combinations(members, 2) if pair[0] in leaving or pair[1] in leaving]
        staying = [id for id in members if id not in leaving]
        verdicts = [(*pair, "different") for pair in parted]
        # The record that leaves may have been what joined the others.
        verdicts += [(staying[0], other, "same") for other in staying[1:]]
        batch.totals["note"] = reason or None
        add_verdicts(batch, verdict_frame(verdicts), reason=reason)
        return batch.id


def _check_drawn(drawn: str | None) -> None:
    if drawn is not None and drawn not in DRAWN:
        raise InvalidValue(f"A pair is drawn for {', '.join(DRAWN)} or for none, not {drawn!r}. Nothing was changed.")


def _judge(batch: Batch, pairs: Sequence[Pair], verdict: str, reason: str, drawn: str | None) -> None:
    plain = {(min(a, b), max(a, b)) for a, b in ((member_of_golden(x), member_of_golden(y)) for x, y in pairs)}
    if not plain or any(left == right for left, right in plain):
        raise InvalidValue("A pair is of two different records. Nothing was changed.")
    frame = verdict_frame([(*pair, verdict) for pair in sorted(plain)])
    typed = with_types(batch, frame)
    across = typed.filter(pl.col("left_type") != pl.col("right_type"))
    if across.height and drawn is not None:
        raise InvalidValue("Only pairs of one type are drawn. Nothing was changed. Leave `drawn` out.")
    judge_across(batch, across, reason=reason)
    frame = frame.join(across, on=["left_id", "right_id"], how="anti", maintain_order="left")
    if frame.is_empty():
        return
    if verdict not in VERDICTS:
        left, right = frame.row(0)[:2]
        raise InvalidValue(
            f"Records {left} and {right} are of one type. Nothing was changed. Say one of {', '.join(VERDICTS)}."
        )
    check_records(batch, frame)
    one = _merged(batch, frame)
    if verdict in ("different", "unsure"):
        _refuse_parting(one)
    if verdict == "same":
        refuse_own_parents(batch, frame)
    add_verdicts(batch, frame, reason=reason, drawn=drawn)
    if verdict == "open":
        _refuse_parting(one.join(_merged(batch, one), on=["left_id", "right_id"], how="anti", maintain_order="left"))
    if verdict == "same":
        refuse_conflicts(batch, frame)
    if verdict in ("same", "different"):
        refuse_torn(batch, frame)


def check_records(batch: Batch, pairs: pl.DataFrame) -> None:
    """Raise UnknownRecord or InvalidValue if the records of these pairs are not there, of two types, or roles."""
    for left, right, left_type, right_type in (
        with_types(batch, pairs).select("left_id", "right_id", "left_type", "right_type").iter_rows()
    ):
        if left_type != right_type:
            raise InvalidValue(
                f"Records {left} and {right} are of two types, {left_type} and {right_type}, and cannot be one."
                " Nothing was changed. Two roles of one person are merged by merging their persons."
            )
        if batch.catalog.type(left_type).role_of is not None:
            raise InvalidValue(
                f"Records {left} and {right} are roles ({left_type}). Nothing was changed. Merge their persons instead:"
                " each role then belongs to the one golden record."
            )


def with_types(batch: Batch, pairs: pl.DataFrame) -> pl.DataFrame:
    """These pairs with left_type and right_type. Raises UnknownRecord if a record is not there."""
    wanted = pl.concat([pairs["left_id"], pairs["right_id"]]).unique().alias("id").to_frame()
    with batch.frame("wanted", wanted):
        found = batch.query(
            "select id, type from entity where deleted_at is null and id in (select id from wanted)"
        ).frame()
    missing = wanted.join(found, on="id", how="anti")
    if missing.height:
        raise UnknownRecord("record", int(missing["id"].min()))  # type: ignore[arg-type]
    for way in ("left", "right"):
        named = found.select(pl.col("id").alias(f"{way}_id"), pl.col("type").alias(f"{way}_type"))
        pairs = pairs.join(named, on=f"{way}_id", how="left", maintain_order="left")
    return pairs


def _merged(batch: Batch, pairs: pl.DataFrame) -> pl.DataFrame:
    """Those of the pairs whose records are one now: left_id, right_id."""
    with batch.frame("judged", pairs):
        return batch.query(
            """
            select j.left_id, j.right_id from judged j
            join entity l on l.id = j.left_id join entity r on r.id = j.right_id
            where l.golden_id = r.golden_id order by all
            """
        ).frame()


def _refuse_parting(merged: pl.DataFrame) -> None:
    """Records that are one now must be unmerged, not just called something else: that says who is taken out, and is counted."""
    for left, right in merged.head(1).iter_rows():
        raise ConflictingVerdict(
            f"Records {left} and {right} are merged. Nothing was changed. To part them, unmerge {right}."
        )


def _cluster(batch: Batch, record_id: int) -> list[int]:
    """All that is one with a record, the deleted too: what was judged the same as them must not join the others again."""
    member = member_of_golden(record_id)
    row = batch.query("select golden_id from entity where id = $id", id=member).one()
    if row is None:
        raise UnknownRecord("record", record_id)
    if row["golden_id"] is None:
        return [member]
    return batch.query(
        "select id from entity where golden_id = $golden_id order by id", golden_id=row["golden_id"]
    ).column()


def verdict_frame(rows: Sequence[tuple[int, int, str]]) -> pl.DataFrame:
    """Rows of left_id, right_id, verdict as a frame."""
    return pl.DataFrame(rows, schema={"left_id": pl.Int64, "right_id": pl.Int64, "verdict": pl.String}, orient="row")
