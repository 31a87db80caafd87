"""Read a text table: find out how it is written, sift its records, stage what is sound, prove the account."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import polars as pl

from xrm_lake.ingest.read.account import Account
from xrm_lake.ingest.read.asked import Asked, choose, refuse_choice
from xrm_lake.ingest.read.below import find_below
from xrm_lake.ingest.read.delivery import Delivery, Dialect, places
from xrm_lake.ingest.read.encoding import (
    CONTROLS,
    Encoding,
    as_utf8,
    find_encoding,
    original,
    original_positions,
    without_controls,
)
from xrm_lake.ingest.read.landing import Kept, written_whole
from xrm_lake.ingest.read.plan import Plan, Text, plan_reading
from xrm_lake.ingest.read.sift import CleanText, Sifter
from xrm_lake.ingest.read.sound import Prover
from xrm_lake.ingest.read.stage import agree, schema, stage_frame, stage_text
from xrm_lake.ingest.read.tolerant import TolerantReader
from xrm_lake.model.progress import Progress


def read_delimited(kept: Kept, asked: Asked) -> list[Delivery]:
    """The tables of a text file, by the dialect asked for or else found, at least one. Raises ImportRefused if there is none."""
    with _as_text(kept, asked.dialect) as text:
        deliveries = [_read_table(kept, kept.staged(), text, asked, None)]
        while deliveries[-1].end and not (asked.first and asked.table is None):
            begin = deliveries[-1].end
            deliveries.append(_read_table(kept, kept.staged(len(deliveries) + 1), text, asked, begin))
    tables = [table.delivery for table in deliveries]
    if len(tables) == 1:
        refuse_choice(asked.table, kept.name, "a text table")
        return tables
    named = {str(place): replace(table, name=f"{kept.name}#{place}") for place, table in enumerate(tables, 1)}
    return [named[name] for name in choose(list(named), asked.table, file=kept.name, what="table")]


def read_one(kept: Kept, given: Dialect, progress: Progress) -> Delivery:
    """The only table of a text that a program wrote: each of its lines is a record, also one without content."""
    with _as_text(kept, given) as text:
        return _read_table(
            kept, kept.staged(), text, Asked(kept.path.parent, dialect=given, progress=progress), None, only=True
        ).delivery


class _Table(NamedTuple):
    """A table, and the byte and the line with which another begins, if one does."""

    delivery: Delivery
    end: tuple[int, int] | None


@contextmanager
def _as_text(kept: Kept, given: Dialect | None) -> Iterator[Text]:
    encoding = find_encoding(kept.path)
    if given and given.encoding and given.encoding != encoding.name:
        encoding = Encoding(given.encoding, encoding.mark)
    if encoding.is_utf8:
        yield Text(kept.name, kept.path, encoding)
        return
    with written_whole(kept.path.parent) as utf8:
        as_utf8(kept.path, encoding, utf8, kept.name)
        yield Text(kept.name, utf8, encoding)


def _read_table(
    kept: Kept, staged: Path, text: Text, asked: Asked, begin: tuple[int, int] | None, *, only: bool = False
) -> _Table:
    plan = plan_reading(text, asked.dialect, keep_empty=only, begin=begin)
    with written_whole(staged.parent) as rewritten:
        account, rows = _stage(text, plan, rewritten, staged, asked.progress)
        if account.position < text.path.stat().st_size:
            # Only now is it known where the table ends, and so what its last lines are.
            end = account.position
            below = find_below(text.path, plan.position, plan.grammar, plan.width, end=end)
            if below < end:
                plan = replace(plan, below=below, end=end)
                account, rows = _stage(text, plan, rewritten, staged, asked.progress)
        if rows != account.staged and plan.plain:
            # The parser understood these bytes differently. Written anew, with every doubtful cell quoted, it cannot.
            account, rows = _stage(text, replace(plan, plain=False), rewritten, staged, asked.progress)
    agree(kept.name, counted=account.records, staged=rows, rejected=len(account.rejects))
    more = None if account.position == text.path.stat().st_size else (account.position, account.line)
    return _Table(_delivery(kept, text, plan, account, staged), more)


def _stage(text: Text, plan: Plan, rewritten: Path, staged: Path, progress: Progress) -> tuple[Account, int]:
    """Sift the text and parse what is sound of it; return the account and how many rows the parser saw (-1: it failed)."""
    account, clean = _sift(text, plan, rewritten, progress)
    if not account.staged:
        return account, stage_frame(pl.DataFrame(schema=schema(plan.width)), staged)
    whole = not clean.rewritten
    try:
        rows = stage_text(
            text.path if whole else rewritten,
            staged,
            plan.width,
            account.numbering(),
            skip=plan.line - 1 if whole else 0,
            delimiter=clean.delimiter.decode(),
            quote=clean.quote.decode() or None,
            newline=clean.newline.decode(),
            replaced=CONTROLS if text.encoding.controls else None,
        )
    except pl.exceptions.PolarsError:
        rows = -1
    return account, rows


def _sift(text: Text, plan: Plan, rewritten: Path, progress: Progress) -> tuple[Account, CleanText]:
    grammar, account = plan.grammar, Account(position=plan.position, line=plan.line)
    delimiter, quote, newline = b",", b'"', b"\n"
    if plan.plain:
        delimiter, quote, newline = grammar.delimiter, grammar.quote, grammar.newline
    clean = CleanText(text.path, plan.position, rewritten, delimiter=delimiter, quote=quote, newline=newline)
    header = grammar.strict(plan.header, 0, len(plan.header)).cells if plan.header else None
    reader = TolerantReader(grammar, plan.profile, header, only=plan.only)
    prover = Prover(grammar, plan.width, plan.header, check_utf8=text.encoding.damaged) if plan.plain else None
    with clean:
        clean.flush(anew=not plan.plain or plan.again)
        Sifter(reader, prover, account, clean, below=plan.below, end=plan.end).run(progress, text.name)
    return account, clean


def _delivery(kept: Kept, text: Text, plan: Plan, account: Account, staged: Path) -> Delivery:
    encoding, frames = text.encoding, []
    for rows in (account.rejects, account.repairs):
        moved = original_positions(text.path, [row[2] or 0 for row in rows], encoding)
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
        headers=tuple(map(without_controls, plan.names)) if encoding.controls else plan.names,
        counted=account.records,
        staged_rows=account.staged,
        rejects=frames[0],
        repairs=frames[1],
        dialect=plan.dialect,
        notes=tuple(notes),
    )
