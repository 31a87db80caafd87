"""
The files in an archive: a .gz, .bz2 or .xz holds one, a .zip many. Each is kept in the landing as a file of its own.

What is unpacked is named by its sha256, never by the archive, so no path in it can lead anywhere. An archive that unpacks to
far more than its size allows for is refused, by what it claims before and by what comes out meanwhile.
"""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.asked import Asked, choose
from xrm_lake.ingest.read.landing import Kept, Readable, keep_stream
from xrm_lake.ingest.read.workbook_guard import BIG_MEMBER, MOST_RATIO, refuse_bomb, zip_parts

MOST_FILES = 2_000
_ENDINGS = {"gzip": ".gz", "bzip2": ".bz2", "xz": ".xz"}
_OPENERS: dict[str, Callable[[BinaryIO], Any]] = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}
_BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError)


def members(kept: Kept, form: str, asked: Asked) -> Iterator[tuple[Kept, Asked]]:
    """
    The files of an archive that are wanted, in its order, and what is then asked of each.

    Of several files `asked.table` names one; of the only one it names a table. Raises ImportRefused if the archive is
    damaged, protected or a bomb.
    """
    within = replace(asked, inside=True)
    if form != "zip":
        yield _unpack_one(kept, form, asked), within
        return
    with zipfile.ZipFile(kept.path) as archive:
        infos = {info.filename: info for info in zip_parts(kept) if _visible(info.filename)}
        if len(infos) > MOST_FILES:
            raise ImportRefused(
                f"{kept.name} holds {len(infos)} files, more than {MOST_FILES} tables at once. Nothing was imported."
                " Unpack it and import what you need."
            )
        only = len(infos) == 1
        for name in choose(list(infos), None if only else asked.table, file=kept.name, what="file"):
            yield _unpack(archive, infos[name], kept, asked), within if only else replace(within, table=None)


def _unpack_one(kept: Kept, form: str, asked: Asked) -> Kept:
    ending = _ENDINGS[form]
    name = kept.name[: -len(ending)] if kept.name.lower().endswith(ending) else kept.name
    with kept.path.open("rb") as packed, _OPENERS[form](packed) as stream:
        return _keep(stream, name, kept.name, asked, packed=packed.tell)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, kept: Kept, asked: Asked) -> Kept:
    try:
        stream = archive.open(info)
    except (*_BROKEN, OSError):
        # The place that the archive gives may lie outside of it.
        raise _damaged(kept.name) from None
    assert isinstance(stream, zipfile.ZipExtFile)
    with stream:
        return _keep(stream, f"{kept.name}/{info.filename}", kept.name, asked, packed=lambda: info.compress_size)


def _visible(name: str) -> bool:
    """Whether a member is a file that a person put there: no folder, and nothing that the packing system added."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return not name.endswith("/") and bool(parts) and parts[0] != "__MACOSX" and not parts[-1].startswith(".")


def _keep(stream: Readable, name: str, archive: str, asked: Asked, *, packed: Callable[[], int]) -> Kept:
    def passed(done: int) -> None:
        asked.progress(f"Unpacking {name}", done, None)
        if done > BIG_MEMBER and done > MOST_RATIO * max(1, packed()):
            refuse_bomb(archive, done)

    try:
        return keep_stream(stream, name, asked.landing, passed)
    except _BROKEN:
        raise _damaged(archive) from None
    except OSError as trouble:
        # The reader of .bz2 has no error of its own; what the disk says has a number.
        if trouble.errno is None:
            raise _damaged(archive) from None
        raise


def _damaged(name: str) -> ImportRefused:
    return ImportRefused(f"{name} is damaged: it cannot be unpacked. Nothing was imported. Pack or download it again.")
