"""
What marks a file that was exported here: columns by which its rows are known again, in this lake and in others.

A record is named by its type and its uid, which it keeps wherever it goes: `person/0196c5e4-…`. The names of these columns
cannot be those of fields.
"""

from collections.abc import Iterable

RECORD, SOURCE, KEY, PARTY, VERSION = "xrm:record", "xrm:source", "xrm:key", "xrm:party", "xrm:version"
# Of a record that was merged: the one that stands for it.
GOLDEN_RECORD = "xrm:golden"
# Of a table of links: the link type of each row, and the two records that it joins.
LINK, FROM, TO = "xrm:link", "xrm:from", "xrm:to"
# A column of links, as in `--map "Firm=link:works_for"`.
LINK_COLUMN = "link:"

# The folder of a whole export: what says that it is one, the model, and where links and merged records are.
MANIFEST, MODEL, LINKS, MERGED = "export.toml", "model", "links", "merged"

REFERENCE = r"^([a-z][a-z0-9_]*)/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$"
_VERSION = r"^lake-([0-9a-f]+)-(\d+)$"
VERSION_PATTERN = _VERSION


def is_own(headers: Iterable[str]) -> bool:
    """Whether a table with these headers was exported here."""
    there = set(headers)
    return RECORD in there or {LINK, FROM, TO} <= there


def version_of_lake(lake_id: str, batch_id: int) -> str:
    """
    What an export says of when it was made: the lake, and its last batch then.

    >>> version_of_lake("3f9a12bc-0000-7000-8000-000000000000", 12)
    'lake-3f9a12bc-12'
    """
    return f"lake-{short_id(lake_id)}-{batch_id}"


def short_id(lake_id: str) -> str:
    """
    The part of a lake's id by which its exports know it.

    >>> short_id("3F9A12BC-0000-7000-8000-00000000abcd")
    '3f9a12bc'
    """
    return lake_id.replace("-", "").lower()[:8]
