"""The files of folders: which of them may hold tables, and which are left out, and why."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.distinct_names import folders_apart, numbered
from xrm_lake.ingest.read import read_files
from xrm_lake.ingest.read.address import address_of
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.read.no_data import no_data
from xrm_lake.ingest.read.sfdx_plan import by_plan
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import LeftOut
from xrm_lake.store.backup import FILE as DATABASE

_PLAN_SIZE = 1 << 20


@dataclass(frozen=True)
class Found:
    """A file of a folder that may hold tables; `name` is what it is called, with its folders below the one that was named."""

    path: Path
    name: str


@dataclass(frozen=True)
class Gathered:
    """
    What to read, and what is left out: files and addresses that were `named`, and the `files` of folders.

    `called` is the name of the folder, empty if none was named.
    """

    named: tuple[str | Path, ...]
    files: tuple[Found, ...]
    left_out: tuple[LeftOut, ...]
    called: str

    @property
    def from_folder(self) -> bool:
        """Whether a folder was named, and not files alone."""
        return bool(self.called)


def gather(paths: Iterable[str | Path]) -> Gathered:
    """
    What was named, and the files of the named folders and of the folders in them, in the order of their names.

    Raises ImportRefused if the folders hold no file that may be data.
    """
    named: list[str | Path] = []
    files: list[Found] = []
    left_out: list[LeftOut] = []
    called = ""
    for each in paths:
        path = Path(each)
        if not path.is_dir():
            named.append(each)
            continue
        called = called or path.resolve().name or "folder"
        for file in sorted(_below(path)):
            name = file.relative_to(path).as_posix()
            reason = _no_data(file)
            if reason:
                left_out.append(LeftOut(name, reason))
            else:
                files.append(Found(file, name))
    if called and not files:
        raise ImportRefused(f"There is no file with data in {called}. Nothing was imported. {said(left_out)}".rstrip())
    return Gathered(tuple(named), tuple(files), tuple(left_out), called)


def read_gathered(
    gathered: Gathered, landing: Path, *, sheet: str | int | None = None, progress: Progress = quiet
) -> tuple[list[Delivery], list[LeftOut]]:
    """
    The tables of the files, and which files of folders are left out: what cannot be read, and what is there twice.

    No two tables have the same name: files of one name are called by their folders too, or numbered.
    Raises ImportRefused for a file that was named itself and cannot be read, or if nothing of a folder can be.
    """
    named = by_plan(gathered.named)
    files = [(Path(each), Path(each).name) for each in named] + [(found.path, found.name) for found in gathered.files]
    folders = folders_apart(files)
    deliveries: list[Delivery] = []
    for each, before in zip(named, folders, strict=False):
        tables = read_files([each], landing, sheet=sheet, progress=progress)
        deliveries += tables if address_of(each) else [_within(table, before) for table in tables]
    left_out = list(gathered.left_out)
    first: dict[str, str] = {}
    for place, (found, before) in enumerate(zip(gathered.files, folders[len(named) :], strict=True)):
        progress("Reading files", place, len(gathered.files))
        name = before + found.name
        try:
            tables = read_files([found.path], landing, sheet=sheet, progress=progress)
        except ImportRefused as problem:
            left_out.append(LeftOut(name, _reason(str(problem), found.path.name)))
            continue
        if tables and tables[0].sha256 in first:
            left_out.append(LeftOut(name, f"the same file as {first[tables[0].sha256]}"))
            continue
        first.update({table.sha256: name for table in tables[:1]})
        deliveries += [_within(table, name.removesuffix(found.path.name)) for table in tables]
    if not deliveries:
        raise ImportRefused(f"No file of {gathered.called} is a table. Nothing was imported. {said(left_out)}".rstrip())
    return numbered(deliveries), left_out


def said(left_out: Iterable[LeftOut]) -> str:
    """What was left out, in words, for a message."""
    return "; ".join(f"{each.file}: {each.reason}" for each in left_out)


def _below(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those in it; what is hidden belongs to programs, not to the data."""
    for item in folder.iterdir():
        if item.name.startswith((".", "~$", "__MACOSX")) or item.name in ("Thumbs.db", "desktop.ini"):
            continue
        if item.is_dir() and not item.is_symlink():
            # A lake is no export: what it keeps of earlier imports must not come in again.
            if not (item / DATABASE).exists():
                yield from _below(item)
        elif item.is_file():
            yield item


def _no_data(file: Path) -> str:
    """Why a file is no data, as far as its name tells, or that it is a plan for others; empty if it may be."""
    reason = no_data(file.name)
    if reason:
        return reason
    if file.suffix.lower() == ".json" and _is_loading_plan(file):
        return "a plan that says in which order to load the other files"
    return ""


def _is_loading_plan(file: Path) -> bool:
    """Whether a file is the plan beside Salesforce's data trees: a list of objects and of the files that hold them."""
    try:
        if file.stat().st_size > _PLAN_SIZE:
            return False
        listed = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError, OSError):
        # What cannot be read is said by the reader, with the reason.
        return False
    steps = listed if isinstance(listed, list) else []
    return bool(steps) and all(isinstance(step, dict) and {"sobject", "files"} <= step.keys() for step in steps)


def _within(table: Delivery, folders: str) -> Delivery:
    """The table under its name with the folders before it, so that two files of one name are told apart."""
    return replace(table, name=folders + table.name)


def _reason(message: str, name: str) -> str:
    """What an error says of a file, without what the list says already."""
    return message.removeprefix(name).replace(" Nothing was imported.", "").strip().removeprefix("is ")
