"""Read a text table: find out how it is written, sift its records, stage what is sound, prove the account."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.account import Account
from xrm_lake.ingest.read.delivery import Delivery, Dialect, places
from xrm_lake.ingest.read.dialect import Candidate, SampleRecord, find_decimal, find_dialect, sample_records
from xrm_lake.ingest.read.encoding import Encoding, as_utf8, find_encoding, original, original_positions
from xrm_lake.ingest.read.grammar import Grammar
from xrm_lake.ingest.read.header import Layout, find_layout
from xrm_lake.ingest.read.landing import written_whole
from xrm_lake.ingest.read.profile import Profile
from xrm_lake.ingest.read.sift import CleanText, Sifter
from xrm_lake.ingest.read.sound import Prover
from xrm_lake.ingest.read.stage import agree, schema, stage_frame, stage_text
from xrm_lake.ingest.read.tolerant import TolerantReader
from xrm_lake.model.progress import Progress

_SAMPLE = 1 << 19
_LONE_RETURN = re.compile(rb"\r(?!\n)")
MOST_COLUMNS = 10_000


@dataclass(frozen=True)
class Kept:
    """A file in the landing: what it is called, its copy and its sha256."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Plan:
    """How a text is going to be read: dialect, width, and where its first record begins."""

    dialect: Dialect
    grammar: Grammar
    width: int
    names: tuple[str, ...]
    profile: Profile
    header: bytes
    position: int
    line: int
    plain: bool  # one-byte delimiter, doubled quotes: blocks can be proved and parsed as they stand
    notes: tuple[str, ...]


def read_delimited(kept: Kept, staged: Path, given: Dialect | None, progress: Progress) -> Delivery:
    """Read one text table into `staged`, by the dialect given or else found. Raises ImportRefused if it is none."""
    encoding = find_encoding(kept.path)
    if given and given.encoding and given.encoding != encoding.name:
        encoding = Encoding(given.encoding, encoding.mark)
    with written_whole(staged.parent) as utf8, written_whole(staged.parent) as rewritten:
        text = kept.path
        if not encoding.is_utf8:
            as_utf8(kept.path, encoding, utf8, kept.name)
            text = utf8
        plan = plan_reading(text, encoding, given, kept.name)
        account, rows = _stage(text, rewritten, staged, plan, encoding, kept.name, progress)
        if rows != account.staged and plan.plain:
            # The parser understood these bytes differently. Written anew, with every doubtful cell quoted, it cannot.
            plan = replace(plan, plain=False)
            account, rows = _stage(text, rewritten, staged, plan, encoding, kept.name, progress)
        agree(kept.name, counted=account.records, staged=rows, rejected=len(account.rejects))
        return _delivery(kept, staged, plan, account, encoding, text)


