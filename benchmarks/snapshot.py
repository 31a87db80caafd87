"""
What a weekly snapshot costs of a lake of a million records, five million activities and five million links.

    python -m benchmarks.snapshot [--records N] [--keep FOLDER] [--past] [--profile]

The lake is made by statements, from hashes, so that every run makes the same: four fifths people and one fifth organisations, five
activities for each record of which most are linked to it, and a week of changes. Three snapshots are taken in turn; the wall time of
each, and the most memory that the process ever held, are told. With `--past`, one of a year ago is worked out from the ledger, too.
"""

import argparse
import cProfile
import pstats
import resource
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from xrm_lake.hygiene.backfill import backfill
from xrm_lake.hygiene.snapshot import take_snapshot
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake, open_lake

TODAY = datetime(2026, 3, 2, 12)  # noqa: DTZ001 (naive UTC throughout)

PEOPLE = """
    select n * 2 + 1 as id, true as live, 'Given' || h % 900 || ' Family' || h % 7000 as full_name, 'Given' || h % 900 as given_name,
           'Family' || h % 7000 as family_name,
           if(h % 20 = 0, null, if(h % 97 = 0, 'no mail', 'p' || n || '@firm' || h % 5000 || '.example')) as email,
           if(h % 4 = 0, null, '+49' || (1511000000 + n)) as phone, if(h % 9 = 0, 'n/a', 'City ' || h % 2500) as city,
           if(h % 11 = 0, null, ['DE', 'AT', 'CH', 'FR'][1 + h % 4]) as country,
           ['Clerk', 'Head of sales', 'Engineer', null][1 + h % 4] as job_title, date '2019-01-01' + (h % 2600)::integer as created_on,
           $moment::timestamp as updated_at
    from (select n, (hash(n) >> 8)::bigint as h from range($first, $last) t(n))
"""
FIRMS = """
    select n * 2 + 1 as id, true as live, 'Firm ' || n as name, 'City ' || h % 2500 as city, '+49' || (1511000000 + n) as phone,
           if(h % 3 = 0, null, 'firm' || h % 50000 || '.example') as domain,
           if(h % 5 = 0, null, ['DE', 'AT', 'CH', 'FR'][1 + h % 4]) as country, $moment::timestamp as updated_at
    from (select n, (hash(n) >> 8)::bigint as h from range($first, $last) t(n))
"""
ACTIVITIES = """
    select n * 2 + 1 as id, true as live, 'Call ' || h % 1000 as subject, ['call', 'meeting', 'email'][1 + h % 3] as type,
           timestamp '2023-01-01' + to_seconds(h % 99900000) as happened_at,
           $moment::timestamp as updated_at
    from (select n, (hash(n) >> 8)::bigint as h from range($first, $last) t(n))
"""


def make(lake: Lake, records: int) -> None:
    """Fill a lake: people, organisations, activities, their links, and their ledger."""
    people, activities = records * 4 // 5, records * 5
    kinds = (
        ("person", PEOPLE, 0, people),
        ("organisation", FIRMS, people, records),
        ("activity", ACTIVITIES, records, records + activities),
    )
    with lake.write("import", source="bench") as batch:
        for name, rows, first, last in kinds:
            batch.execute(f"insert into rec_{name} by name {rows}", first=first, last=last, moment=batch.at)
            batch.execute(
                "insert into entity select n * 2 + 1, $type, uuidv7(), ['crm', 'shop', 'fair'][1 + n % 3], 'k' || n, $id, $moment, null, null"
                " from range($first, $last) t(n)",
                type=name, id=batch.id, moment=batch.at, first=first, last=last,
            )  # fmt: skip
        batch.log_query(
            "select type, id as entity_id, 'create' as op, null as field, null as old, null as new from entity order by id"
        )
        batch.new_entities(records + activities)
        batch.execute(
            """
            insert into link
            select n + 1, if(n < $people, 'works_for', 'about'), s, e, s, e, null, null, null, $id, null
            from (
                select n, if(n < $people, n, $records + n - $people) * 2 + 1 as s,
                       if(n < $people, $people + n % ($records - $people), n * 7919 % $records) * 2 + 1 as e
                from range($links) t(n)
            )
            """,
            people=people, records=records, links=records * 5, id=batch.id,
        )  # fmt: skip
        batch.log_query(
            "select if(type = 'about', 'activity', 'person') as type, from_id as entity_id, 'link' as op, type as field, null as old,"
            " id::varchar as new from link order by id"
        )
        batch.new_ids("link_id", records * 5)


def spoil(lake: Lake, week: int) -> None:
    """A week's work: one record in a hundred loses or gets a value, each with its ledger row."""
    with lake.write("edit") as batch:
        fresh = "r.id // 2 % 100 = $week"
        batch.log_query(
            f"select 'person' as type, id as entity_id, 'set' as op, 'country' as field, country as old, null as new"
            f" from rec_person r where {fresh} and country is not null order by id",
            week=week,
        )
        batch.execute(
            f"update rec_person r set country = null, updated_at = $moment where {fresh}", week=week, moment=batch.at
        )


def peak() -> float:
    """The most memory that this process ever held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    """Make the lake if there is none, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--past", action="store_true")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (given.keep or Path(folder)) / "snapshot.xrm"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with init_lake(path, clock=lambda: TODAY - timedelta(weeks=60)) as lake:
                make(lake, given.records)
            print(
                f"made {given.records:,} records, {given.records * 5:,} activities, {given.records * 5:,} links",
                flush=True,
            )
        clock = [TODAY]
        with open_lake(path, clock=lambda: clock[0]) as lake:
            # A lake that was kept goes on after its last snapshot.
            clock[0] = lake.query("select coalesce(max(taken_at), $today) from snapshot", today=TODAY).value()
            print(f"opened: {peak():.1f} GB", flush=True)
            _measure(lake, clock, profiled=given.profile)
            if given.past:
                first = date.fromordinal(TODAY.toordinal() - 7 * 52)
                began = time.perf_counter()
                filled = backfill(lake, first, every=400)
                print(
                    f"past of {filled.days[0]}: {time.perf_counter() - began:.1f} s, {peak():.1f} GB at most",
                    flush=True,
                )


def _measure(lake: Lake, clock: list[datetime], *, profiled: bool) -> None:
    for week in range(3):
        spoil(lake, week)
        clock[0] += timedelta(weeks=1)
        profile = cProfile.Profile()
        began = time.perf_counter()
        if profiled:
            profile.enable()
        taken = take_snapshot(lake)
        profile.disable()
        print(
            f"snapshot {week + 1}: {time.perf_counter() - began:.1f} s, {taken.measures.height} figures, {peak():.1f} GB at most",
            flush=True,
        )
        if profiled:
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
