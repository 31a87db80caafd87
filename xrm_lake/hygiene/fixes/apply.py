"""Apply what was proposed, as one batch that can be undone; or refuse it, so that it is never proposed again."""

from collections.abc import Sequence

import polars as pl

from xrm_lake.errors import Misuse, UnknownRecord
from xrm_lake.hygiene.fixes.cells import change_cells
from xrm_lake.hygiene.fixes.join import join_cells
from xrm_lake.hygiene.fixes.outcome import CELLS, LEFT, FixResult
from xrm_lake.hygiene.fixes.propose import settle
from xrm_lake.hygiene.fixes.refusals import REFUSALS, add_refusals
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.open_fixes import OPEN_FIXES
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

_SOURCE = "fixes"


def apply_fixes(
    lake: Lake, fix_ids: Sequence[int] = (), *, type: str | None = None, rule: str | None = None, field: str | None = None,
    at_least: float = 0.0, alike: bool = False, dry_run: bool = False, by: str | None = None,
) -> FixResult:  # fmt: skip
    """
    Apply proposed fixes: those named, with `alike` also all that make the same of the same value; or all of a type, rule and field.

    Only those with a score of `at_least`. One batch, which `undo` takes back. What was changed meanwhile, or no longer follows from
    the value that it was derived from, is left and told. A dry run changes nothing and gives the same. Raises Misuse if
    nothing is named, UnknownRecord if a fix is not open.
    """
    with lake.write("fix", by=by, source=_SOURCE, dry_run=dry_run) as batch:
        chosen = _chosen(batch, fix_ids, {"type": type, "rule": rule, "field": field}, at_least, alike)
        batch.totals["note"] = _note("applied", chosen)
        current, outdated = _still_follows(batch, chosen)
        links = current.filter(pl.col("sort") == "link")
        cells = current.filter(pl.col("sort") != "link")
        changed, left = change_cells(batch, cells.select(list(CELLS)))
        joined, unjoined = join_cells(batch, links.select(list(CELLS)))
        settle(batch, chosen["fix_id"])
        done = pl.concat([changed, joined])
        batch.totals["rows_changed"] = done["record_id"].n_unique()
        stays = pl.concat([left, unjoined, outdated])
        return FixResult(batch.id if done.height and not dry_run else None, done, stays)


def refuse_fixes(
    lake: Lake, fix_ids: Sequence[int] = (), *, type: str | None = None, rule: str | None = None, field: str | None = None,
    by: str | None = None,
) -> int:  # fmt: skip
    """
    Refuse proposed fixes, those named or all of a type, rule and field: they are not proposed again until the value changes.

    A refused spelling is refused for all records; a refused gap or link for its record. Gives the batch, which `undo`
    takes back. Raises as `apply_fixes`.
    """
    with lake.write("fix", by=by, source=_SOURCE) as batch:
        chosen = _chosen(batch, fix_ids, {"type": type, "rule": rule, "field": field}, 0.0, alike=True)
        batch.totals["note"] = _note("refused", chosen)
        spelling = pl.col("sort") == "standardise"
        rows = chosen.with_columns(
            entity_id=pl.when(~spelling).then("record_id"), basis=pl.when(~spelling).then("basis")
        )
        add_refusals(batch, rows.select(list(REFUSALS)).unique(maintain_order=True).cast(REFUSALS))
        settle(batch, chosen["fix_id"])
        return batch.id


def _chosen(
    batch: Batch, fix_ids: Sequence[int], named: dict[str, str | None], at_least: float, alike: bool
) -> pl.DataFrame:
    """The open proposals that are meant, with record_id."""
    if not fix_ids and not any(named.values()):
        raise Misuse(
            "No fix was named. Name fixes by their ids, or all of a type, a rule or a field. Nothing was changed."
        )
    rows = batch.query(
        f"""
        select p.* exclude (run_id, settled_by, entity_id), p.entity_id as record_id from ({OPEN_FIXES}) p
        where ($type::varchar is null or p.type = $type) and ($rule::varchar is null or p.rule = $rule)
          and ($field::varchar is null or p.field = $field) and p.score >= $at_least order by p.fix_id
        """,
        at_least=at_least, **named,
    ).frame()  # fmt: skip
    if not fix_ids:
        return rows
    mine = rows.filter(pl.col("fix_id").is_in(list(fix_ids)))
    missing = set(fix_ids) - set(mine["fix_id"])
    if missing:
        raise UnknownRecord("open fix", min(missing))
    if not alike:
        return mine
    same = ["rule", "type", "field", "old", "new"]
    spelt = mine.filter(pl.col("old").is_not_null()).select(same).unique()
    more = rows.join(spelt, on=same, how="semi", nulls_equal=True)
    return pl.concat([mine, more]).unique("fix_id", maintain_order=True).sort("fix_id")


def _still_follows(batch: Batch, chosen: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The proposals whose basis is the same still, and those whose is not (LEFT)."""
    stale = [pl.DataFrame(schema={"fix_id": pl.Int64})]
    for (type_name, name), part in chosen.drop_nulls("basis_field").group_by(
        ["type", "basis_field"], maintain_order=True
    ):
        field = batch.catalog.field(str(type_name), str(name))
        # What a spelling follows from stands in the same member; what fills or links, in what stands for it.
        standing = pl.when(pl.col("sort") == "standardise").then(True).otherwise(False).alias("own")
        with batch.frame("based", part.select("fix_id", "record_id", "basis", standing)):
            stale.append(
                batch.query(
                    f"""
                    select b.fix_id from based b join entity e on e.id = b.record_id
                    left join {table_of(str(type_name))} r on r.id = if(b.own, e.id, coalesce(e.golden_id, e.id))
                    where {text_of(field, "r." + quoted(field.name))} is distinct from b.basis
                    """
                ).frame().cast({"fix_id": pl.Int64})
            )  # fmt: skip
    gone = pl.concat(stale)["fix_id"]
    out = pl.col("fix_id").is_in(gone.implode())
    left = chosen.filter(out).select(*CELLS, reason=pl.lit("what it followed from was changed meanwhile")).cast(LEFT)
    return chosen.filter(~out), left


def _note(what: str, chosen: pl.DataFrame) -> str:
    rules = chosen.group_by("rule", maintain_order=True).len().rows()
    return f"{what}: " + ", ".join(f"{count} {rule}" for rule, count in rules)
