"""
Undo: take back an import, an edit, a merge, at any time and in any order.

Nothing is played backwards. A batch that was undone counts no more, and what it touched is settled
anew from the batches that still count: a field has the value that was set last, or the one that it
began with. So undoing in any order ends where it began, and undoing an undo brings all of it back.
"""

from importlib.resources import files
from typing import Any

import polars as pl

from xrm_lake.errors import Refused, UnknownRecord
from xrm_lake.model.results import UndoResult
from xrm_lake.store.bulk import set_extra
from xrm_lake.store.components import components
from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.ledger import ACTIVE
from xrm_lake.store.links import set_ended
from xrm_lake.store.records import set_deleted
from xrm_lake.store.torn import refuse_torn
from xrm_lake.store.undo_fields import settle_fields
from xrm_lake.store.undo_hidden import hidden_work
from xrm_lake.store.undo_stages import settle_stages
from xrm_lake.store.verdicts import refuse_conflicts
from xrm_lake.store.write import Batch

_LINKS = files("xrm_lake.store") / "settled_links.sql"
KEPT = pl.Schema({"entity_id": pl.Int64(), "field": pl.String(), "reason": pl.String()})
UNDOABLE = ("import", "edit", "judge", "fix", "undo")


def undo(lake: Lake, batch_id: int, *, by: str | None = None) -> UndoResult:
    """
    Take back a batch: an import, an edit, a decision, or an earlier undo.

    Records it made are withdrawn, fields go back unless they were changed again later, links and
    verdicts count no more; what was changed later stays and is reported in `kept`. The undo is a
    batch itself. Raises UnknownRecord, Refused if it was undone already or cannot be, or ConflictingVerdict
    if bringing a merge back, or taking an unmerge back, would make one what was judged different meanwhile.
    """
    with lake.write("undo", by=by) as batch:
        target = _target(batch, batch_id)
        batch.totals |= {"note": f"undo of batch {batch_id}", "undoes": batch_id}
        redo = target["kind"] == "undo"
        subject = _subject(batch, target)
        if redo:
            batch.execute("update batch set undone_by = null where batch_id = $id", id=subject)
        batch.execute("update batch set undone_by = $me where batch_id = $id", me=batch.id, id=batch_id)
        return _settle(batch, subject, redo)


def _settle(batch: Batch, subject: int, redo: bool) -> UndoResult:
    """Bring all that the batch touched to what the batches that count now say of it."""
    kept: list[pl.DataFrame] = []
    # A decision on two records touches no value: what was not done needs no settling.
    did = set(batch.query("select distinct op from change where batch_id = $id", id=subject).column())
    fields, changed = settle_fields(batch, subject, kept) if "set" in did else (0, 0)
    if "extra" in did:
        _settle_extra(batch, subject)
    withdrawn, restored = _settle_records(batch, subject, kept) if did & {"create", "delete", "restore"} else (0, 0)
    ended, joined = _settle_links(batch, subject, kept) if did & {"link", "unlink"} else (0, 0)
    if "pin" in did:
        _settle_pins(batch, subject)
    _settle_pending(batch, subject, redo)
    judged = batch.query("select left_id, right_id, verdict from verdict where decision_id = $id", id=subject).frame()
    touched = batch.query(
        "select distinct entity_id from change where batch_id = $id and entity_id > 0", id=subject
    ).frame()
    rebuild_golden(batch, pl.concat([judged["left_id"], judged["right_id"], touched["entity_id"]]).unique())
    # Whichever way: what counted before may join what was judged different meanwhile.
    if judged.height:
        refuse_conflicts(batch, judged)
    if judged.height or did & {"link", "unlink"}:
        ends = pl.concat([judged["left_id"], judged["right_id"], touched["entity_id"]]).unique()
        refuse_torn(batch, pl.DataFrame({"left_id": ends, "right_id": ends}))
    settle_stages(batch, subject, redo)
    return UndoResult(
        batch_id=batch.id,
        undone=subject,
        withdrawn=withdrawn,
        restored=restored,
        fields=fields,
        links=ended + joined,
        verdicts=judged.height,
        kept=pl.concat([pl.DataFrame(schema=KEPT), *kept]),
        redo=redo,
        changed=changed,
        ended=ended,
        merges=_merges(judged),
    )


def _merges(judged: pl.DataFrame) -> int:
    """How many merges a decision is that says nothing but `same`; of any other, none."""
    if judged.is_empty() or (judged["verdict"] != "same").any():
        return 0
    return len(set(components(judged.select("left_id", "right_id").rows()).values()))


def _target(batch: Batch, batch_id: int) -> dict[str, Any]:
    row = batch.query("select * from batch where batch_id = $id", id=batch_id).one()
    if row is None:
        raise UnknownRecord("batch", batch_id)
    if row["undone_by"] is not None:
        raise Refused(
            f"Batch {batch_id} was undone by batch {row['undone_by']} already. Nothing was changed. {_way_back(row)}"
        )
    if row["kind"] not in UNDOABLE:
        raise Refused(
            f"Batch {batch_id} is a {row['kind']} batch, which cannot be undone: nothing of it stands in the records. Nothing was changed."
        )
    return row


def _way_back(undone: dict[str, Any]) -> str:
    """How to have a batch again that was undone: neither an import nor an undo of an undo comes back by an undo."""
    if undone["kind"] == "import":
        return "To have it back, import the file again: it is kept in the lake's landing folder."
    if undone["kind"] == "undo":
        return "What it took back counts again; undo that batch itself to take it back once more."
    return f"To have it back: undo {undone['undone_by']}."


