"""Whether a type was ever matched: that no pair waits tells nothing where nobody looked."""

from xrm_lake.errors import Misuse, Refused
from xrm_lake.hygiene.open_pairs import MATCHED
from xrm_lake.store.lake import Lake


def was_matched(lake: Lake, type: str) -> bool:
    """Whether a match run of this type was ever made."""
    return bool(lake.query(f"select count(*) > 0 from ({MATCHED}) where type = $type", type=type).value())


def refuse_unmatched(lake: Lake, type: str) -> None:
    """Raise Refused if this type was never matched, Misuse if it is a role, which never is."""
    entity_type = lake.catalog.type(type)
    if entity_type.role_of is not None:
        parties = " or ".join(entity_type.party_types)
        raise Misuse(
            f"{type} is a role, whose duplicates are those of its parties. Nothing was changed. Ask for {parties}."
        )
    if not was_matched(lake, type):
        raise Refused(f"{type} was never matched. Nothing was changed. Find its pairs first: xrm match {type}.")


def refuse_uncompared(lake: Lake, type: str, other: str) -> None:
    """Raise Refused if records of these two types were never compared."""
    both = ", ".join(sorted((type, other)))
    if not lake.query("select count(*) from batch where kind = 'match_types' and source = $both", both=both).value():
        raise Refused(
            f"{type} and {other} were never compared. Nothing was changed. Find their pairs first: xrm match {type} --with {other}."
        )
