"""Tables that do not show what they are: taken for what they were taken for before, or refused all together."""

from collections.abc import Callable, Sequence

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.mapping.identify import Identity, identify
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.model.results import LeftOut


def as_before(identity: Identity, saved_type: Callable[[Delivery], str | None], words: Vocabulary) -> Identity:
    """A table that does not show what it is, as what it was taken for before."""
    before = saved_type(identity.table.delivery) if identity.problem else None
    return identify(identity.table, words, type=before, roles=()) if before else identity


def without_empty(identities: Sequence[Identity]) -> tuple[list[Identity], list[LeftOut]]:
    """
    The tables without those that have neither a row nor a plausible place, and these as left out; all of them if none has a row.

    With them nothing is lost, and they must not keep the others out.
    """
    empty = [each for each in identities if each.problem and each.table.delivery.counted == 0]
    if len(empty) == len(identities):
        return list(identities), []
    kept = [each for each in identities if not any(each is other for other in empty)]
    return kept, [LeftOut(each.table.delivery.name, "it has no rows") for each in empty]


def refuse_strangers(identities: Sequence[Identity]) -> None:
    """Raises ImportRefused, naming all of them, if there is one."""
    strangers = [identity for identity in identities if identity.problem]
    if not strangers:
        return
    lines = [f"  {identity.table.delivery.name}: {identity.problem}." for identity in strangers]
    count = f"{len(strangers)} of {len(identities)} files have" if len(identities) > 1 else "The file has"
    raise ImportRefused(
        f"{count} no plausible place, so nothing was imported.\n"
        + "\n".join(lines)
        + "\nSay what it is with --type TYPE, make a"
        " type from the file with --new-type NAME, or leave it out."
    )
