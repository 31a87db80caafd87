"""The records of one file, written: new ones as sets, known ones cell by cell where they differ."""

from dataclasses import dataclass
from itertools import accumulate, pairwise

import polars as pl

from xrm_lake.ingest.diff import Differences, differences
from xrm_lake.ingest.landed import HELD, Landed
from xrm_lake.ingest.layout import Side
from xrm_lake.ingest.own.edits import cleared_by_hand, edits
from xrm_lake.ingest.own.origin import origin, told_of
from xrm_lake.ingest.own.place import place_own
from xrm_lake.ingest.place import NOBODY, Placed, place
from xrm_lake.ingest.plan import OWN
from xrm_lake.ingest.spelling import Told, keep_spelling, spelling_note
from xrm_lake.ingest.terms import Terms
from xrm_lake.model.entity_type import Outcome, Stage
from xrm_lake.store.bulk import insert_links, insert_records, log_source_values, set_extra, set_field
from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.model import add_stages
from xrm_lake.store.record_values import change_record
from xrm_lake.store.records import set_deleted
from xrm_lake.store.search import refresh_search
from xrm_lake.store.write import Batch

_OUTCOMES: tuple[tuple[Outcome, tuple[str, ...]], ...] = (
    ("lost", ("lost", "verloren", "perdu", "perdido", "perso", "declined", "withdrawn", "abandoned", "disqualified")),
    ("won", ("won", "gewonnen", "gagné", "ganado", "vinto", "posted", "awarded", "completed")),
)


@dataclass(frozen=True)
class Written:
    """
    What became of a file's records: `rows` with `r.id` (and `p.id`) for all that are in the lake now.

    `placed` says which record each row was taken for, `fresh` and `touched` which rows (n) made one and changed one, and
    `differences`, by the prefix of a side, in which cells. `held` are rows (frame HELD) that are not written.
    """

    rows: pl.DataFrame
    placed: Placed
    fresh: pl.Series
    touched: pl.Series
    differences: dict[str, Differences]
    held: pl.DataFrame
    same: int
    notes: tuple[str, ...]

    @property
    def new(self) -> int:
        """How many rows made a record."""
        return len(self.fresh)

    @property
    def changed(self) -> int:
        """How many rows changed one."""
        return len(self.touched)

    @property
    def conflicts(self) -> int:
        """How many cells are contested."""
        return sum(found.conflicts.height for found in self.differences.values())

    @property
    def rejects(self) -> pl.DataFrame:
        """The records refused here, as rejects."""
        return self.placed.rejects


def write_records(batch: Batch, landed: Landed, key: tuple[str, ...], terms: Terms) -> Written:
    """Write a landed file's records and, for roles, the links to their parties."""
    notes = _write_stages(batch, landed)
    plan = landed.layout.plan
    placed = place_own(batch, landed) if plan.preset == OWN else place(batch, landed, key, terms.answers)
    rows = placed.rows
    changed: list[pl.DataFrame] = []
    found: dict[str, Differences] = {}
    kept_back: list[pl.Series] = []
    back = _bring_back(batch, landed, placed)
    told = Told(key, placed.by_fields, placed.answered, plan)
    # A party comes before its role, as everywhere.
    for side in reversed(landed.layout.sides):
        known = rows.filter(pl.col(side.prefix + "id").is_not_null())
        rows = _write_new(batch, side, rows, plan.source)
        stays = known.filter(pl.col("r.id").is_not_null())[side.prefix + "id"] if terms.only_new else None
        found[side.prefix], left = _write_known(batch, side, known, told, terms=terms, stays=stays)
        kept_back.append(
            known.filter(pl.col(side.prefix + "id").is_in(left.implode()) & pl.col("r.id").is_not_null())["n"]
        )
        changed.append(known.filter(pl.col(side.prefix + "id").is_in(found[side.prefix].touched.implode())).select("n"))
    new = pl.concat([placed.rows.filter(pl.col("r.id").is_null())["n"], back])
    if landed.layout.party is not None:
        _join_parties(batch, rows)
        notes += _contradictions(rows)
    notes += spelling_note(side.kept for side in found.values())
    touched = pl.concat(changed).unique().filter(~pl.col("n").is_in(new.implode()))["n"]
    if placed.held.height:
        notes.append(f"{placed.held.height} records were deleted here and stay so.")
    left_out = pl.concat(kept_back).unique()
    touched = touched.filter(~touched.is_in(left_out.implode()))
    held = pl.concat([placed.near, _changing(rows.filter(pl.col("n").is_in(left_out.implode())))])
    rows = rows.filter(~pl.col("n").is_in(left_out.implode())) if len(left_out) else rows
    same = landed.rows.height - placed.rejects.height - len(new) - len(touched) - held.height
    return Written(rows, placed, new, touched, found, held, same, tuple(notes))


