"""Links that wait for somebody to say whom they mean: listed, resolved by hand, or by what later imports bring."""

import json

import polars as pl

from xrm_lake.errors import InvalidValue, UnknownName, UnknownRecord
from xrm_lake.ingest.join import WANTED, join
from xrm_lake.ingest.pending_near import with_scores
from xrm_lake.ingest.resolve import Sought, resolve
from xrm_lake.model.catalog import Catalog
from xrm_lake.store.counters import member_of_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.pending import ONLY_THIS, mark_resolved, open_pending, update_candidates
from xrm_lake.store.write import Batch

PENDING = pl.Schema(
    {
        "pending_id": pl.Int64(), "batch_id": pl.Int64(), "source": pl.String(), "type": pl.String(), "from_id": pl.Int64(),
        "from_type": pl.String(),
        "direction": pl.String(), "to_type": pl.String(), "to_text": pl.String(), "match_by": pl.String(), "candidates": pl.List(pl.Int64()),
        "scores": pl.List(pl.Float64()), "reason": pl.String(), "alike": pl.Int64(),
    }
)  # fmt: skip
_ALIKE = ["type", "direction", "to_type", "to_field", "to_text", "match_by", "source"]


def list_pending(lake: Lake, *, type: str | None = None, limit: int | None = None) -> pl.DataFrame:
    """
    The links that wait, those with most like them first (frame PENDING).

    `from_id` is the record that waits, `to_text` what its file says, `candidates` the records it may mean, best first, `scores` how
    well each fits (1: it has the name; less: nobody has, and it is nearly called so), `alike` how many links wait for the same
    text. `type` keeps what records of one type wait for, or links of one link type.
    Raises UnknownName if there is neither of that name.
    """
    if type is not None:
        _check_type(lake.catalog, type)
    waiting = (
        lake.query(
            """
        select p.pending_id, p.batch_id, b.source, p.type, p.from_id, e.type as from_type, p.direction, p.to_type, p.to_text, p.match_by,
               p.candidates, p.reason, count(*) over (partition by p.type, p.direction, p.to_type, p.to_text, p.match_by, b.source) as alike
        from pending_link p join batch b on b.batch_id = p.batch_id join entity e on e.id = p.from_id and e.deleted_at is null
        where p.resolved_id is null and ($type::varchar is null or $type = if($of_records, e.type, p.type))
        order by alike desc, p.to_text, p.pending_id limit $limit
        """,
            type=type,
            of_records=type is not None and lake.catalog.has_type(type),
            limit=limit if limit is not None else 9_223_372_036_854_775_807,
        )
        .frame()
        .cast({name: kind for name, kind in PENDING.items() if name != "scores"})
    )
    return with_scores(lake, waiting).select(list(PENDING)).cast(PENDING)


def _check_type(catalog: Catalog, name: str) -> None:
    known = [item.name for item in catalog.types] + [item.name for item in catalog.link_types]
    if name not in known:
        raise UnknownName("type", name, known)


def resolve_pending(lake: Lake, pending_id: int, to_id: int, *, all_like: bool = True, by: str | None = None) -> int:
    """
    Say which record a waiting link means, and so for all that wait for the same text; gives how many were resolved.

    Raises UnknownRecord, or InvalidValue if the link type does not lead to such a record, or if one link only may
    stand and somebody has made another. It is one batch, and undo
    of that batch lets them wait again. Unless it is said of this link only, later imports of the source mean the same record by it.
    """
    to_id = member_of_golden(to_id)
    with lake.write("edit", by=by, source="manual") as batch:
        waiting = open_pending(batch)
        mine = waiting.filter(pl.col("pending_id") == pending_id)
        if mine.is_empty():
            raise UnknownRecord("waiting link", pending_id)
        alike = waiting.join(mine.select(_ALIKE), on=_ALIKE, how="semi", nulls_equal=True) if all_like else mine
        _check_ends(batch, alike, to_id)
        if not all_like:
            batch.totals["note"] = ONLY_THIS
        made = _make(batch, alike.with_columns(to_id=pl.lit(to_id, pl.Int64)))
        if not made:
            raise InvalidValue(
                f"Another {mine['type'][0]} link stands where one only may stand. Nothing was changed."
                " End that link first: unlink it."
            )
        return made


