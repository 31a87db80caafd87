"""Commands and addresses that pages mention in passing, without running them."""

import re
from collections.abc import Iterator

import click

from xrm_lake.cli.root import root

_INLINE = re.compile(r"`(xrm [^`\n]+)`")
_LINE = re.compile(r"^(?:\$ )?(xrm .+?)(?: +#.*)?$", re.M)
_ADDRESS = re.compile(r"http://127\.0\.0\.1:8501/api(/[^\s'\"?`)]*)")


def commands(text: str) -> Iterator[str]:
    """All that begins with `xrm` in code of a page, inline or fenced."""
    yield from _INLINE.findall(text)
    for fenced in re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S):
        yield from _LINE.findall(fenced)


def what_is_wrong(command: str) -> str:
    """The word of a command that the command line does not know, or nothing."""
    words = iter(re.findall(r"""[^\s'"]+|"[^"]*"|'[^']*'""", command.partition(" | ")[0])[1:])
    here: click.Command = root
    options = _options(root)
    for word in words:
        if word.startswith("--"):
            name = word.partition("=")[0].strip("[].,")
            if name not in options:
                return word
            if here is root and "=" not in word and name in ("--lake", "--format"):
                next(words, None)
        elif isinstance(here, click.Group) and re.fullmatch("[a-z]+(?:-[a-z]+)*", word):
            if word not in here.commands:
                return word
            here = here.commands[word]
            options |= _options(here)
    return ""


def addresses(text: str) -> list[str]:
    """The paths under `/api` that a page tells to ask for."""
    return _ADDRESS.findall(text)


def _options(command: click.Command) -> set[str]:
    return {name for each in command.params for name in each.opts} | {"--help", "--version"}
