"""One run of `xrm`: whatever goes wrong becomes one line on stderr and an exit code."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from xrm_lake.cli.stopped import Stopped
from xrm_lake.errors import XrmError

MISUSE, FAULT, INTERRUPTED = 2, 3, 130


def run(words: Sequence[str]) -> int:
    """Do what the words ask for; gives the exit code, and never raises."""
    from xrm_lake.cli.root import root

    try:
        code = root.main(list(words), prog_name="xrm", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.ctx.get_help() if asked.ctx else "", err=True)
        return MISUSE
    except click.ClickException as problem:
        return _fail(_usage(problem), MISUSE)
    except XrmError as problem:
        return _fail(str(problem), problem.exit_code)
    except Stopped as stopped:
        return _fail(str(stopped), INTERRUPTED)
    except (KeyboardInterrupt, click.Abort):
        return _fail("stopped; nothing was changed.", INTERRUPTED)
    except BrokenPipeError:
        return _reader_left()
    except Exception as problem:  # noqa: BLE001 (the last place: a user is never shown a traceback)
        return _fault(problem)


def _usage(problem: click.ClickException) -> str:
    context = getattr(problem, "ctx", None)
    message = " ".join(problem.format_message().split())
    return f"{message} See `{context.command_path} --help`." if context is not None else message


def _fault(problem: Exception) -> int:
    from xrm_lake.server.fault import keep_fault

    context = click.get_current_context(silent=True)
    lake = context.find_root().params.get("lake_path") if context else None
    return _fail(keep_fault(problem, Path(lake) if lake else None).message(), FAULT)


def _fail(message: str, code: int) -> int:
    click.echo(f"xrm: {' '.join(message.split())}", err=True)
    return code


def _reader_left() -> int:
    """Whoever read our output (`| head`) has enough; that is no error, and the flush at exit must not say so."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
