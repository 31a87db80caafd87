"""Tables that do not show what they are: taken for what they were taken for before, or refused all together."""

from collections.abc import Callable, Sequence

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.mapping.identify import Identity, identify
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.read.delivery import Delivery


def as_before(identity: Identity, saved_type: Callable[[Delivery], str | None], words: Vocabulary) -> Identity:
    """A table that does not show what it is, as what it was taken for before."""
    before = saved_type(identity.table.delivery) if identity.problem else None
    return identify(identity.table, words, type=before, roles=()) if before else identity


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
