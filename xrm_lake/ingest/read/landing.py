"""The landing: each file is kept as it came, under its sha256, before anything is read from it."""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path, PurePath
from typing import Protocol

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.address import no_file
from xrm_lake.model.progress import Progress

CHUNK = 1 << 18
_REPORTED = 1 << 24
_PLAIN = re.compile(r"\.[a-z0-9_-]{1,12}")
# The rows of a table, as read from a file in the landing, stand beside it.
STAGED = ".rows.parquet"


class Readable(Protocol):
    """What bytes can be read from, piece by piece."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill the buffer; how many bytes came, 0 at the end."""


@dataclass(frozen=True)
class Kept:
    """A file in the landing: what it is called, its copy and its sha256."""

    name: str
    path: Path
    sha256: str

    def staged(self, place: int | None = None) -> Path:
        """Where the rows of its table go; of several, by their place."""
        part = "" if place is None else f".{place}"
        return self.path.with_name(f"{self.sha256}{part}{STAGED}")


def keep(path: Path, landing: Path, progress: Progress) -> Kept:
    """
    Copy a file into the landing as <first two of sha256>/<sha256><suffix>.

    A copy that is already there is not written again. Raises ImportRefused if there is no readable file at `path`.
    """
    landing.mkdir(parents=True, exist_ok=True)
    with _source(path) as source:
        total = path.stat().st_size
        return keep_stream(source, path.name, landing, lambda done: progress(f"Keeping {path.name}", done, total))


def keep_stream(source: Readable, name: str, landing: Path, passed: Callable[[int], None]) -> Kept:
    """Keep what a stream holds, under a name that may be that of a member of an archive; `passed` hears how much came."""
    landing.mkdir(parents=True, exist_ok=True)
    digest, done, told = hashlib.sha256(), 0, 0
    with written_whole(landing) as temporary:
        # Small pieces stay in the processor's cache between hashing and writing, which is four times as fast.
        piece = memoryview(bytearray(CHUNK))
        with temporary.open("wb", buffering=0) as copy:
            while size := source.readinto(piece):
                digest.update(piece[:size])
                rest = piece[:size]
                # A disk that is nearly full takes a part of a piece, and says so only the next time.
                while rest:
                    rest = rest[copy.write(rest) :]
                done += size
                if done - told >= _REPORTED:
                    told = done
                    passed(done)
        passed(done)
        sha256 = digest.hexdigest()
        kept = landing / sha256[:2] / (sha256 + _suffix(name))
        if not kept.exists():
            settle(temporary, kept)
    return Kept(name, kept, sha256)


def _suffix(name: str) -> str:
    """The ending of a file's name, for those who look at the landing; none if it is no plain one."""
    suffix = PurePath(name).suffix.lower()
    return suffix if _PLAIN.fullmatch(suffix) else ""


@contextmanager
def written_whole(folder: Path) -> Iterator[Path]:
    """A path for a temporary file beside the landing's own, gone afterwards unless it was settled."""
    handle, name = tempfile.mkstemp(prefix=".partial-", dir=folder)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def settle(temporary: Path, final: Path) -> None:
    """Make a finished temporary file durable under its final name, in one step."""
    with temporary.open("rb") as written:
        os.fsync(written.fileno())
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary.replace(final)


def _source(path: Path) -> FileIO:
    if path.is_dir():
        raise ImportRefused(f"{path} is a folder, not a file. Nothing was imported. Name the files in it.")
    try:
        return path.open("rb", buffering=0)
    except FileNotFoundError:
        raise ImportRefused(no_file(path)) from None
    except PermissionError:
        raise ImportRefused(
            f"{path} may not be read by this user. Nothing was imported. Change its permissions or copy it elsewhere."
        ) from None
    except OSError as trouble:
        if not path.exists():
            raise ImportRefused(no_file(path)) from None
        raise ImportRefused(f"{path} cannot be read: {trouble.strerror}. Nothing was imported.") from None
