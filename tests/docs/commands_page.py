"""The page of commands, as the command line itself tells it."""

import click

from xrm_lake.cli.root import SECTIONS, root

_INTRO = """\
# Commands

Every command of `xrm`, as `xrm COMMAND --help` tells it. All of them take two options:

- `--lake PATH`: the lake to work on. Without it, `$XRM_LAKE`, else `./lake.xrm`.
- `--format table|csv|json`: how data is printed. A table is cut to the width of the terminal; CSV and JSON hold every value exactly.

Data goes to stdout, all else (progress, hints, errors) to stderr, so that `xrm … --format csv > file.csv` is safe. Anything that
takes more than a second shows its progress. Ctrl-C leaves the lake as it was before the command.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | done, and something was found: issues, rejected rows, waiting links, a broken rule of the lake |
| 2 | misuse: the command or a name in it was wrong |
| 3 | refused: nothing was changed |
| 130 | stopped by Ctrl-C |

While `xrm serve` has the lake open, every other command still works: it is sent there (see [the API](api.md#forwarding)).
"""
_SHARED = ("--lake", "--format", "--help")


def commands_page() -> str:
    """The whole page, in Markdown."""
    parts = [_INTRO]
    for title, commands in SECTIONS:
        parts.append(f"## {title}\n")
        for command in commands:
            if isinstance(command, click.Group):
                parts += [
                    _entry(each, f"xrm {command.name} {each.name}", command) for each in command.commands.values()
                ]
            else:
                parts.append(_entry(command, f"xrm {command.name}", root))
    return "\n".join(parts)


def _entry(command: click.Command, path: str, parent: click.Group) -> str:
    context = command.make_context(
        command.name, [], parent=click.Context(parent, info_name=path.rpartition(" ")[0]), resilient_parsing=True
    )
    usage = " ".join(piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]")
    examples = "\n".join(getattr(command, "examples", ()))
    options = [row for row in (_option(each, context) for each in command.params) if row]
    line = " ".join([path, *([usage] if usage else []), *(["[OPTIONS]"] if options else [])])
    text = f"### {path}\n\n`{line}`\n\n{_help(command)}\n"
    if options:
        text += "\n" + "\n".join(["| option | |", "|---|---|", *options]) + "\n"
    return text + f"\n```\n{examples}\n```\n"


def _help(command: click.Command) -> str:
    paragraphs = [" ".join(part.split()) for part in (command.help or "").strip().split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part)


def _option(parameter: click.Parameter, context: click.Context) -> str:
    if not isinstance(parameter, click.Option) or set(parameter.opts) & set(_SHARED):
        return ""
    record = parameter.get_help_record(context)
    if record is None:
        return ""
    name, help = (part.replace("|", "\\|") for part in record)
    return f"| `{name}` | {' '.join(help.split())} |"
