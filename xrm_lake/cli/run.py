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

    context: click.Context | None = None
    try:
        with root.make_context("xrm", list(words)) as context:
            code = root.invoke(context)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
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
        return _fault(problem, context.obj if context else None)


def _usage(problem: click.ClickException) -> str:
    context = getattr(problem, "ctx", None)
    message = " ".join(problem.format_message().split())
    return f"{message} See `{context.command_path} --help`." if context is not None else message


def _fault(problem: Exception, lake: Path | None) -> int:
    from xrm_lake.server.fault import keep_fault

    return _fail(keep_fault(problem, lake).message(), FAULT)


def _fail(message: str, code: int) -> int:
    click.echo(f"xrm: {' '.join(message.split())}", err=True)
    return code


def _reader_left() -> int:
    """Whoever read our output (`| head`) has enough; that is no error, and the flush at exit must not say so."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