def plan_reading(text: Path, encoding: Encoding, given: Dialect | None, name: str) -> Plan:
    """Look at the first half megabyte of a UTF-8 text and decide how to read all of it, but for what is given."""
    start = encoding.mark if encoding.is_utf8 else 0
    with text.open("rb") as file:
        file.seek(start)
        sample = file.read(_SAMPLE)
        whole = not file.read(1)
    if not whole:
        sample = sample[: max(sample.rfind(b"\n"), sample.rfind(b"\r")) + 1] or sample
    candidate = Candidate(given, False, 1.0) if given else find_dialect(sample, encoding.name)
    grammar = Grammar(candidate.dialect, skip_space=candidate.skip_space)
    records = list(sample_records(sample, grammar))
    layout = _given_layout(records, given) if given else find_layout([record.cells for record in records])
    if layout.width == 1 and text.suffix in (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods"):
        raise ImportRefused(f"{name} is named like a workbook, but is none. Nothing was imported. Export it again.")
    if layout.width > MOST_COLUMNS:
        raise ImportRefused(f"{name} has {layout.width} columns, more than {MOST_COLUMNS}. Nothing was imported.")
    header = records[layout.header] if layout.header is not None else None
    first = records[layout.data] if layout.data < len(records) else _behind(records)
    names, notes = _names(header, layout.width)
    data = [record.cells for record in records[layout.data :] if record.cells]
    dialect = replace(candidate.dialect, encoding=encoding.name, header_line=header.line if header else 0, decimal=find_decimal(data))
    return Plan(
        dialect=dialect,
        grammar=grammar,
        width=layout.width,
        names=names,
        profile=Profile(layout.width, data),
        header=sample[header.position : header.end].rstrip(b"\r\n") if header and layout.width > 1 else b"",
        position=start + first.position,
        line=first.line,
        plain=_is_plain(dialect, candidate.skip_space, text),
        notes=(*notes, *_above(records, layout.data if layout.header is None else layout.header)),
    )


def _given_layout(records: Sequence[SampleRecord], given: Dialect) -> Layout:
    """The layout of a table whose dialect says on which line its column names stand."""
    filled = [i for i, record in enumerate(records) if record.cells]
    header = next((i for i in filled if given.header_line and records[i].line >= given.header_line), None)
    data = next((i for i in filled if header is None or i > header), len(records))
    width = len(records[header].cells) if header is not None else find_layout([r.cells for r in records]).width
    return Layout(width, header, data)


def _stage(
    text: Path, rewritten: Path, staged: Path, plan: Plan, encoding: Encoding, name: str, progress: Progress
) -> tuple[Account, int]:
    """Sift the text and parse what is sound of it; return the account and how many rows the parser saw (-1: it failed)."""
    account, clean = _sift(text, rewritten, plan, encoding, name, progress)
    if not account.staged:
        return account, stage_frame(pl.DataFrame(schema=schema(plan.width)), staged)
    whole = not clean.rewritten
    try:
        rows = stage_text(
            text if whole else rewritten,
            staged,
            plan.width,
            account.numbering(),
            skip=plan.line - 1 if whole else 0,
            delimiter=clean.delimiter.decode(),
            quote=clean.quote.decode() or None,
            newline=clean.newline.decode(),
        )
    except pl.exceptions.PolarsError:
        rows = -1
    return account, rows


def _sift(
    text: Path, rewritten: Path, plan: Plan, encoding: Encoding, name: str, progress: Progress
) -> tuple[Account, CleanText]:
    account = Account(position=plan.position, line=plan.line)
    newline = plan.grammar.newline if plan.plain else b"\n"
    quote = plan.grammar.quote if plan.plain else b'"'
    delimiter = plan.grammar.delimiter if plan.plain else b","
    clean = CleanText(text, plan.position, rewritten, delimiter=delimiter, quote=quote, newline=newline)
    header = plan.grammar.strict(plan.header, 0, len(plan.header)).cells if plan.header else None
    prover = None
    if plan.plain:
        prover = Prover(plan.grammar, plan.width, plan.header, check_utf8=encoding.damaged)
    with clean:
        clean.flush(anew=not plan.plain)
        Sifter(TolerantReader(plan.grammar, plan.profile, header), prover, account, clean).run(progress, name)
    return account, clean


def _delivery(kept: Kept, staged: Path, plan: Plan, account: Account, encoding: Encoding, text: Path) -> Delivery:
    frames = []
    for rows in (account.rejects, account.repairs):
        moved = original_positions(text, [row[2] or 0 for row in rows], encoding)
        frames.append(
            places([(r[0], r[1], at, r[3], r[4], original(r[5], encoding)) for r, at in zip(rows, moved, strict=True)])
        )
    notes = [*encoding.notes, *plan.notes]
    if account.blank:
        notes.append(f"{account.blank} blank lines were skipped." if account.blank > 1 else "1 blank line was skipped.")
    if not account.records:
        notes.append("There are column names, but no records.")
    return Delivery(
        name=kept.name,
        sha256=kept.sha256,
        kept=kept.path,
        staged=staged,
        headers=plan.names,
        counted=account.records,
        staged_rows=account.staged,
        rejects=frames[0],
        repairs=frames[1],
        dialect=plan.dialect,
        notes=tuple(notes),
    )


def _is_plain(dialect: Dialect, skip_space: bool, text: Path) -> bool:
    if len(dialect.delimiter.encode()) > 1 or dialect.escape or skip_space:
        return False
    # Parsers drop a lone carriage return at a cell's edge, and without quotes there is no way to guard it.
    return bool(dialect.quote) or dialect.newline == "\r" or not _has_lone_return(text)


def _has_lone_return(text: Path) -> bool:
    with text.open("rb") as file:
        before = b""
        while chunk := file.read(1 << 22):
            if _LONE_RETURN.search(before + chunk, 0, len(before) + len(chunk) - 1):
                return True
            before = chunk[-1:]
    return False


def _behind(records: Sequence[SampleRecord]) -> SampleRecord:
    """The place after the last record."""
    if not records:
        return SampleRecord([], 0, 1, 0, 0)
    last = records[-1]
    return SampleRecord([], last.end, last.line + last.lines, last.end, 0)


def _names(header: SampleRecord | None, width: int) -> tuple[tuple[str, ...], list[str]]:
    if header is None:
        return ("",) * width, ["No column names were found; the first line was read as a record."]
    names, notes = list(header.cells), []
    if len(names) > width and any(names[width:]):
        notes.append(
            f"There are {len(names)} column names, but most records have {width} cells; the last names were left out."
        )
    if len(names) < width:
        notes.append(
            f"There are {len(names)} column names, but most records have {width} cells; the last have no name."
        )
    names = (names + [""] * width)[:width]
    if len(set(filter(None, names))) < len(list(filter(None, names))):
        notes.append("Some column names stand more than once.")
    return tuple(names), notes


def _above(records: Sequence[SampleRecord], begin: int) -> list[str]:
    """What a person should know of the lines above the table."""
    filled = sum(1 for record in records[:begin] if record.cells)
    blank = begin - filled
    notes = []
    if filled:
        notes.append(f"{filled} lines above the table were left out." if filled > 1 else _ONE_ABOVE)
    if blank:
        notes.append(f"{blank} blank lines above the table were skipped." if blank > 1 else _ONE_BLANK_ABOVE)
    return notes


_ONE_ABOVE = "1 line above the table was left out."
_ONE_BLANK_ABOVE = "1 blank line above the table was skipped."
