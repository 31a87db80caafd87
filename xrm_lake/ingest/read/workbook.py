"""Read the sheets of a workbook as text: values as they were last calculated, dates as ISO, errors by their name."""

import zipfile
import zlib
from functools import partial
from typing import Any
from xml.etree.ElementTree import ParseError

from xrm_lake.errors import NoTable
from xrm_lake.ingest.read.asked import Asked, choose
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.read.landing import Kept
from xrm_lake.ingest.read.number_formats import meanings
from xrm_lake.ingest.read.ods_xml import count_ods
from xrm_lake.ingest.read.second_reader import open_second
from xrm_lake.ingest.read.sheet import Sheet, stage_sheet
from xrm_lake.ingest.read.sheet_cells import is_readers, read_cells
from xrm_lake.ingest.read.sheet_rows import SheetRows
from xrm_lake.ingest.read.sheet_xml import count_rows, sheet_paths
from xrm_lake.ingest.read.trial import try_out
from xrm_lake.ingest.read.workbook_guard import damaged, protected, refuse_entities, refuse_sparse

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SUFFIXES = {
    "xlsx": (".xlsx", ".xlsm", ".xlam"),
    "xlsb": (".xlsb",),
    "xls": (".xls", ".xla", ".xlsx", ".xlsm"),
    "ods": (".ods",),
}


def read_workbook(kept: Kept, form: str, asked: Asked) -> list[Delivery]:
    """
    Read the sheets that are wanted and not empty.

    Raises ImportRefused if the workbook is protected, damaged or a bomb, or has no such sheet, NoTable if it holds nothing.
    """
    counts = _count(kept, form)
    if form in ("xls", "xlsb"):
        try_out(kept)
    reader = _open(kept, form)
    names = list(reader.sheet_names)
    chosen = choose(names, asked.table, file=kept.name, what="sheet")
    deliveries = []
    for done, name in enumerate(chosen):
        asked.progress(f"Reading {kept.name}", done, len(chosen))
        counted = counts.get(name)
        cells = read_cells(reader, name, kept.name, counted or SheetRows())
        found = Sheet(name, names.index(name), cells.frame, cells.left, counted, cells.notes)
        if cells.frame.height and found.filled().any():
            deliveries.append(stage_sheet(kept, found))
            if asked.first:
                break
    asked.progress(f"Reading {kept.name}", len(chosen), len(chosen))
    if not deliveries:
        where = f"Sheet {chosen[0]!r} of {kept.name}" if asked.table is not None else kept.name
        raise NoTable(f"{where} is empty. Nothing was imported. Check that the table is in this workbook.")
    return deliveries


def _count(kept: Kept, form: str) -> dict[str, SheetRows]:
    """The rows of each sheet by the XML of the workbook; none for the kinds that have no XML."""
    if form not in ("xlsx", "ods"):
        return {}
    try:
        with zipfile.ZipFile(kept.path) as archive:
            refuse_entities(archive, kept.name)
            if form == "ods":
                if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                    raise protected(kept.name)
                return count_ods(archive, partial(refuse_sparse, kept.name))
            means = meanings(archive.read("xl/styles.xml")) if "xl/styles.xml" in archive.namelist() else {}
            counts = {}
            for name, path in sheet_paths(archive).items():
                counts[name] = rows = count_rows(archive, path, means)
                refuse_sparse(kept.name, name, rows.filled[-1] if rows.filled else 0, rows.columns)
            return counts
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError, KeyError, zlib.error, ParseError):
        raise damaged(kept.name) from None


def _open(kept: Kept, form: str) -> Any:
    import fastexcel

    try:
        # The reader trusts the suffix; where the name lies, it is given the bytes.
        honest = kept.path.suffix in _SUFFIXES[form]
        return fastexcel.read_excel(kept.path if honest else kept.path.read_bytes())
    except BaseException as trouble:
        if not is_readers(trouble):
            raise
        said = str(trouble).lower()
        if "password" in said or "encrypt" in said or _ENCRYPTED in kept.path.read_bytes():
            raise protected(kept.name) from None
        if form == "xlsx" and (second := open_second(kept, str(trouble).splitlines()[0])):
            return second
        raise damaged(kept.name) from None
