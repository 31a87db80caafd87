"""
Score readers of workbooks on a folder of difficult ones: ours and its peers. Run by `python -m benchmarks.importers --xlsx DIR`.

opens: it came back with sheets, of the workbooks in which there is something. exact: of the sheets whose cells the manifest tells,
those with every value and no other. Values count the same if they are the same number (to seven digits), date or duration,
however they are written; blank text is no cell. literally: the same by the labels as they stand,
numbers to eight digits, text trimmed. error cells lost: formula errors that the XML of XLSX and ODS files shows and
that do not come out as such; in .xls and .xlsb nobody but the readers can count them.

Where the manifest is wrong. Its cells are what two readers agree on, and both of them
- give nothing, or 0, for a formula error (calamine/pivots.xlsx, sheetjs/number_format.ods, whose cells show #NAME?): an error that
  the XML confirms is neither a value too many, nor is the 0 in its place one too few;
- cut fractions off seconds, or round them (openrefine/dates.xls, sheetjs/number_format_russian.xlsm): so they count for nothing.
Cells that a tool itself says it left out or rejected (rows above a table, a repeated line of names) are not counted as missing.
"""

import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.importers import outcomes, share

ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|GETTING_DATA|ERROR!)|Err:\d{3}")
_IN_SHEET = re.compile(rb'<(?:\w+:)?c\b[^>]*\bt="e"[^>]*>')
_IN_ODS = re.compile(
    rb"<table:table-cell\b([^>]*\btable:formula=[^>]*)>\s*<text:p>(?:#[A-Z][A-Z0-9/_]*[!?]?|Err:\d{3})</text:p>"
)
_REPEATED = re.compile(rb'number-columns-repeated="(\d+)"')
_LONG = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S?)?")
_CLOCK = re.compile(r"(-?)(\d+):(\d\d):(\d\d)(?:\.\d+)?")


class Sheet(NamedTuple):
    """The values of a sheet, and how many of its rows the tool says it left out."""

    values: list[Any]
    left_out: int = 0


def ours(path: Path) -> dict[str, Sheet]:
    """The library under test."""
    from xrm_lake import read_table
    from xrm_lake.errors import NoTable

    sheets = {}
    try:
        tables = read_table(path)
    except NoTable as problem:
        # A workbook without a single cell is refused as such, which is all that can be said of it.
        if "Check that the table is in this workbook" in str(problem):
            return {}
        raise
    for table in tables:
        account = table.account
        assert account.counted == account.staged + account.rejected
        above = next((int(n.split()[0]) for n in table.notes if n.endswith("above the table were left out.")), 0)
        above += sum(n.startswith("1 row above the table was left out") for n in table.notes)
        headed = not any("No column names were found" in note for note in table.notes)
        names = [name or None for name in table.headers] if headed else []
        rejected = [cell for raw in table.rejects["raw"] for cell in (raw or b"").decode().split("\t")]
        values = [*names, *(value for row in table.rows.rows() for value in row), *rejected]
        sheets[table.name.partition("#")[2]] = Sheet(values, above)
    return sheets


def fastexcel_text(path: Path) -> dict[str, Sheet]:
    """fastexcel with text cells."""
    import fastexcel

    book = fastexcel.read_excel(path)
    frames = {name: book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names}
    return {name: Sheet([value for row in frame.rows() for value in row]) for name, frame in frames.items()}


def openpyxl_values(path: Path) -> dict[str, Sheet]:
    """openpyxl, read-only, calculated values."""
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    return {s.title: Sheet([v for row in s.iter_rows(values_only=True) for v in row]) for s in book.worksheets}


TOOLS: dict[str, Callable[[Path], dict[str, Sheet]]] = {
    "xrm_lake": ours,
    "fastexcel, text": fastexcel_text,
    "openpyxl": openpyxl_values,
}


def same_value(value: Any) -> str:
    """A value in one spelling, whatever type a reader gave it."""
    if isinstance(value, bool):
        return str(value).lower()
    shown = str(value).strip()
    try:
        return f"{float(shown):.15g}"
    except ValueError:
        pass
    if shown.lower() in ("true", "false"):
        return shown.lower()
    if (found := _LONG.fullmatch(shown)) and shown[-1] != "T":
        sign, *parts = found.groups()
        days, hours, minutes, seconds = (float(part or 0) for part in parts)
        return f"{sign}{days * 86400 + hours * 3600 + minutes * 60 + int(seconds):.0f} seconds"
    if found := _CLOCK.fullmatch(shown):
        return f"{found[1]}{int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4])} seconds"
    if re.match(r"\d{4}-\d\d-\d\d[ T]\d\d:", shown):
        return re.sub(r"\.\d+$", "", shown.replace(" ", "T")).removesuffix("T00:00:00")
    return shown


def literally(values: list[Any]) -> Counter[str]:
    """Values as the manifest spells them, for a comparison that forgives nothing."""
    return Counter(filter(None, map(_plainly, values)))


