"""Signs: one measured figure that speaks for a shadow CRM, with the records that are its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from xrm_lake.hygiene.decay.figure import Figure
from xrm_lake.store.as_of import State

# So many records are named as evidence; the count is of all.
NAMED = 100


@dataclass(frozen=True)
class Sign:
    """A figure of an indicator (S1 to S6) and a type, and the first records that it counted; `personal` if they point to persons at work."""

    indicator: str
    type: str
    figure: Figure
    records: tuple[int, ...] = ()
    personal: bool = False


def unknown(indicator: str, measure: str, why: str, *, type: str = "") -> Sign:
    """A sign that cannot be told, and why; it is never 0."""
    return Sign(indicator, type, Figure(measure, None, None, None, None, f"cannot be told: {why}"))


def of_share(indicator: str, figure: Figure, records: Sequence[int], *, type: str = "", personal: bool = False) -> Sign:
    """A sign with its evidence, the records that it counted."""
    return Sign(indicator, type, figure, tuple(sorted(records)[:NAMED]), personal)


def files_then(state: State) -> str:
    """
    A query: every import that counts, by the end of the day, as batch_id, source, file_name, made_at and workbook.

    What came from a database or a folder without a name is no file. `workbook` says that a person made it: an Excel or ODS file.
    """
    return f"""
        select batch_id, source, file_name, made_at,
               regexp_matches(lower(coalesce(file_name, '')), '\\.(xlsx|xlsm|xlsb|xls|ods)\\b') as workbook
        from {state.batch} where kind = 'import' and undone_by is null
    """
