"""Undo of fields: what each one has once a batch counts no more."""

import polars as pl

from xrm_lake.model.entity_type import Field
from xrm_lake.model.kinds import kind
from xrm_lake.store.bulk import set_field
from xrm_lake.store.ledger import ACTIVE
from xrm_lake.store.search import refresh_search
from xrm_lake.store.texts import cast_text, text_of
from xrm_lake.store.views import duck_type
from xrm_lake.store.write import Batch


def settle_fields(batch: Batch, subject: int, kept: list[pl.DataFrame]) -> tuple[int, int]:
    """
    Give every field that a batch set the value that the batches which count say of it; gives how many changed, in how many records.

    A value that does not fit what its field is by now stays away: the present one is kept, and that goes to `kept`.
    """
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
        field = batch.catalog.field(str(type_name), str(field_name))
        cells = _fitting(batch, field, part)
        misfit = part.filter(pl.col("value").is_not_null()).join(
            cells, on="entity_id", how="anti", maintain_order="left"
        )
        reason = pl.lit(f"the value before it does not fit the {field.kind} that the field is now")
        kept.append(misfit.select("entity_id", "field", reason=reason))
        written += set_field(batch, batch.catalog.type(str(type_name)), field.name, cells)
    for (type_name,), part in settled.group_by(["type"], maintain_order=True):
        with batch.frame("touched", part.select(id="entity_id").unique()):
            refresh_search(batch, str(type_name), "touched")
    if not written:
        return 0, 0
    mine = "select count(distinct entity_id) from change where batch_id = $me and op = 'set'"
    return written, int(batch.query(mine, me=batch.id).value())


def _fitting(batch: Batch, field: Field, part: pl.DataFrame) -> pl.DataFrame:
    """entity_id and value of the cells whose value the field can hold, as it writes it; it may have been of another kind."""
    cells = part.select("entity_id", "value")
    if duck_type(field) == "varchar" or field.many:
        return cells
    with batch.frame("told", cells.select(pl.col("value").drop_nulls().unique().sort())):
        stored = text_of(field, cast_text(field, "value"))
        odd = batch.query(f"select value from told where {stored} is distinct from value").frame()["value"]
    if odd.is_empty():
        return cells
    sort = kind(field.kind)
    cleaned = sort.clean(odd)
    again = pl.DataFrame({"value": odd, "clean": cleaned, "fits": sort.is_valid(cleaned).fill_null(False)})
    known = cells.join(again, on="value", how="left", maintain_order="left")
    return known.filter(pl.col("fits").fill_null(True)).select("entity_id", value=pl.coalesce("clean", "value"))
