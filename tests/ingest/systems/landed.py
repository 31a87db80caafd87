"""What came of an export in a lake, to be held against what is true of the firm."""

import polars as pl

from tests.ingest.systems.firm import Firm
from tests.ingest.systems.system import System
from xrm_lake.model.kinds import kind
from xrm_lake.store.lake import Lake

# Twenty names the options of a select in its own way, and a task's status has no values that it could find.
FOLDED = {"status"}


def values(lake: Lake, source: str, type: str, fields: list[str]) -> dict[str, dict[str, str]]:
    """The fields of each record of a source, by its key, as canonical text."""
    columns = ", ".join(f'cast(r."{field}" as varchar) as "{field}"' for field in fields)
    rows = lake.query(
        f"select e.source_key, {columns} from entity e join rec_{type} r on r.id = e.id"
        " where e.type = $type and e.source = $source and e.deleted_at is null",
        type=type,
        source=source,
    ).dicts()
    return {row.pop("source_key"): {name: _folded(name, value or "") for name, value in row.items()} for row in rows}


def expected(lake: Lake, system: System, firm: Firm, type: str, fields: list[str]) -> dict[str, dict[str, str]]:
    """The same, as the firm's truth has it."""
    kinds = {field.name: field.kind for field in lake.catalog.type(type).fields}
    many = {field.name for field in lake.catalog.type(type).fields if field.many}
    frame = firm.records[type]
    clean = {
        field: _listed(frame[field]) if field in many else _canonical(kinds[field], frame[field]) for field in fields
    }
    return {
        system.ids(type, row): {field: _folded(field, clean[field][row]) for field in fields}
        for row in range(frame.height)
    }


def links(lake: Lake, source: str) -> set[tuple[str, str, str]]:
    """The links between records of a source, as (key, link type, key); users by the e-mail that their system knows them by."""
    rows = lake.query(
        """
        select a.source_key, l.type, b.source_key from link l
        join entity a on a.id = l.from_id join entity b on b.id = l.to_id
        where l.ended_at is null and a.source = $source and b.source = $source
        """,
        source=source,
    ).rows()
    return set(rows)


def _canonical(kind_name: str, texts: pl.Series) -> list[str]:
    """What the kind makes of a text, as the lake writes it out again."""
    cleaned = kind(kind_name).clean(texts.cast(pl.String))
    duck = kind(kind_name).duck_type
    if duck.startswith("decimal"):
        scale = int(duck.rstrip(")").split(",")[1])
        return [f"{float(text):.{scale}f}" if text else "" for text in cleaned]
    return [text or "" for text in cleaned]


def _listed(texts: pl.Series) -> list[str]:
    """A list of values as the lake writes it out."""
    return [f"[{text}]" if text else "" for text in texts]


def _folded(field: str, text: str) -> str:
    return text.casefold().replace("_", " ") if field in FOLDED else text
