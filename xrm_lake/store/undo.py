"""
Undo: take back an import, an edit, a merge, at any time and in any order.

Nothing is played backwards. A batch that was undone counts no more, and what it touched is settled
anew from the batches that still count: a field has the value that was set last, or the one that it
began with. So undoing in any order ends where it began, and undoing an undo brings all of it back.
"""

from dataclasses import replace
from importlib.resources import files

import polars as pl

from xrm_lake.errors import Refused, UnknownRecord
from xrm_lake.model.names import quoted
from xrm_lake.model.results import UndoResult
from xrm_lake.store.bulk import set_extra
from xrm_lake.store.catalog_io import write_types
from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.ledger import ACTIVE
from xrm_lake.store.links import set_ended
from xrm_lake.store.records import set_deleted
from xrm_lake.store.search import refresh_search
from xrm_lake.store.texts import cast_text, text_of
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

_LINKS = files("xrm_lake.store") / "settled_links.sql"
KEPT = pl.Schema({"entity_id": pl.Int64(), "field": pl.String(), "reason": pl.String()})
UNDOABLE = ("import", "edit", "judge", "fix", "undo")


def undo(lake: Lake, batch_id: int, *, by: str | None = None) -> UndoResult:
    """
    Take back a batch: an import, an edit, a decision, or an earlier undo.

    Records it made are withdrawn, fields go back unless they were changed again later, links and
    verdicts count no more; what was changed later stays and is reported in `kept`. The undo is a
    batch itself. Raises UnknownRecord, or Refused if it was undone already or cannot be.
    """
    with lake.write("undo", by=by) as batch:
        target = _target(batch, batch_id)
        batch.totals["note"] = f"undo of batch {batch_id}"
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
    fields = _settle_fields(batch, subject, kept) if "set" in did else 0
    if "extra" in did:
        _settle_extra(batch, subject)
    withdrawn, restored = _settle_records(batch, subject, kept) if did & {"create", "delete", "restore"} else (0, 0)
    links = _settle_links(batch, subject, kept) if did & {"link", "unlink"} else 0
    if "pin" in did:
        _settle_pins(batch, subject)
    _settle_pending(batch, subject, redo)
    if "add_stage" in did:
        _settle_stages(batch, subject)
    judged = batch.query("select left_id, right_id from verdict where decision_id = $id", id=subject).frame()
    touched = batch.query(
        "select distinct entity_id from change where batch_id = $id and entity_id > 0", id=subject
    ).frame()
    rebuild_golden(batch, pl.concat([judged["left_id"], judged["right_id"], touched["entity_id"]]).unique())
    return UndoResult(
        batch_id=batch.id,
        undone=subject,
        withdrawn=withdrawn,
        restored=restored,
        fields=fields,
        links=links,
        verdicts=judged.height,
        kept=pl.concat([pl.DataFrame(schema=KEPT), *kept]),
    )


def _target(batch: Batch, batch_id: int) -> dict[str, object]:
    row = batch.query("select * from batch where batch_id = $id", id=batch_id).one()
    if row is None:
        raise UnknownRecord("batch", batch_id)
    if row["undone_by"] is not None:
        raise Refused(
            f"Batch {batch_id} was undone by batch {row['undone_by']} already. Nothing was changed. To have it back: undo {row['undone_by']}."
        )
    if row["kind"] not in UNDOABLE:
        raise Refused(
            f"Batch {batch_id} is a {row['kind']} batch, which cannot be undone: nothing of it stands in the records. Nothing was changed."
        )
    return row


def _subject(batch: Batch, target: dict[str, object]) -> int:
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