def _plainly(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    shown = str(value).strip()
    try:
        return f"{float(shown):.8g}"
    except ValueError:
        shown = shown.replace(" ", "T") if re.match(r"\d{4}-\d\d-\d\d \d\d:", shown) else shown
    return shown.lower() if shown.lower() in ("true", "false") else shown.removesuffix("T00:00:00")


def amount(text: str) -> tuple[float, float] | None:
    """The number or the seconds that a text is, and how far another may be from it; None if it is neither."""
    try:
        value = float(text.removesuffix(" seconds"))
    except ValueError:
        return None
    return (value, 1) if text.endswith(" seconds") else (value, 1e-7 * abs(value))


def differences(expected: Counter[str], got: Counter[str], errors: int) -> tuple[Counter[str], Counter[str]]:
    """What is missing and what is too many, once numbers have met their like, and confirmed errors what stands for them."""
    missing, extra = expected - got, got - expected
    amounts = [(found, text) for text in missing if (found := amount(text))]
    for text in list(extra):
        own = amount(text)
        for (other, near), spelled in amounts if own else ():
            if own and text.endswith(" seconds") == spelled.endswith(" seconds") and abs(other - own[0]) <= near:
                met = min(missing[spelled], extra[text])
                missing[spelled] -= met
                extra[text] -= met
    shown = sum(count for text, count in extra.items() if ERROR.fullmatch(text))
    if 0 < shown <= errors:
        extra = Counter({text: count for text, count in extra.items() if not ERROR.fullmatch(text)})
        missing["0"] -= min(missing["0"], shown)
    return +missing, +extra


def error_cells(path: Path) -> int:
    """How many cells of a workbook hold a formula error, by its XML."""
    if not zipfile.is_zipfile(path):
        return 0
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "content.xml" in names:
            found = [_REPEATED.search(cell) for cell in _IN_ODS.findall(archive.read("content.xml"))]
            return sum(int(again[1]) if again else 1 for again in found)
        parts = [name for name in names if re.match(r"xl/worksheets/[^/]+\.xml$", name)]
        return sum(len(_IN_SHEET.findall(archive.read(part))) for part in parts)


def score(entry: dict[str, Any], folder: Path, sheets: dict[str, Sheet]) -> dict[str, Any]:
    """Which sheets have every value and no other, and which errors came out."""
    errors = error_cells(folder / entry["file"]) if entry["expect"] == "load" else 0
    kept = sum(ERROR.fullmatch(str(value)) is not None for sheet in sheets.values() for value in sheet.values)
    found: dict[str, Any] = {
        "loads": True,
        "good": 0,
        "literal": 0,
        "bad": [],
        "errors": errors,
        "lost": max(0, errors - kept),
    }
    for sheet in entry["sheets"] or []:
        if sheet.get("cells") is None:
            continue
        read = sheets.get(sheet["name"], Sheet([]))
        expected = Counter(filter(None, map(same_value, sheet["cells"].values())))
        got = Counter(filter(None, (same_value(value) for value in read.values if value is not None)))
        missing, extra = differences(expected, got, errors)
        good = not extra and (not missing or read.left_out > 0)
        found["good"] += good
        found["literal"] += literally(read.values) == literally(list(sheet["cells"].values()))
        if not good:
            found["bad"].append((sheet["name"], dict(list(missing.items())[:4]), dict(list(extra.items())[:4])))
    return found


def report(folder: Path, chosen: list[str] | None, show: str | None) -> None:
    """Print one line a tool."""
    entries = json.loads((folder / "manifest.json").read_text())
    print("| tool | opens % | exact sheets % | literally | refuses cleanly % | error cells lost | crash or hang |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name in (tool for tool in TOOLS if not chosen or tool in chosen):
        found = list(outcomes(entries, folder, TOOLS[name], score))
        load = [(e, o) for e, o in zip(entries, found, strict=True) if e["expect"] == "load"]
        filled = [o for e, o in load if any(s.get("nonempty_cells") for s in e["sheets"] or [])]
        sheets = sum(sum(s.get("cells") is not None for s in e["sheets"] or []) for e, _ in load)
        good, literal = (sum(o.get(how, 0) for _, o in load) for how in ("good", "literal"))
        refuse = [o for e, o in zip(entries, found, strict=True) if e["expect"] == "refuse"]
        clean = sum(not o["loads"] and o.get("error") not in ("hangs", "crashes") for o in refuse)
        broken = sum(o.get("error") in ("hangs", "crashes") for o in found)
        errors = sum(error_cells(folder / e["file"]) for e, _ in load)
        lost = sum(o["lost"] if o["loads"] else error_cells(folder / e["file"]) for e, o in load)
        print(
            f"| {name} | {share(filled, 'loads')} | {100 * good / max(1, sheets):.1f} ({good} of {sheets}) | {literal}"
            f" | {100 * clean / max(1, len(refuse)):.1f} | {lost} of {errors} | {broken} |",
            flush=True,
        )
        for entry, outcome in zip(entries, found, strict=True) if show == name else ():
            if outcome.get("bad") or outcome.get("lost") or not outcome["loads"]:
                print(
                    "  ", entry["file"], entry["expect"], outcome.get("bad"), outcome.get("lost"), outcome.get("error")
                )