def retry_pending(batches: list[Batch], last_id: int) -> int:
    """
    Make the links, up to the waiting one `last_id`, that can be made by now; gives how many.

    A link belongs to the batch that brought the record it waited for, so that it goes when that goes.
    """
    batch = batches[0]
    waiting = open_pending(batch).filter(pl.col("pending_id") <= last_id)
    if waiting.is_empty():
        return 0
    found = _look_again(batch, waiting)
    _update(batch, found.filter(pl.col("to_id").is_null()), waiting)
    ready = found.filter(pl.col("to_id").is_not_null())
    if ready.is_empty():
        return 0
    with batch.frame("ready", ready.select("to_id").unique()):
        origin = batch.query("select id as to_id, batch_id from entity where id in (select to_id from ready)").frame()
    ready = ready.join(origin, on="to_id", how="left", maintain_order="left")
    by_id = {item.id: item for item in batches}
    return sum(
        _make(by_id.get(int(str(brought)), batches[-1]), part)
        for (brought,), part in ready.group_by(["batch_id"], maintain_order=True)
    )


def _look_again(batch: Batch, waiting: pl.DataFrame) -> pl.DataFrame:
    parts = []
    keys = ["type", "direction", "to_type", "to_field", "match_by", "source"]
    for (link, direction, types, field, match_by, source), part in waiting.group_by(keys, maintain_order=True):
        declared = batch.catalog.link_type(str(link))
        what = Sought(
            tuple(str(types).split("|")) if types else (),
            str(match_by),
            str(field or ""),
            str(source),
            declared,
            str(direction),
        )
        found = resolve(batch, part["to_text"], what).rename({"text": "to_text"})
        parts.append(part.drop("candidates", "reason").join(found, on="to_text", how="left", maintain_order="left"))
    return pl.concat(parts)


def _update(batch: Batch, found: pl.DataFrame, waiting: pl.DataFrame) -> None:
    before = waiting.select("pending_id", was="candidates")
    changed = found.join(before, on="pending_id").filter(pl.col("candidates").list.sort() != pl.col("was").list.sort())
    if changed.height:
        update_candidates(batch, changed)


def _make(batch: Batch, ready: pl.DataFrame) -> int:
    """Make waiting links whose record is known (`to_id`); gives how many were made or stand already."""
    out = pl.col("direction") == "out"
    wanted = _parted(ready).select(
        "type", "fields", "since", "until", place="pending_id",
        from_id=pl.when(out).then("from_id").otherwise("to_id"), to_id=pl.when(out).then("to_id").otherwise("from_id"),
    ).select(list(WANTED))  # fmt: skip
    states = join(batch, wanted).states.filter(pl.col("state") != "conflict")
    done = ready.join(states, left_on="pending_id", right_on="place", how="semi")
    if done.height:
        mark_resolved(batch, done)
    return done.height


def _parted(ready: pl.DataFrame) -> pl.DataFrame:
    """The dates of a link apart from its fields again."""
    rows = []
    for text in ready["fields"].to_list():
        fields = json.loads(text) if text else {}
        since, until = fields.pop("since", None), fields.pop("until", None)
        rows.append((json.dumps(fields, ensure_ascii=False) if fields else None, since, until))
    parts = pl.DataFrame(rows, schema={"fields": pl.String, "since": pl.String, "until": pl.String}, orient="row")
    return (
        ready.drop("fields").hstack(parts).with_columns(pl.col("since", "until").str.to_date("%Y-%m-%d", strict=False))
    )


def _check_ends(batch: Batch, waiting: pl.DataFrame, to_id: int) -> None:
    found = batch.query("select type from entity where id = $id and deleted_at is null", id=to_id).value()
    if found is None:
        raise UnknownRecord("record", to_id)
    with batch.frame("waiting", waiting.select("from_id")):
        types = batch.query("select distinct type from entity where id in (select from_id from waiting)").column()
    declared = batch.catalog.link_type(waiting["type"][0])
    for own in types:
        ends = (own, found) if waiting["direction"][0] == "out" else (found, own)
        if not declared.joins(*ends):
            raise InvalidValue(f"{declared.name} does not join {ends[0]} to {ends[1]}. Nothing was changed.")
