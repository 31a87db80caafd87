"""Read JSON Lines: an object in each line. A line that is none is a reject, and the others come in."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from xrm_lake.errors import NoTable
from xrm_lake.ingest.read.asked import Asked, refuse_choice
from xrm_lake.ingest.read.collect import Collector
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.read.encoding import as_utf8, find_encoding
from xrm_lake.ingest.read.json_cells import cells_of, decoder
from xrm_lake.ingest.read.landing import Kept, written_whole

LONGEST_LINE = 64 << 20
_TOLD = 20_000
_MARK = b"\xef\xbb\xbf"


def read_json_lines(kept: Kept, asked: Asked) -> Delivery:
    """The one table of a file. Raises NoTable if no line of it is an object."""
    refuse_choice(asked.table, kept.name, "a file of JSON lines")
    encoding = find_encoding(kept.path)
    with written_whole(asked.landing) as utf8, Collector(kept, kept.name) as rows:
        path = kept.path
        if not encoding.is_utf8:
            as_utf8(kept.path, encoding, utf8, kept.name)
            path = utf8
        with path.open("rb") as file:
            counted = sum(not line.isspace() for _, _, line in _lines(file))
            file.seek(0)
            _collect(file, rows, asked, counted, placed=encoding.is_utf8)
        rows.notes += encoding.notes
        if not rows.staged:
            raise NoTable(f"{kept.name} holds no JSON object in any line. Nothing was imported. Export it again.")
        return rows.deliver(counted=counted, encoding=encoding.name)


def _collect(file: BinaryIO, rows: Collector, asked: Asked, counted: int, *, placed: bool) -> None:
    """Take each line; `placed` says that the positions of the text are those of the file."""
    read = decoder().decode
    for number, start, line in _lines(file):
        if line.isspace():
            continue
        if rows.records % _TOLD == 0:
            asked.progress(f"Reading {rows.name}", rows.records, counted)
        _take(
            line.removeprefix(_MARK) if number == 1 else line,
            rows,
            read,
            line_no=number,
            position=start if placed else None,
        )


def _take(line: bytes, rows: Collector, read: Callable[[str], object], *, line_no: int, position: int | None) -> None:
    reason = ""
    try:
        if len(line) >= LONGEST_LINE:
            reason = "the line is longer than 64 MB"
        else:
            record = read(line.decode())
            if isinstance(record, dict):
                cells, mended = cells_of(record)
                rows.add(cells, line=line_no, mended=mended, raw=line if mended else b"")
                return
            reason = "the line is JSON, but no object"
    except UnicodeDecodeError:
        reason = "the line is not UTF-8"
    except ValueError:
        reason = "the line is no JSON"
    except RecursionError:
        reason = "objects in objects, too deep to read"
    rows.reject(reason, line=line_no, raw=line, position=position)


def _lines(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """The lines with their numbers and positions; of one that is too long only the beginning is held."""
    number = position = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        size, rest = len(line), line
        while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
            size += len(rest)
        yield number, position, line
        position += size