def _settle_fields(batch: Batch, subject: int, kept: list[pl.DataFrame]) -> int:
    settled = batch.query(
        f"""
        with touched as (select distinct type, entity_id, field from change where batch_id = $subject and op = 'set')
        select t.type, t.entity_id, t.field,
               case when count(*) filter (where {ACTIVE}) > 0 then arg_max_null(c.new, c.seq) filter (where {ACTIVE})
                    else arg_min_null(c.old, c.seq) end as value,
               max(c.batch_id) filter (where {ACTIVE} and c.batch_id > $subject) as later
        from touched t
        join change c on c.entity_id = t.entity_id and c.field = t.field and c.op = 'set'
        join batch b on b.batch_id = c.batch_id
        group by t.type, t.entity_id, t.field order by t.type, t.field, t.entity_id
        """,
        subject=subject,
    ).frame()
    later = settled.filter(pl.col("later").is_not_null())
    kept.append(later.select("entity_id", "field", reason="changed again by batch " + pl.col("later").cast(pl.String)))
    written = 0
    for (type_name, field_name), part in settled.group_by(["type", "field"], maintain_order=True):
        written += _write_field(batch, str(type_name), str(field_name), part)
    for (type_name,), part in settled.group_by(["type"], maintain_order=True):
        with batch.frame("touched", part.select(id="entity_id").unique()):
            refresh_search(batch, str(type_name), "touched")
    return written


def _write_field(batch: Batch, type_name: str, field_name: str, part: pl.DataFrame) -> int:
    """Set one field of many records back, each change with its ledger row; gives how many did change."""
    field = batch.catalog.field(type_name, field_name)
    table, column = table_of(type_name), quoted(field_name)
    with batch.frame("settled", part):
        count = batch.log_query(
            f"""
            select $type as type, s.entity_id, 'set' as op, $field as field, {text_of(field, f"r.{column}")} as old, s.value as new
            from settled s join {table} r on r.id = s.entity_id
            where {text_of(field, f"r.{column}")} is distinct from s.value order by s.entity_id
            """,
            type=type_name,
            field=field_name,
        )
        if count:
            batch.execute(
                f"update {table} set {column} = {cast_text(field, 's.value')}, updated_at = $made_at from settled s"
                f" where {table}.id = s.entity_id and {text_of(field, f'{table}.{column}')} is distinct from s.value",
                made_at=batch.at,
            )
    return count


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
    kept.append(_edited_later(batch, subject, withdrawn))
    for (type_name, alive), part in moved.group_by(["type", "alive"], maintain_order=True):
        set_deleted(batch, str(type_name), part["id"], deleted=not alive)
    return withdrawn.height, moved.height - withdrawn.height


def _edited_later(batch: Batch, subject: int, withdrawn: pl.DataFrame) -> pl.DataFrame:
    with batch.frame("withdrawn", withdrawn.select("id")):
        return batch.query(
            f"""
            select c.entity_id, c.field, 'withdrawn, though it was changed by batch ' || max(c.batch_id) as reason
            from change c join batch b on b.batch_id = c.batch_id
            where c.entity_id in (select id from withdrawn) and c.op = 'set' and c.batch_id > $subject and {ACTIVE}
            group by c.entity_id, c.field order by c.entity_id, c.field
            """,
            subject=subject,
        ).frame()


def _settle_links(batch: Batch, subject: int, kept: list[pl.DataFrame]) -> int:
    singles = [item.name for item in batch.catalog.link_types if item.cardinality == "one"]
    settled = batch.query(_LINKS.read_text(encoding="utf-8"), subject=subject, singles=singles).frame()
    pushed = settled.filter(pl.col("touched") & pl.col("pushed_by").is_not_null())
    reason = "another link stands since batch " + pl.col("pushed_by").cast(pl.String)
    kept.append(pushed.select(entity_id="from_id", field="type", reason=reason))
    moved = settled.filter(pl.col("stands") != pl.col("stood"))
    for (stands,), part in moved.group_by(["stands"], maintain_order=True):
        set_ended(batch, part["id"], ended=not stands)
    return moved.height


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


def _settle_stages(batch: Batch, subject: int) -> None:
    """Stages that came with an import go with it, unless a record that stays still stands in one."""
    added = batch.query(
        "select type, field from change where batch_id = $subject and op = 'add_stage'", subject=subject
    ).rows()
    for type_name in sorted({row[0] for row in added}):
        entity_type = batch.catalog.type(type_name)
        column = quoted(entity_type.stage_field)
        used = set(batch.query(f"select distinct {column} from {table_of(type_name)} r where live").column())
        gone = {name for kind, name in added if kind == type_name} - used
        stages = tuple(stage for stage in entity_type.stages if stage.name not in gone)
        write_types(batch, [replace(entity_type, stages=stages)])
