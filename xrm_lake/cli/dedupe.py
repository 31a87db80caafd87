"""The command dedupe: which rows of a file are one, without a lake."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.progress import Bar
from xrm_lake.cli.table import table_text, terminal_width
from xrm_lake.errors import InvalidValue

if TYPE_CHECKING:
    import polars as pl

    from xrm_lake.lakeless.deduped import Deduped

_REJECTS_SHOWN = 5


@command(
    "dedupe",
    "xrm dedupe contacts.csv --out deduped.csv",
    "xrm dedupe members.xlsx --kind 'Tel. 2=phone' --kind Remark=ignore --pairs pairs.csv --out deduped.xlsx",
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--kinds",
    "kinds_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help='JSON, {"column": "kind"}; columns that it does not name are ignored.',
)
@click.option(
    "--kind",
    "words",
    multiple=True,
    metavar="HEADER=KIND",
    help="What a column holds, or `ignore`; may be repeated. The others are guessed.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the rows go: .csv, .xlsx or .parquet, written over if it is there.  [default: CSV on stdout]",
)
@click.option(
    "--pairs",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the scored pairs go, with their evidence: .csv, .xlsx or .parquet.",
)
@click.option(
    "--at-least",
    type=click.FloatRange(0, 1),
    metavar="P",
    help="The probability from which a pair counts.  [default: pairs from 0.5, each cluster weighed as a whole]",
)
@click.option("--sheet", metavar="N", help="The sheet of a workbook, by number or name.")
def dedupe(
    door: Door,
    file: Path,
    *,
    kinds_file: Path | None,
    words: tuple[str, ...],
    out: Path | None,
    pairs: Path | None,
    at_least: float | None,
    sheet: str | None,
) -> int:
    """
    Find which rows of a CSV, XLSX or Parquet file are one, without a lake.

    The rows come out in their order with all of their columns and three more: row (from 0), cluster_id and probability.
    What each column was taken for is told on stderr. Exit code 1 if a row of the file was rejected.
    """
    from xrm_lake.lakeless.write import check_targets, csv_bytes, write
    from xrm_lake.verbs import resolve

    kinds = _kinds(kinds_file, words)
    check_targets(file, *filter(None, (out, pairs)))
    with Bar("xrm dedupe") as bar:
        found = resolve("dedupe")(
            file, kinds=kinds, guess_rest=kinds_file is None, at_least=at_least, sheet=sheet, progress=bar
        )
        for frame, target in ((found.rows, out), (found.pairs, pairs)):
            if target is not None:
                bar(f"writing {target.name}", 0, None)
                write(frame, target)
    _tell(door, found)
    if out is None and door.format == "json":
        output.show_json(found.rows)
    elif out is None:
        output.show_bytes(csv_bytes(found.rows))
    return 1 if found.rejects.height else 0


def _kinds(file: Path | None, words: Iterable[str]) -> dict[str, str]:
    kinds: dict[str, str] = {} if file is None else _read_kinds(file)
    for word in words:
        header, sign, kind = word.rpartition("=")
        if not sign or not header:
            raise click.UsageError("A kind is given as HEADER=KIND, such as: --kind Tel=phone.")
        kinds[header] = kind
    return kinds


def _read_kinds(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise InvalidValue(f"{file} cannot be read: {problem.strerror}. Nothing was done.") from problem
    except ValueError as problem:
        raise InvalidValue(f"{file} is not JSON. Nothing was done.") from problem
    if not isinstance(found, dict) or not all(isinstance(kind, str) for kind in found.values()):
        raise InvalidValue(f'{file} is no JSON object such as {{"column": "kind"}}. Nothing was done.')
    return found


def _tell(door: Door, found: "Deduped") -> None:
    door.say(table_text(_readable(found.kinds), width=terminal_width()).rstrip())
    for note in found.notes:
        door.say(note)
    _tell_rejects(door, found)
    door.say(
        f"{output.counted(found.rows.height, 'row', 'rows')} about {output.counted(found.distinct, 'thing', 'things')}:"
        f" {output.counted(found.pairs.height, 'pair', 'pairs')},"
        f" {output.counted(found.clusters, 'cluster', 'clusters')} of {output.counted(found.clustered, 'row', 'rows')}."
    )
    if found.fit.fallback:
        door.say(f"To be taken with care: {found.fit.fallback}.")


def _readable(kinds: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    return kinds.with_columns(
        pl.col("match_as").fill_null("(ignored)"),
        pl.when(pl.col("match_as").is_not_null())
        .then(pl.format("{}%", (pl.col("sure") * 100).round().cast(pl.Int64)))
        .alias("sure"),
    )


def _tell_rejects(door: Door, found: "Deduped") -> None:
    count = found.rejects.height
    if not count:
        return
    door.say(output.counted(count, "row was rejected and is", "rows were rejected and are") + " not in the output:")
    for line, reason in found.rejects.select("line_no", "reason").head(_REJECTS_SHOWN).iter_rows():
        door.say(f"  line {line}: {reason}")
    if count > _REJECTS_SHOWN:
        door.say(f"  and {count - _REJECTS_SHOWN:,} more")
