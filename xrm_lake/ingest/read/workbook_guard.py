"""What a workbook must not do to the machine: claim little and unpack to much, or hide the size of its sheets."""

import zipfile
from pathlib import Path
from typing import NoReturn

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.landing import Kept

MOST_MEMBERS = 20_000
MOST_BYTES = 12 << 30
MOST_CELLS = 200_000_000
BIG_MEMBER = 50 << 20
MOST_RATIO = 200


def members(kept: Path, name: str) -> list[str]:
    """The names of the parts of a zipped file; else as `zip_parts`."""
    return [part.filename for part in zip_parts(Kept(name, kept, ""))]


def zip_parts(kept: Kept) -> list[zipfile.ZipInfo]:
    """
    The parts of a zipped file, once its sizes are known to be sane.

    Raises ImportRefused if it is damaged, protected by a password, or a zip bomb.
    """
    try:
        with zipfile.ZipFile(kept.path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise damaged(kept.name) from None
    if len(parts) > MOST_MEMBERS:
        raise ImportRefused(f"{kept.name} has {len(parts)} parts, more than a workbook can have. Nothing was imported.")
    for part in parts:
        if part.flag_bits & 1:
            raise protected(kept.name)
        if part.file_size > BIG_MEMBER and part.file_size > MOST_RATIO * max(1, part.compress_size):
            refuse_bomb(kept.name, part.file_size)
    total = sum(part.file_size for part in parts)
    if total > MOST_BYTES:
        refuse_bomb(kept.name, total)
    return parts


def refuse_entities(archive: zipfile.ZipFile, name: str) -> None:
    """Raise ImportRefused if a part declares a document type, by which its text could grow without end."""
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as file:
                if b"<!DOCTYPE" in file.read(4096).upper():
                    raise ImportRefused(f"{name} declares XML entities, which no workbook does. Nothing was imported.")


def refuse_sparse(name: str, sheet: str, rows: int, columns: int) -> None:
    """Raise ImportRefused if the rectangle around the cells of a sheet is larger than memory should hold."""
    if rows * columns > MOST_CELLS:
        raise ImportRefused(
            f"The cells of sheet {sheet!r} of {name} are spread over {rows} rows and {columns} columns, too far apart to be"
            " a table. Nothing was imported. Remove stray cells far from the table, or save the sheet as CSV."
        )


def damaged(name: str) -> ImportRefused:
    """The refusal of a workbook that cannot be opened."""
    return ImportRefused(
        f"{name} is damaged or protected: it cannot be opened as a workbook. Nothing was imported."
        " Open it in a spreadsheet and save it again without protection, or export it anew."
    )


def protected(name: str) -> ImportRefused:
    """The refusal of a workbook that is encrypted."""
    return ImportRefused(
        f"{name} is protected by a password. Nothing was imported. Save a copy without the password and import that."
    )


def refuse_bomb(name: str, size: int) -> NoReturn:
    """Raise ImportRefused for what unpacks to so many bytes, or more."""
    raise ImportRefused(
        f"{name} would unpack to {size >> 20} MB, far more than its own size allows for. Nothing was imported."
        " If the data are genuine, unpack it, or save its sheets as CSV, and import that."
    )
