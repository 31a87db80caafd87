"""To try a check of one's own: on its examples, and on all records, without writing anything."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import polars as pl

from xrm_lake.errors import InvalidDeclaration, InvalidQuery, InvalidValue, UnknownName
from xrm_lake.model.condition_sql import condition_sql
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.model.own_check import Example, OwnCheck, declared, example_text
from xrm_lake.store.condition import judged_sql, refuse_condition
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import duck_type, table_of

# A check takes part in each run: one that alone takes longer than this would hold all others up.
LONGEST_SECONDS = 20.0


@dataclass(frozen=True)
class CheckTrial:
    """
    What a check would find: how many records of how many, and of how many it could not be told.

    `records` are the first ones at fault: id, what it is called by, and the fields that the condition speaks of.
    """

    found: int
    checked: int
    failed: int
    seconds: float
    records: pl.DataFrame


def try_check(lake: Lake, check: OwnCheck, *, as_of: date | None = None, limit: int = 20) -> CheckTrial:
    """
    Try a check on all live records of its type, and on its examples; nothing is kept.

    `failed` counts records of which the condition cannot be told, such as by a cast that fails: they are faults of the check, not of
    the records. Raises InvalidQuery if the condition is not one boolean expression over the fields of the type, or takes too long;
    InvalidDeclaration if an example turns out otherwise.
    """
    entity_type = lake.catalog.type(declared(check).type)
    condition = check.condition or condition_sql(entity_type, check.form, any_of=check.any_of)
    check = replace(check, condition=condition)
    used = refuse_condition(lake, entity_type, condition)
    refuse_broken_examples(lake, check)
    day, began = as_of or lake.clock().date(), time.monotonic()
    judged = (
        f"{judged_sql(condition)} as at_fault from {table_of(entity_type.name)} where live and $as_of::date is not null"
    )
    with _at_most(lake, LONGEST_SECONDS):
        counts = lake.query(
            f"select count(*) filter (where at_fault), count(*), count(*) filter (where at_fault is null) from (select {judged})",
            as_of=day,
        ).rows()[0]
        columns = ", ".join(quoted(name) for name in dict.fromkeys((*entity_type.caption, *used)))
        records = lake.query(
            f"select id, {columns} from (select id, {columns}, {judged}) where at_fault order by id limit $most", as_of=day, most=limit
        ).frame()  # fmt: skip
    found, checked, failed = counts
    return CheckTrial(found, checked, failed, round(time.monotonic() - began, 3), records)


def refuse_broken_examples(lake: Lake, check: OwnCheck) -> None:
    """Raises InvalidDeclaration if the check passes an example that it must fail, or fails one that it must pass."""
    entity_type = lake.catalog.type(check.type)
    for word, examples, wanted in (("fails", check.fails, True), ("passes", check.passes, False)):
        for place, found in enumerate(_judged(lake, entity_type, check.condition, examples), 1):
            if found is not wanted:
                told = "cannot be told" if found is None else "is flagged" if found else "is not flagged"
                raise InvalidDeclaration(f"Example {place} of [[{word}]] of {check.name} {told}. Nothing was changed.")


def _judged(lake: Lake, entity_type: EntityType, condition: str, examples: Sequence[Example]) -> list[bool | None]:
    kinds = {item.name: duck_type(item) for item in entity_type.fields}
    found = []
    for example in examples:
        unknown = set(example) - set(kinds)
        if unknown:
            raise UnknownName(f"field of {entity_type.name}", sorted(unknown)[0], kinds)
        row = ", ".join(
            f"($v_{name}::varchar)::{kind} as {quoted(name)}" if name in example else f"null::{kind} as {quoted(name)}"
            for name, kind in kinds.items()
        )
        values = {f"v_{name}": example_text(value) for name, value in example.items()}
        try:
            sql = f"select {judged_sql(condition)} from (select {row}) where $as_of::date is not null"
            found.append(lake.query(sql, as_of=lake.clock().date(), **values).value())
        except duckdb.ConversionException as problem:
            raise InvalidValue(
                f"A value of an example is none that its field of {entity_type.name} may have. Nothing was changed."
            ) from problem
    return found


@contextmanager
def _at_most(lake: Lake, seconds: float) -> Iterator[None]:
    """Stop the calling thread's statement when it takes longer."""
    cursor = lake.engine.cursor()
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.start()
    try:
        yield
    except duckdb.InterruptException as problem:
        raise InvalidQuery(
            f"The condition takes more than {seconds:g} seconds. Nothing was changed. Make it simpler."
        ) from problem
    finally:
        timer.cancel()
