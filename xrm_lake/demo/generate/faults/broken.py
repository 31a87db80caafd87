"""Broken rows: lines that are no row of the table and have to be refused, between rows that are good."""

import csv
import io

from xrm_lake.demo.generate.chance import Chance, texts
from xrm_lake.demo.generate.faults.draft import Draft

KINDS = ("broken_short", "broken_long", "broken_quote")


def break_rows(chance: Chance, draft: Draft, *, separator: str = ",", kinds: tuple[str, ...] = KINDS) -> None:
    """
    Put one or two broken lines of each kind between the good rows of a draft.

    Each is made from a good row under a key of its own, `broken-1`, `broken-2` …:
    too few cells, too many, or a quote in the middle of a cell with a separator
    after it, which neither a strict nor a lenient reader takes for a full row.
    """
    count = min(2, max(1, draft.size // 200))
    places = chance.some(chance.whole(0, draft.size, 1000), len(kinds) * count)
    named = [kind for kind in kinds for _ in range(count)]
    for number, (kind, place) in enumerate(zip(named, places.tolist(), strict=True), start=1):
        key = f"broken-{number}"
        row = [values[place] for values in draft.cells.values()]
        row[0] = key
        draft.broken.append((place, _line(kind, row, separator)))
        draft.faults.add(kind, draft.file, texts([key]), "", texts([""]))


def _line(kind: str, row: list[str], separator: str) -> str:
    row = [value.replace("\n", " ").replace('"', "") for value in row]
    match kind:
        case "broken_short":
            return _written(row[: len(row) // 2], separator)
        case "broken_long":
            return _written([*row, "and", "more"], separator)
        case _:
            stray = f'"said "no{separator} thanks" again"'
            return separator.join([_written(row[:1], separator), stray, _written(row[2:], separator)])


def _written(row: list[str], separator: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="").writerow(row)
    return text.getvalue()
