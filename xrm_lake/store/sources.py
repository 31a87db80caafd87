"""What a source may be called: the system that records come from, which tells their ids apart."""

from xrm_lake.errors import InvalidValue
from xrm_lake.store.golden import GOLDEN
from xrm_lake.store.settings import Reader


def refuse_source(name: str) -> None:
    """Raises InvalidValue for a source without a name, with a name that begins with a dot, or of the lake's own."""
    if not name.strip():
        raise InvalidValue(
            "A source must have a name. Nothing was changed. Name the system that the records come from."
        )
    if name.strip().casefold() == GOLDEN:
        raise InvalidValue(
            f"{GOLDEN!r} is the source of the records that merging makes, of no other. Nothing was changed. Name another source."
        )
    if name.lstrip().startswith("."):
        raise InvalidValue("The name of a source must not begin with a dot. Nothing was changed. Name another source.")


def sources_unmapped(reader: Reader, type_name: str) -> list[str]:
    """The sources of live records of a type of which no file was read here: what an export of another lake brought."""
    return [
        str(name)
        for name in reader.query(
            """
            select distinct source from entity where type = $type and deleted_at is null and source <> $golden and source_key is not null
            and source not in (select source from saved_mapping where type = $type) order by source
            """,
            type=type_name,
            golden=GOLDEN,
        ).column()
    ]
