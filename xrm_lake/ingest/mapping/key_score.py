"""How likely a column is the record's own id in its source."""

from xrm_lake.ingest.mapping.lexicon import word_set
from xrm_lake.ingest.mapping.link_score import read_link
from xrm_lake.ingest.mapping.sample import Column
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.model.entity_type import EntityType


def key_score(column: Column, entity_type: EntityType, vocabulary: Vocabulary) -> float:
    """From 0 to 1: an id of its own by its header (`Record ID`, `deal id`), in every row, and never twice, or hardly ever."""
    if not column.mostly_distinct or max(column.content.share(shape) for shape in ("date", "email", "boolean")) > 0.5:
        return 0.0
    text = column.words
    if text in word_set("own_ids"):
        return 0.98 if column.content.one_token else 0.7
    if says_own_id(text, entity_type, vocabulary):
        return 0.97 if column.content.one_token else 0.6
    if not column.distinct:
        return 0.0
    if column.content.id_like and column.position == 0:
        return 0.75
    if column.position > 0 or not column.content.one_token:
        return 0.0
    if text.endswith(" id"):
        return 0.72
    # Numbered in the first column, by a name that no field has: a badge, a file number.
    numbered = column.content.share("digit") > 0.95 and column.content.share("date") < 0.1
    return 0.55 if numbered and not set(text.split()) & vocabulary.tokens else 0.0


def says_own_id(text: str, entity_type: EntityType, vocabulary: Vocabulary) -> bool:
    """Whether a header says that it is the id of this very type, as `opportunity id` does of a deal."""
    reading = read_link(text, vocabulary)
    subject = vocabulary.subject(reading.base)
    own = {entity_type.name, *entity_type.party_types}
    return reading.by == "id" and subject is not None and not subject.attribute and bool(own & set(subject.types))
