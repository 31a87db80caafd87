"""Tables taken apart before they are planned: rows of several sorts into a table each, and histories out of columns."""

from collections.abc import Iterable

from xrm_lake.ingest.mapping.discover import CALLED
from xrm_lake.ingest.mapping.header import file_words
from xrm_lake.ingest.mapping.identify import Identity, identify
from xrm_lake.ingest.mapping.sample import look
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.mixed import sorts_of
from xrm_lake.ingest.stage_columns import stage_history


def taken_apart(identities: Iterable[Identity], words: Vocabulary) -> list[Identity]:
    """The tables, each of one sort of rows, and behind them the histories that stand in their columns."""
    looked = [part for each in identities for part in _looked_again(each, words)]
    return [*looked, *_histories(looked, words)]


def _looked_again(identity: Identity, words: Vocabulary) -> list[Identity]:
    """A table that no preset knows and that is not called after a type, as the tables of one sort that it is made of, if it is."""
    table = identity.table
    called = identity.type and words.called(file_words(table.delivery.name), identity.type) >= CALLED
    if identity.role or called:
        return [identity]
    parts = [identify(look(part), words, roles=()) for part in sorts_of(table, words)]
    # Of two exports that are as likely neither is taken; then the columns speak.
    return parts or [identify(table, words, roles=()) if identity.undecided else identity]


def _histories(identities: Iterable[Identity], words: Vocabulary) -> list[Identity]:
    """The histories of stages that stand in the columns of tables of records."""
    found = (stage_history(each, words.catalog.type(each.type).label.lower()) for each in identities if each.type)
    return [identify(look(history), words, roles=()) for history in found if history is not None]
