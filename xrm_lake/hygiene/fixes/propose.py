"""Propose: what could be mended in the records, found anew and remembered until it is applied, refused or found anew again."""

from collections.abc import Sequence

import polars as pl

from xrm_lake.errors import UnknownName
from xrm_lake.hygiene.fixes.fill import fill
from xrm_lake.hygiene.fixes.firms import firms
from xrm_lake.hygiene.fixes.orphans import orphans
from xrm_lake.hygiene.fixes.proposal import RULES, SORT_OF, proposals
from xrm_lake.hygiene.fixes.refusals import refusals
from xrm_lake.hygiene.fixes.standardise import standardise
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.lake import Lake
from xrm_lake.store.open_fixes import OPEN_FIXES
from xrm_lake.store.settings import Reader
from xrm_lake.store.write import Batch

FIXES = pl.Schema(
    {
        "fix_id": pl.Int64(), "sort": pl.String(), "rule": pl.String(), "type": pl.String(), "record_id": pl.Int64(), "field": pl.String(),
        "old": pl.String(), "new": pl.String(), "reason": pl.String(), "score": pl.Float64(), "basis_field": pl.String(), "basis": pl.String(),
        "to_type": pl.String(),
    }
)  # fmt: skip
FIX_COUNTS = pl.Schema(
    {
        "sort": pl.String(), "rule": pl.String(), "type": pl.String(), "field": pl.String(), "fixes": pl.Int64(), "changes": pl.Int64(),
        "lowest": pl.Float64(), "highest": pl.Float64(),
    }
)  # fmt: skip
# Of the run that a fix is of, this part of its id tells it from the others.
_EACH_RUN = 10_000_000


def propose_fixes(
    lake: Lake, type: str | None = None, *, by: str | None = None, progress: Progress = quiet
) -> pl.DataFrame:
    """
    Look for all that could be mended in the records of a type, or of all types, and remember it in place of what was proposed before.

    Standardises values, fills gaps from what the lake knows, and links what hangs alone; what was refused is left out. Changes no
    record. Gives how much there is of each sort (frame FIX_COUNTS). Raises UnknownName.
    """
    types = [lake.catalog.type(type)] if type else list(lake.catalog.active_types)
    known = firms(lake, lake.catalog)
    found = []
    for place, item in enumerate(types):
        progress(f"looking at {item.plural.lower()}", place, len(types))
        found += [standardise(lake, item), fill(lake, item, known), orphans(lake, item, known, progress=progress)]
    progress("looking at records", len(types), len(types))
    with lake.write("propose", by=by, source=type) as batch:
        fresh = _without_refused(batch, proposals(*found))
        _remember(batch, [item.name for item in types], fresh)
    return count_fixes(lake, type)


def fixes(
    lake: Lake, type: str | None = None, *, rule: str | None = None, field: str | None = None, at_least: float = 0.0,
    limit: int | None = 1000, offset: int = 0,
) -> pl.DataFrame:  # fmt: skip
    """
    The fixes that were proposed and are open, those alike together, the surest first (frame FIXES).

    `sort` is standardise, fill or link; `old` is null where nothing stands; of a link, `field` is its type, `new` the id of the
    record that it would lead to, and `to_type` the type of that. `basis_field` and `basis` are the value that it follows from, `score`
    (0..1) how sure the rule is.
    Raises UnknownName.
    """
    _check_names(lake, type, rule)
    with lake.frame("sorts", _sorts()):
        return lake.query(
            f"""
            select p.fix_id, s.sort, p.rule, p.type, p.entity_id as record_id, p.field, p.old, p.new, p.reason, p.score,
                   p.basis_field, p.basis, t.type as to_type
            from ({OPEN_FIXES}) p join sorts s on s.rule = p.rule
            left join entity t on p.sort = 'link' and t.id = try_cast(p.new as bigint)
            where ($type::varchar is null or p.type = $type) and ($rule::varchar is null or p.rule = $rule)
              and ($field::varchar is null or p.field = $field) and p.score >= $at_least
            order by s.place, p.type, p.field, p.score desc, p.old, p.new, p.entity_id limit $limit offset $offset
            """,
            type=type, rule=rule, field=field, at_least=at_least, offset=offset,
            limit=limit if limit is not None else 9_223_372_036_854_775_807,
        ).frame().cast(FIXES)  # fmt: skip


def count_fixes(lake: Lake, type: str | None = None) -> pl.DataFrame:
    """
    How many fixes are open, by rule, type and field (frame FIX_COUNTS).

    `changes` counts those from one value to another once; `lowest` and `highest` are their scores. Raises UnknownName.
    """
    _check_names(lake, type, None)
    with lake.frame("sorts", _sorts()):
        return lake.query(
            f"""
            select any_value(s.sort) as sort, p.rule, p.type, p.field, count(*) as fixes, count(distinct (p.old, p.new)) as changes,
                   min(p.score) as lowest, max(p.score) as highest
            from ({OPEN_FIXES}) p join sorts s on s.rule = p.rule where $type::varchar is null or p.type = $type
            group by p.rule, p.type, p.field order by any_value(s.place), fixes desc, p.type, p.field
            """,
            type=type,
        ).frame().cast(FIX_COUNTS)  # fmt: skip


def settle(batch: Batch, fix_ids: pl.Series) -> None:
    """Note that a batch has applied, left or refused proposals; once it is undone, they are open again."""
    with batch.frame("settled_fixes", fix_ids.unique().alias("fix_id").to_frame()):
        batch.execute(
            "update fix_proposal set settled_by = $me where fix_id in (select fix_id from settled_fixes)", me=batch.id
        )


def _without_refused(reader: Reader, found: pl.DataFrame) -> pl.DataFrame:
    """A refusal holds for this change of value, of this record if it names one, as long as its basis is the same."""
    refused = refusals(reader)
    on = ["type", "field", "old", "new"]
    general = refused.filter(pl.col("entity_id").is_null()).select(on).unique()
    special = refused.filter(pl.col("entity_id").is_not_null()).select("entity_id", "basis", *on).unique()
    kept = found.join(general, on=on, how="anti", nulls_equal=True, maintain_order="left")
    return kept.join(special, on=["entity_id", "basis", *on], how="anti", nulls_equal=True, maintain_order="left")


def _remember(batch: Batch, types: Sequence[str], found: pl.DataFrame) -> None:
    batch.execute("delete from fix_proposal where list_contains($types, type)", types=list(types))
    ordered = found.sort("type", "rule", "field", "entity_id").with_row_index("place", offset=1)
    batch.append(
        "fix_proposal",
        ordered.with_columns(
            run_id=pl.lit(batch.id, pl.Int64),
            fix_id=pl.col("place").cast(pl.Int64) + batch.id * _EACH_RUN,
            sort=pl.col("rule").replace_strict(SORT_OF),
        ).drop("place"),
    )


def _sorts() -> pl.DataFrame:
    rows = [(place, rule.name, rule.sort) for place, rule in enumerate(RULES)]
    return pl.DataFrame(rows, schema={"place": pl.Int64, "rule": pl.String, "sort": pl.String}, orient="row")


def _check_names(lake: Lake, type: str | None, rule: str | None) -> None:
    if type is not None:
        lake.catalog.type(type)
    if rule is not None and rule not in SORT_OF:
        raise UnknownName("rule", rule, SORT_OF)
