"""
The ids that were given out last.

One process owns the file and one thread writes at a time, so ids are counted here and
need neither a sequence nor an index. A record's id is odd; the even number after it is
kept for the golden record of the cluster whose oldest member it is. So a golden record
is the same one whenever its cluster comes back, and undo ends where it began.
"""

from dataclasses import dataclass, replace

import duckdb


@dataclass
class Counters:
    """The highest ids in use."""

    batch_id: int = 0
    change_seq: int = 0
    entity_id: int = -1
    link_id: int = 0
    verdict_seq: int = 0
    pending_id: int = 0

    @classmethod
    def read(cls, cursor: duckdb.DuckDBPyConnection) -> "Counters":
        """The counters as the tables tell them."""
        # All rows are fetched: a result left unfinished would block the connection.
        (row,) = cursor.execute(
            """
            select (select coalesce(max(batch_id), 0) from batch), (select coalesce(max(seq), 0) from change),
                   (select coalesce(max(id), -1) from entity), (select coalesce(max(id), 0) from link),
                   (select coalesce(max(seq), 0) from verdict), (select coalesce(max(pending_id), 0) from pending_link)
            """
        ).fetchall()
        counters = cls(*row)
        counters.entity_id = member_of_golden(counters.entity_id)
        return counters

    def copy(self) -> "Counters":
        """The same counters, to come back to."""
        return replace(self)

    def take_entities(self, count: int) -> int:
        """The first of `count` new record ids; each next one is 2 higher."""
        first = self.entity_id + 2
        self.entity_id += 2 * count
        return first

    def take(self, name: str, count: int = 1) -> int:
        """The first of `count` new ids of that counter; each next one is 1 higher."""
        first: int = getattr(self, name) + 1
        setattr(self, name, first + count - 1)
        return first


def golden_of_member(id: int) -> int:
    """
    The id of the golden record of a cluster whose oldest member is this record.

    >>> golden_of_member(7), member_of_golden(8), member_of_golden(7)
    (8, 7, 7)
    """
    return id + 1


def member_of_golden(id: int) -> int:
    """The oldest member of a golden record; a record that is none is its own."""
    return id - 1 if is_golden(id) else id


def is_golden(id: int) -> bool:
    """Whether an id is that of a golden record."""
    return id % 2 == 0