def _subject(batch: Batch, target: dict[str, Any]) -> int:
    """The batch whose changes are at stake: the target itself, or for an undo the batch that it undid."""
    if target["kind"] != "undo":
        return int(str(target["batch_id"]))
    row = batch.query("select batch_id, kind from batch where undone_by = $id", id=target["batch_id"]).one()
    if row is None or row["kind"] == "undo":
        raise Refused(
            f"Batch {target['batch_id']} took back an undo: undo the first batch instead. Nothing was changed."
        )
    if row["kind"] == "import":
        raise Refused(
            f"Batch {target['batch_id']} took back an import, whose pending links went with it. Nothing was changed."
            " Import the file again: it is kept in the lake's landing folder."
        )
    return int(row["batch_id"])


def _settle_extra(batch: Batch, subject: int) -> None:
    """What a record has beside its fields goes back as its fields do; it is one value to the ledger."""
    settled = batch.query(
        f"""
        with touched as (select distinct type, entity_id from change where batch_id = $subject and op = 'extra')
        select t.type, t.entity_id,
               case when count(*) filter (where {ACTIVE}) > 0 then arg_max_null(c.new, c.seq) filter (where {ACTIVE})
                    else arg_min_null(c.old, c.seq) end as value
        from touched t join change c on c.entity_id = t.entity_id and c.op = 'extra'
        join batch b on b.batch_id = c.batch_id group by t.type, t.entity_id order by t.type, t.entity_id
        """,
        subject=subject,
    ).frame()
    for (type_name,), part in settled.group_by(["type"], maintain_order=True):
        set_extra(batch, str(type_name), part)


def _settle_records(batch: Batch, subject: int, kept: list[pl.DataFrame]) -> tuple[int, int]:
    settled = batch.query(
        f"""
        with touched as (
            select distinct entity_id from change where batch_id = $subject and op in ('create', 'delete', 'restore')
        )
        select t.entity_id as id, e.type, e.deleted_at is null as is_alive,
               coalesce(arg_max(c.op, c.seq) filter (where {ACTIVE}), 'delete') <> 'delete' as alive
        from touched t join entity e on e.id = t.entity_id
        join change c on c.entity_id = t.entity_id and c.op in ('create', 'delete', 'restore')
        join batch b on b.batch_id = c.batch_id
        group by t.entity_id, e.type, e.deleted_at order by t.entity_id
        """,
        subject=subject,
    ).frame()
    moved = settled.filter(pl.col("alive") != pl.col("is_alive"))
    withdrawn = moved.filter(~pl.col("alive"))
    kept.append(hidden_work(batch, subject, withdrawn))
    for (type_name, alive), part in moved.group_by(["type", "alive"], maintain_order=True):
        set_deleted(batch, str(type_name), part["id"], deleted=not alive)
    return withdrawn.height, moved.height - withdrawn.height


def _settle_links(batch: Batch, subject: int, kept: list[pl.DataFrame]) -> tuple[int, int]:
    singles = [item.name for item in batch.catalog.link_types if item.cardinality == "one"]
    settled = batch.query(_LINKS.read_text(encoding="utf-8"), subject=subject, singles=singles).frame()
    pushed = settled.filter(pl.col("touched") & pl.col("pushed_by").is_not_null())
    reason = "another link stands since batch " + pl.col("pushed_by").cast(pl.String)
    kept.append(pushed.select(entity_id="from_id", field="type", reason=reason))
    moved = settled.filter(pl.col("stands") != pl.col("stood"))
    for (stands,), part in moved.group_by(["stands"], maintain_order=True):
        set_ended(batch, part["id"], ended=not stands)
    joined = moved.filter("stands").height
    return moved.height - joined, joined


def _settle_pins(batch: Batch, subject: int) -> None:
    rows = batch.query(
        f"""
        with touched as (select distinct entity_id, field from change where batch_id = $subject and op = 'pin')
        select t.entity_id - 1 as owner, t.field, count(*) filter (where {ACTIVE}) as standing,
               arg_max_null(c.new, c.seq) filter (where {ACTIVE}) as value,
               arg_max(c.batch_id, c.seq) filter (where {ACTIVE}) as batch_id,
               arg_max(c.made_at, c.seq) filter (where {ACTIVE}) as made_at,
               arg_max(c.made_by, c.seq) filter (where {ACTIVE}) as made_by
        from touched t join change c on c.entity_id = t.entity_id and c.field = t.field and c.op = 'pin'
        join batch b on b.batch_id = c.batch_id group by t.entity_id, t.field
        """,
        subject=subject,
    ).frame()
    if rows.is_empty():
        return
    with batch.frame("pins", rows):
        batch.execute(
            "delete from pin where exists (from pins p where p.owner = pin.entity_id and p.field = pin.field)"
        )
        batch.execute(
            "insert into pin select owner, field, value, batch_id, made_at, made_by from pins where standing > 0"
        )
    rebuild_golden(batch, rows["owner"])


def _settle_pending(batch: Batch, subject: int, redo: bool) -> None:
    if not redo:
        batch.execute("delete from pending_link where batch_id = $subject", subject=subject)
        batch.execute(
            "update pending_link set resolved_id = null, resolved_by = null where resolved_by = $subject",
            subject=subject,
        )