def _changing(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that would change a record, where only new ones were asked for, as frame HELD."""
    nobody = {name: pl.lit(None, HELD[name]) for name in ("candidates", "scores")}
    return rows.select("row", reason=pl.lit("would change a record, and only new ones were asked for"), **nobody)


def _bring_back(batch: Batch, landed: Landed, placed: Placed) -> pl.Series:
    """
    Let records that went with an import which was undone stand again, as what they were; gives their rows (n).

    They keep their ids, so that what other imports and people have linked, merged and pinned finds them again.
    """
    for side in reversed(landed.layout.sides):
        ids = placed.withdrawn.get(side.prefix, NOBODY)["id"].unique().sort()
        if len(ids):
            set_deleted(batch, side.entity_type.name, ids, deleted=False)
    return placed.withdrawn.get("r.", NOBODY)["n"]


def _write_new(batch: Batch, side: Side, rows: pl.DataFrame, source: str) -> pl.DataFrame:
    """Insert the records that are not there yet; gives the rows with all ids."""
    column, twin = side.prefix + "id", side.prefix + "first_"
    new = rows[column].is_null()
    if twin in rows.columns:
        new &= rows[twin].is_null()
    new &= told_of(side, rows)
    count = int(new.sum())
    if count:
        first = batch.new_entities(count)
        fresh = rows if count == rows.height else rows.filter(new)
        ids = _ids(first, fresh["n"].chunk_lengths())
        insert_records(
            batch,
            side.entity_type,
            _values(side, fresh.with_columns(ids.alias(column)), *origin(side)),
            source=source,
        )
        rows = rows.with_columns(
            ids.alias(column) if count == rows.height else rows[column].scatter(new.arg_true(), ids)
        )
    if twin in rows.columns:
        firsts = rows.select(pl.col("n").alias(twin), pl.col(column).alias("adopted"))
        rows = rows.join(firsts, on=twin, how="left", maintain_order="left").with_columns(
            pl.coalesce(column, "adopted").alias(column)
        )
    return rows


def _ids(first: int, pieces: list[int]) -> pl.Series:
    """New ids in pieces as long as those of the rows: else all the columns beside them would be copied into one."""
    starts = [first + 2 * count for count in accumulate(pieces, initial=0)]
    ids = [pl.int_range(*ends, 2, dtype=pl.Int64, eager=True) for ends in pairwise(starts)]
    return pl.concat(ids, rechunk=False)


def _values(side: Side, rows: pl.DataFrame, *more: pl.Expr) -> pl.DataFrame:
    """The columns of one side under their own names, with the id."""
    columns = [name for name in rows.columns if name.startswith(side.prefix) and name != side.prefix + "first_"]
    return rows.select(*more, *(pl.col(name).alias(name.removeprefix(side.prefix)) for name in columns))


def _write_known(
    batch: Batch, side: Side, rows: pl.DataFrame, told: Told, *, terms: Terms, stays: pl.Series | None
) -> tuple[Differences, pl.Series]:
    """Bring known records up to date but those that stay as they are; gives in what the others differed, and which would have changed."""
    known = _values(side, rows).unique("id", keep="first", maintain_order=True)
    cleared, added = terms.cleared(side), terms.added(side)
    if told.plan.hand:
        cleared = cleared_by_hand(side)
        versions = rows.select(id=side.prefix + "id", version="own.version").unique("id", keep="first")
        found = edits(batch, side.entity_type, known.join(versions, on="id", maintain_order="left"), cleared)
    else:
        found = differences(batch, side.entity_type, known, told.plan.source, cleared=cleared, added=added)
        found = keep_spelling(batch, side, rows, found, told)
    found, left = found.without(stays) if stays is not None else (found, NOBODY["id"])
    pinned = found.changes["entity_id"] % 2 == 0
    for id, cells in found.changes.filter(pinned).group_by("entity_id", maintain_order=True):
        change_record(batch, side.entity_type, int(str(id[0])), dict(cells.select("field", "new").iter_rows()))
    for (name,), cells in found.changes.filter(~pinned).group_by(["field"], maintain_order=True):
        set_field(batch, side.entity_type, str(name), cells.select("entity_id", value="new"))
    set_extra(batch, side.entity_type.name, found.extra.drop("old"))
    log_source_values(batch, side.entity_type.name, pl.concat([found.conflicts.drop("stands"), found.agreed]))
    ids = found.touched
    if len(ids):
        with batch.frame("touched", ids.alias("id").to_frame()):
            refresh_search(batch, side.entity_type.name, "touched")
        rebuild_golden(batch, ids.filter(ids % 2 == 1))
    return found, left


def _join_parties(batch: Batch, rows: pl.DataFrame) -> None:
    """Join roles to their parties where they are not joined yet."""
    pairs = rows.select(from_id="r.id", to_id="p.id").drop_nulls().unique(maintain_order=True)
    # A link hangs on a record, never on what stands for several: `member_of_golden`.
    pairs = pairs.with_columns(to_id=pl.col("to_id") - (pl.col("to_id") % 2 == 0).cast(pl.Int64))
    with batch.frame("pairs", pairs):
        standing = batch.query(
            "select from_id from link where type = 'role_of' and ended_at is null and from_id in (select from_id from pairs)"
        ).frame()
    fresh = pairs.join(standing, on="from_id", how="anti", maintain_order="left")
    insert_links(
        batch,
        fresh.select(
            pl.lit("role_of").alias("type"), "from_id", "to_id", pl.lit(None, pl.String).alias("fields"),
            pl.lit(None, pl.Date).alias("since"), pl.lit(None, pl.Date).alias("until"),
        ),
    )  # fmt: skip


def _contradictions(rows: pl.DataFrame) -> list[str]:
    """How many parties are told of by several rows that do not agree: the first was written."""
    told = [name for name in rows.columns if name.startswith("p.") and name not in ("p.id", "p.first_", "p.extra")]
    differs = [pl.col(name).drop_nulls().n_unique() > 1 for name in told]
    several = rows.filter(pl.col("p.id").is_duplicated())
    count = (
        several.group_by("p.id").agg(pl.any_horizontal(differs).alias("differs_"))["differs_"].sum() if differs else 0
    )
    if not count:
        return []
    return [f"{count} of the parties stand in several rows that do not agree; what the first row says was written."]


def _write_stages(batch: Batch, landed: Landed) -> list[str]:
    """Add the stages that the file names and the type does not know."""
    notes: list[str] = []
    for side in landed.layout.sides:
        entity_type = side.entity_type
        column = side.prefix + entity_type.stage_field
        if not entity_type.stage_field or column not in landed.rows.columns:
            continue
        known = batch.query("select name, position from stage where type = $type", type=entity_type.name).rows()
        named = landed.rows[column].drop_nulls().unique(maintain_order=True).to_list()
        unknown = [name for name in named if name not in {row[0] for row in known}]
        if unknown:
            last = max((row[1] for row in known), default=0)
            stages = [Stage(name, last + place, outcome_of(name)) for place, name in enumerate(unknown, 1)]
            add_stages(batch, entity_type.name, stages)
            said = ", ".join(f"{stage.name} ({stage.outcome})" for stage in stages)
            notes.append(f"New stages of {entity_type.label.lower()}: {said}.")
    return notes


def outcome_of(stage: str) -> Outcome:
    """
    What a stage means by its name, open unless it says otherwise.

    >>> outcome_of("Closed Lost"), outcome_of("Gewonnen"), outcome_of("Wonderful")
    ('lost', 'won', 'open')
    """
    words = "".join(char if char.isalpha() else " " for char in stage.casefold()).split()
    return next((outcome for outcome, signs in _OUTCOMES if any(sign in words for sign in signs)), "open")
