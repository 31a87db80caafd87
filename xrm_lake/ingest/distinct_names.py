"""What the files of one import are called: by their names, and where two have the same, by what tells them apart."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from xrm_lake.ingest.read.delivery import Delivery

_ENDING = re.compile(r"(\.[A-Za-z0-9]{1,8})?$")


def folders_apart(files: Sequence[tuple[Path, str]]) -> list[str]:
    """
    The folders to write before what each file is called, so that files of one name differ; "" where nothing has to be.

    A file is its path and what it is called, which is the end of its path. One that is there twice cannot be told by folders.

    >>> folders_apart([(Path("a/x/p.csv"), "p.csv"), (Path("b/x/p.csv"), "p.csv"), (Path("b/q.csv"), "q.csv")])
    ['a/x/', 'b/x/', '']
    """
    above = [(path.parent.resolve() / path.name).parts[: -len(PurePosixPath(called).parts)] for path, called in files]
    of_name: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for (_, called), folders in zip(files, above, strict=True):
        of_name[called].add(folders)
    depth = {called: _telling(places) for called, places in of_name.items()}
    return [
        "".join(f"{folder.strip(os.sep)}/" for folder in folders[len(folders) - min(depth[called], len(folders)) :])
        for (_, called), folders in zip(files, above, strict=True)
    ]


def numbered(tables: Iterable[Delivery]) -> list[Delivery]:
    """The tables, in order; one that is called like another before it gets a number behind the name of its file."""
    taken: set[str] = set()
    found = []
    for table in tables:
        name, number = table.name, 1
        while name in taken:
            number += 1
            name = _with_number(table.name, number)
        taken.add(name)
        found.append(replace(table, name=name))
    return found


def _telling(places: set[tuple[str, ...]]) -> int:
    """How many of the last folders must be told for all to differ."""
    if len(places) == 1:
        return 0
    deepest = max(map(len, places))
    return next(
        count for count in range(1, deepest + 1) if len({folders[-count:] for folders in places}) == len(places)
    )


def _with_number(name: str, number: int) -> str:
    """
    A name with a number before the ending of the file, where words are not sought.

    >>> _with_number("a/people.csv", 2), _with_number("book.xlsx#People", 3)
    ('a/people (2).csv', 'book (3).xlsx#People')
    """
    file, sign, table = name.partition("#")
    return f"{_ENDING.sub(lambda ending: f' ({number}){ending[0]}', file, count=1)}{sign}{table}"
