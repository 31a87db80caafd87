"""What the user says of columns: `HEADER=FIELD`, `HEADER=link:works_for`, `HEADER=key`, `HEADER=extra`, `HEADER=ignore`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xrm_lake.errors import Misuse, UnknownName
from xrm_lake.ingest.mapping.header import plain
from xrm_lake.ingest.mapping.known import Known
from xrm_lake.ingest.mapping.link_score import link_options
from xrm_lake.ingest.mapping.sample import Column, Table
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.plan import ColumnPlan, LinkTarget, MatchBy
from xrm_lake.model.entity_type import EntityType

AS_TOLD = "as told"


def check_headers(tables: Sequence[Table], mapping: Mapping[str, str]) -> None:
    """Raise UnknownName if a header is in none of the tables."""
    known = [header for table in tables for header in table.delivery.headers]
    there = {plain(header) for header in known}
    for header in mapping:
        if plain(header) not in there:
            raise UnknownName("column", header, {name for name in known if name})


def told_columns(
    table: Table, mapping: Mapping[str, str], entity_type: EntityType, known: Known, vocabulary: Vocabulary
) -> list[ColumnPlan]:
    """
    The plans of the columns that the user has spoken of.

    Raises UnknownName if the type has no such field, or the lake no such link type.
    """
    told = {plain(header): to for header, to in mapping.items()}
    found = [column for column in table.columns if plain(column.header) in told]
    return [_told(column, told[plain(column.header)].strip(), entity_type, known, vocabulary) for column in found]


def _told(column: Column, to: str, entity_type: EntityType, known: Known, vocabulary: Vocabulary) -> ColumnPlan:
    plan = ColumnPlan(column.position, column.header, "extra", reason=AS_TOLD)
    if to in ("key", "extra", "ignore"):
        return replace(plan, to="key" if to == "key" else "ignore" if to == "ignore" else "extra")
    if to.startswith("link:"):
        return replace(plan, to="link", link=_link(column, to.split(":")[1:], entity_type, known, vocabulary))
    fields = {field.name for field in vocabulary.catalog.fields_for_import(entity_type.name)}
    if to not in fields:
        raise UnknownName(f"field of {entity_type.name}", to, {*fields, "key", "extra", "ignore"})
    return replace(plan, to="field", field=to)


def _link(
    column: Column, parts: list[str], entity_type: EntityType, known: Known, vocabulary: Vocabulary
) -> LinkTarget:
    """`link:NAME[:TYPE[:BY]]`; what is not said is found out as for any column."""
    link = vocabulary.catalog.link_type(parts[0])
    types = tuple(link.to_types)
    if len(parts) > 1 and parts[1]:
        types = (vocabulary.catalog.type(parts[1]).name,)
    options = link_options(column, entity_type, known, vocabulary)
    likely = next((option.target for option in options if option.target.link_type == link.name), None)
    by: MatchBy = (
        likely.match_by
        if likely
        else "id"
        if column.content.one_token and column.content.share("digit") > 0.5
        else "name"
    )
    field = likely.field if likely else ""
    if len(parts) > 2:
        by, field = _by(parts[2])
    return LinkTarget(
        link.name, types or (likely.to_types if likely else ()), by, "out", field, likely.separator if likely else ""
    )


def _by(text: str) -> tuple[MatchBy, str]:
    if text == "id":
        return "id", ""
    if text == "name":
        return "name", ""
    if text.startswith("key=") and text != "key=":
        return "key", text.removeprefix("key=")
    raise Misuse(f"A link is found by 'id', 'name' or 'key=FIELD', not by {text!r}.")
