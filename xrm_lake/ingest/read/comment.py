"""Comments: lines that begin with a number sign and are not built like the records."""

from collections import Counter
from collections.abc import Sequence

SIGN = "#"


def without_comments(rows: Sequence[list[str]]) -> list[list[str]]:
    """
    The rows, with none in the place of each comment.

    >>> without_comments([["# Export of May"], ["id", "name"], ["#1", "Ann"], ["2", "Bo"]])
    [[], ['id', 'name'], ['#1', 'Ann'], ['2', 'Bo']]
    """
    widths = Counter(len(row) for row in rows if row and not row[0].startswith(SIGN))
    if not widths or widths.total() == sum(map(bool, rows)):
        return list(rows)
    width = max(widths, key=lambda width: (widths[width], width))
    return [[] if row and row[0].startswith(SIGN) and len(row) != width else row for row in rows]
