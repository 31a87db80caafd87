"""Which reader reads what: from a file that a person named to the tables in it."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from xrm_lake.errors import NoTable
from xrm_lake.ingest.read.address import address_of
from xrm_lake.ingest.read.asked import Asked
from xrm_lake.ingest.read.delimited import read_delimited
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.read.format import ARCHIVES, WORKBOOKS, is_sqlite, recognise, refuse_nested
from xrm_lake.ingest.read.landing import Kept, keep
from xrm_lake.ingest.read.no_data import no_data


def read_named(named: str | Path, asked: Asked) -> list[Delivery]:
    """The tables of what a path or an address names. Raises ImportRefused if it cannot be read."""
    address = address_of(named)
    if address is None:
        return read_kept(_keep(Path(named), asked), asked)
    if address.system == "sqlite":
        wanted = replace(asked, table=address.table or asked.table)
        return read_kept(_keep(Path(unquote(address.url.path)[1:]), wanted), wanted)
    from xrm_lake.ingest.read.postgresql import read_postgresql

    return read_postgresql(address, asked)


def _keep(path: Path, asked: Asked) -> Kept:
    if is_sqlite(path):
        from xrm_lake.ingest.read.sqlite_tables import keep_sqlite

        return keep_sqlite(path, asked)
    return keep(path, asked.landing, asked.progress)


def read_kept(kept: Kept, asked: Asked) -> list[Delivery]:
    """The tables of a file in the landing, at least one. Raises ImportRefused if there are none."""
    form = recognise(kept.path, kept.name)
    if asked.inside:
        refuse_nested(form, kept.name)
    if form in WORKBOOKS:
        from xrm_lake.ingest.read.workbook import read_workbook

        return read_workbook(kept, form, asked)
    if form in ARCHIVES:
        return _read_archive(kept, form, asked)
    match form:
        case "json":
            from xrm_lake.ingest.read.json_document import read_json

            return read_json(kept, asked)
        case "jsonl":
            from xrm_lake.ingest.read.json_lines import read_json_lines

            return [read_json_lines(kept, asked)]
        case "parquet":
            from xrm_lake.ingest.read.parquet import read_parquet

            return [read_parquet(kept, asked)]
        case "sqlite":
            from xrm_lake.ingest.read.sqlite_tables import read_sqlite

            return read_sqlite(kept, asked)
    return read_delimited(kept, asked)


def _read_archive(kept: Kept, form: str, asked: Asked) -> list[Delivery]:
    """The tables of the files in an archive; what is none of them is left out, and said with the first."""
    from xrm_lake.ingest.read.archive import members

    deliveries: list[Delivery] = []
    strangers: list[NoTable] = []
    for member, within in members(kept, form, asked):
        # Of a file that stands alone, or that was asked for, people say themselves that it is data.
        reason = no_data(member.name) if form == "zip" and asked.table is None else ""
        if reason:
            strangers.append(NoTable(f"{member.name} is {reason}. Nothing was imported. Import a table."))
            continue
        try:
            deliveries += read_kept(member, within)
        except NoTable as stranger:
            strangers.append(stranger)
        if asked.first and deliveries:
            break
    if not deliveries:
        raise strangers[0] if strangers else NoTable(f"{kept.name} holds no file. Nothing was imported. Pack it again.")
    notes = tuple(f"{str(stranger).partition('. ')[0]}; it was left out." for stranger in strangers)
    return [replace(deliveries[0], notes=(*deliveries[0].notes, *notes)), *deliveries[1:]]
