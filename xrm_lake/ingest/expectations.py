"""What a preset expects of each delivery: a file that was broken on its way here changes nothing and says why."""

from collections.abc import Iterable
from dataclasses import dataclass

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.expected import Expected
from xrm_lake.ingest.mapping.header import plain
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.store.freshness import declare_rhythm
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch


@dataclass(frozen=True)
class _Last:
    """The delivery before: its batch, and how many records it counted."""

    batch_id: int
    rows: int


def refuse_unexpected(lake: Lake, plans: Iterable[FilePlan]) -> None:
    """Raise ImportRefused, with all that is wrong, if a file is not as its preset expects; nothing is changed then."""
    wrong = []
    for plan in plans:
        if plan.expected is not None:
            wrong += [f"{plan.delivery.name} ({plan.preset}): {each}." for each in _unmet(lake, plan, plan.expected)]
    if wrong:
        raise ImportRefused(
            "Not as expected, so nothing was imported.\n" + "\n".join(wrong)
            + "\nAsk for the delivery again; if it is right as it is, change `expect` in the preset."
        )  # fmt: skip


def _unmet(lake: Lake, plan: FilePlan, expected: Expected) -> list[str]:
    counted = plan.delivery.counted
    wrong = []
    there = {plain(header) for header in plan.delivery.headers}
    missing = [header for header in expected.columns if plain(header) not in there]
    if missing:
        wrong.append(f"it lacks {', '.join(map(repr, missing))}")
    if expected.rows_min is not None and counted < expected.rows_min:
        wrong.append(f"{counted:,} records, and at least {expected.rows_min:,} are expected")
    last = _last(lake, plan) if expected.rows_drop_max is not None else None
    if last is not None and expected.rows_drop_max is not None and counted < last.rows * (1 - expected.rows_drop_max):
        wrong.append(
            f"{counted:,} records, {1 - counted / last.rows:.0%} fewer than the {last.rows:,} of the last delivery (batch {last.batch_id}),"
            f" and at most {expected.rows_drop_max:.0%} fewer are expected"
        )
    return wrong


def _last(lake: Lake, plan: FilePlan) -> _Last | None:
    """The last import of this source by this preset that counts."""
    row = lake.query(
        """
        select batch_id, rows_read from batch where kind = 'import' and undone_by is null and source = $source and note = $preset
          and rows_read > 0 and batch_id not in (select mended_by from reject where mended_by is not null)
          and rows_read > (select count(*) from held_row h where h.settled_by = batch.batch_id) order by batch_id desc limit 1
        """,
        source=plan.source,
        preset=plan.preset,
    ).one()
    return None if row is None else _Last(row["batch_id"], row["rows_read"])


def declare_rhythms(batch: Batch, plans: Iterable[FilePlan]) -> None:
    """Remember how often the presets say that the sources of these files deliver."""
    for plan in plans:
        if plan.expected is not None and plan.expected.every_days is not None:
            declare_rhythm(batch, plan.source, plan.expected.every_days)
