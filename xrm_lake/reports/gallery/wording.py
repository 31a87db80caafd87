"""Counts in words, one or many."""

from xrm_lake.model.entity_type import EntityType


def counted(count: int, one: str, many: str) -> str:
    """
    A count with its noun.

    >>> counted(1, "deal", "deals"), counted(1200, "deal", "deals")
    ('1 deal', '1,200 deals')
    """
    return f"{count:,} {one if count == 1 else many}"


def records(count: int, entity_type: EntityType, before: str = "") -> str:
    """A count of records of a type: '1 open deal', '12 open deals'."""
    lead = f"{before} " if before else ""
    return counted(count, lead + entity_type.label.lower(), lead + entity_type.plural.lower())


def verb(count: int, one: str, many: str) -> str:
    """The verb that goes with a count."""
    return one if count == 1 else many
