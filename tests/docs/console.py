"""
Console blocks of the documentation: found, run for real, and compared with what they show.

A block is fenced as `console`. A line that begins with `$ ` is a command, what follows is its output, on stdout and stderr as a
terminal of 100 columns shows them. A line `…` stands for the rest of the output. Dates and times are whatever they are.
"""

import io
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
REST = "…"
WIDTH = 100
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?")


@dataclass(frozen=True)
class Shown:
    """A command of a page and the output that the page shows for it."""

    command: str
    output: str

    @property
    def lines(self) -> list[str]:
        """The shown lines, without the one that stands for the rest."""
        return [line for line in self.output.splitlines() if line != REST]

    @property
    def is_cut(self) -> bool:
        """Whether the page shows only the beginning."""
        return self.output.splitlines()[-1:] == [REST]


def blocks(page: Path) -> list[str]:
    """The console blocks of a page, in their order."""
    return [found.group(1) for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))]


def shown(block: str) -> list[Shown]:
    """The commands of a block, each with what the page shows of its output."""
    parts = re.split(r"^\$ ", block, flags=re.M)[1:]
    return [Shown(command, output.rstrip("\n")) for command, _, output in (part.partition("\n") for part in parts)]


def run(command: str) -> tuple[int, str]:
    """The exit code and the output of an `xrm` command, in the folder one is in."""
    from xrm_lake.cli.run import run as xrm

    words = shlex.split(command)
    assert words[0] == "xrm", command
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xrm_lake.cli.output.terminal_width", lambda: WIDTH)
        patch.setattr(sys, "stdout", terminal)
        patch.setattr(sys, "stderr", terminal)
        code = xrm(words[1:])
    text = terminal.buffer.getvalue().decode()  # type: ignore[attr-defined]
    return code, "\n".join(line.rstrip() for line in text.splitlines())


def timeless(text: str) -> str:
    """A text with each date and time as `<when>`, so that it says the same on any day."""
    return _MOMENT.sub("<when>", text).rstrip()


def told(actual: str, before: Shown) -> str:
    """What a page is to show of an output: all of it, or as much of its beginning as before."""
    lines = actual.splitlines()
    if before.is_cut and len(lines) > len(before.lines):
        lines = [*lines[: len(before.lines)], REST]
    return "\n".join(lines)


def rewrite(page: Path) -> None:
    """Run all console blocks of a page where one is, and put what they say now into the page."""
    text = page.read_text(encoding="utf-8")
    parts = []
    for block in blocks(page):
        fresh = ""
        for item in shown(block):
            output = told(run(item.command)[1], item)
            if timeless(output) == timeless(item.output):
                output = item.output
            fresh += f"$ {item.command}\n" + (output + "\n" if output else "")
        parts.append((block, fresh))
    for block, fresh in parts:
        text = text.replace(f"```console\n{block}```", f"```console\n{fresh}```", 1)
    page.write_text(text, encoding="utf-8")


def lay_out_examples(folder: Path) -> None:
    """Put the example files where the commands of a page look for them."""
    for file in EXAMPLES.iterdir():
        shutil.copy(file, folder / file.name)
