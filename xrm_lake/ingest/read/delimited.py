"""Read a text table: find out how it is written, sift its records, stage what is sound, prove the account."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from xrm_lake.ingest.read.account import Account
from xrm_lake.ingest.read.delivery import Delivery, Dialect, places
from xrm_lake.ingest.read.encoding import Encoding, as_utf8, find_encoding, original, original_positions
from xrm_lake.ingest.read.landing import Kept, written_whole
from xrm_lake.ingest.read.plan import Plan, Text, plan_reading
from xrm_lake.ingest.read.sift import CleanText, Sifter
from xrm_lake.ingest.read.sound import Prover
from xrm_lake.ingest.read.stage import agree, schema, stage_frame, stage_text
from xrm_lake.ingest.read.tolerant import TolerantReader
from xrm_lake.model.progress import Progress


def read_delimited(
    kept: Kept, staged: Path, given: Dialect | None, progress: Progress, *, keep_empty: bool = False
) -> Delivery:
    """
    Read one text table into `staged`, by the dialect given or else found. Raises ImportRefused if it is none.

    Records without content are skipped like blank lines, unless `keep_empty` says that they are records too.
    """
    encoding = find_encoding(kept.path)
    if given and given.encoding and given.encoding != encoding.name:
        encoding = Encoding(given.encoding, encoding.mark)
    with written_whole(staged.parent) as utf8, written_whole(staged.parent) as rewritten:
        text = Text(kept.name, kept.path if encoding.is_utf8 else utf8, encoding)
        if not encoding.is_utf8:
            as_utf8(kept.path, encoding, utf8, kept.name)
        plan = plan_reading(text, given, keep_empty=keep_empty)
        account, rows = _stage(text, plan, rewritten, staged, progress)
        if rows != account.staged and plan.plain:
            # The parser understood these bytes differently. Written anew, with every doubtful cell quoted, it cannot.
            account, rows = _stage(text, replace(plan, plain=False), rewritten, staged, progress)
        agree(kept.name, counted=account.records, staged=rows, rejected=len(account.rejects))
        return _delivery(kept, text, plan, account, staged)


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
    reader = TolerantReader(grammar, plan.profile, header)
    prover = Prover(grammar, plan.width, plan.header, check_utf8=text.encoding.damaged) if plan.plain else None
    with clean:
        clean.flush(anew=not plan.plain)
        Sifter(reader, prover, account, clean).run(progress, text.name)
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
        headers=plan.names,
        counted=account.records,
        staged_rows=account.staged,
        rejects=frames[0],
        repairs=frames[1],
        dialect=plan.dialect,
        notes=tuple(notes),
    )
